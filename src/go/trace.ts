// Execution traces of a program by itself, and its own marks in them: tasks, regions, logs. After package runtime/trace
// (start and stop, and annotation.go).
//
// Unlike Go, there is no context to carry a task: what is given a context in Go is given the task itself here, and the
// task may be handed to goroutines and sent, since it is a handle.

import { field, type GAddr, type ObjectAddr, offsets } from '../runtime/memory/address.js';
import { G, gStatus, H } from '../runtime/memory/layout.js';
import { i32 } from '../runtime/memory/memory.js';
import { add } from '../runtime/memory/word.js';
import { checkNoPromise, checkNotAsync, type NotAwaited } from '../runtime/sched/callback.js';
import { engine } from '../runtime/sched/engine.js';
import { getg, m } from '../runtime/sched/g.js';
import { addressFor, adopt, allocate, Handle, handleType } from '../runtime/sched/handle.js';
import { tracer } from '../runtime/sched/hooks.js';
import { Compound, done, type Go, type Op, Operation, started, toRun } from '../runtime/sched/op.js';
import { needGoroutine } from '../runtime/sched/packagelevel.js';
import { act } from '../runtime/sched/reason.js';
import type { Type } from '../runtime/value/type.js';

/**
 * True while the run is traced: Go's `trace.IsEnabled()`. Never parks.
 * @example
 * println(trace.isEnabled());
 * // Output: false
 */
export function isEnabled(): boolean {
  return tracer !== undefined;
}

/**
 * Begins to trace the run, in the file at `path`: Go's `trace.Start(f)`. Parks until all Ps stand still, which they do at
 * their next scheduling points.
 * @throws Error if the run is traced already, or the file cannot be written
 * @example
 * yield* trace.start('trace.out');
 * println(trace.isEnabled());
 * yield* trace.stop();
 * // Output: true
 */
export function start(path: string): Op<void> {
  return new TraceOp('trace.start', path).make();
}

/**
 * Ends the trace that start began, or the run's own: Go's `trace.Stop()`. Parks until all Ps stand still. The file is
 * whole afterwards. Does nothing if the run is not traced.
 * @throws Error if the file could not be written
 * @example
 * yield* trace.start('trace.out');
 * yield* trace.stop();
 * println(trace.isEnabled());
 * // Output: false
 */
export function stop(): Op<void> {
  return new TraceOp('trace.stop', undefined).make();
}

class TraceOp extends Operation<void> {
  readonly name: string;
  readonly on = 0;
  readonly #path: string | undefined;
  #error: unknown;

  constructor(name: string, path: string | undefined) {
    super();
    this.name = name;
    this.#path = path;
  }

  // In virtual time, too, it begins at once: the engine waits for all Ps.
  override [Symbol.iterator](): Iterator<void, void, void> {
    started();
    return this.begin();
  }

  protected begin(): Iterator<void, void, void> {
    if (this.#path === undefined && !isEnabled()) return done(undefined);
    tracer?.yield(this.#path === undefined ? act.traceStop : act.gosched);
    i32[field(getg(), G.STATUS)] = gStatus.runnable;
    const noteError = (error: unknown) => {
      this.#error = error;
    };
    engine().trace(this.#path, noteError, getg());
    return this;
  }

  protected resume(): void {
    if (this.#error !== undefined) throw this.#error;
  }
}

/** Words of a task: its number. */
const T = offsets<'object'>()({ TYPE: 0, ID: 1 });
const TASK_WORDS = 2;

function make(): ObjectAddr {
  const addr = allocate(TASK_WORDS);
  i32[field(addr, T.ID)] = add(H.TRACE_TASKS, 1);
  return addr;
}

/**
 * A logical operation that may span goroutines: Go's trace.Task. A handle: it may be sent, and handed to goroutines.
 * @example
 * const order = trace.newTask('order');
 * const dish = trace.newTask('dish', order);
 * dish.end();
 * order.end();
 * println(order instanceof trace.Task);
 * // Output: true
 */
export class Task extends Handle {
  static readonly type: Type<Task> = handleType('trace.Task', (addr) => new Task(addr));

  /** @internal */
  constructor(addr?: ObjectAddr) {
    super(addr ?? addressFor(make), Task.type);
    if (addr === undefined) adopt(this, 'trace.newTask', make);
  }

  /** Its number in traces. */
  get id(): number {
    return i32[field(this.addr, T.ID)]!;
  }

  /** Marks the end of the operation: Go's `task.End()`. Never parks. */
  end(): void {
    tracer?.taskEnd(this.id);
  }
}

/**
 * Begins a task, as a part of `parent` if there is one: Go's `trace.NewTask(ctx, name)`. Never parks.
 * @example
 * const task = trace.newTask('order');
 * trace.log('dish', 'soup', task);
 * task.end();
 */
export function newTask(name: string, parent?: Task): Task {
  needGoroutine('trace.newTask');
  const task = new Task();
  tracer?.taskCreate(task.id, parent?.id ?? 0, name);
  return task;
}

/**
 * A part of what a goroutine does: Go's trace.Region.
 * @example
 * const region: trace.Region = trace.startRegion('cook');
 * yield* sleep(millisecond);
 * region.end();
 */
export class Region {
  readonly #name: string;
  readonly #task: number;
  /** The goroutine that began it, if it was traced then. */
  readonly #gp: GAddr | 0;

  /** @internal */
  constructor(name: string, task: number) {
    this.#name = name;
    this.#task = task;
    this.#gp = tracer === undefined ? 0 : getg();
    if (this.#gp !== 0) tracer!.region(task, 0, name);
  }

  /** Ends it, on the goroutine that began it, in the opposite order of beginning: Go's `region.End()`. Never parks. */
  end(): void {
    if (this.#gp !== 0 && this.#gp === getg()) tracer?.region(this.#task, 1, this.#name);
  }
}

/**
 * Begins a region of the running goroutine, in `task` if there is one: Go's `trace.StartRegion(ctx, name)`. Never parks.
 * @example
 * const region = trace.startRegion('cook');
 * yield* sleep(millisecond);
 * region.end();
 */
export function startRegion(name: string, task?: Task): Region {
  return new Region(name, task?.id ?? 0);
}

/**
 * Runs `body` as a region of the running goroutine: Go's `trace.WithRegion(ctx, name, fn)`. Parks where `body` does.
 * @example
 * const dish = yield* trace.withRegion('cook', () => 'soup');
 * println(dish);
 * // Output: soup
 */
export function withRegion<T>(name: string, body: () => Op<T>, task?: Task): Op<T>;
export function withRegion<T>(name: string, body: () => T & NotAwaited<T>, task?: Task): Op<T>;
export function withRegion<T>(name: string, body: () => unknown, task?: Task): Op<T> {
  checkNotAsync('trace.withRegion', body, INSTEAD);
  return new RegionOp<T>(name, body, task).make();
}

/** What to write instead of a body that is async. */
const INSTEAD = 'call what does not park, or `yield*` in a `function*`';

class RegionOp<T> extends Compound<T> {
  readonly name = 'trace.withRegion';
  readonly #region: string;
  readonly #body: () => unknown;
  readonly #task: Task | undefined;

  constructor(region: string, body: () => unknown, task: Task | undefined) {
    super();
    this.#region = region;
    this.#body = body;
    this.#task = task;
  }

  protected *begin(): Go<T> {
    const region = startRegion(this.#region, this.#task);
    try {
      const result = this.#body();
      if (result === undefined) return result as T;
      const parking = toRun<T>(result);
      if (parking !== undefined) return yield* parking;
      checkNoPromise('trace.withRegion', result, INSTEAD);
      return result as T;
    } finally {
      region.end();
    }
  }
}

/**
 * Marks a moment, under a category, in `task` if there is one: Go's `trace.Log(ctx, category, message)`. Never parks.
 * @example
 * trace.log('dish', 'soup');
 */
export function log(category: string, message: string, task?: Task): void {
  if (m.curg !== 0) tracer?.log(task?.id ?? 0, category, message);
}
