// Rules of ranges (GC, sweep, mark assist, stop-the-world), metrics, labels, tasks, regions, logs and experimental events. After
// the functions of the same names in internal/trace/order.go.

import { wire, wireName } from './event.js';
import type { Step } from './step.js';
import { gcState, gStatus } from './world.js';

/** STWBegin kind: the goroutine stops the world. */
export function advanceSTWBegin(step: Step): boolean {
  const { gs } = step.world;
  step.needAll();
  needGoroutine(step);
  const kind = step.textOf(step.a);
  const open = gs.stws.get(step.g);
  if (open?.includes(kind)) throw step.fault('discovered event already in-flight for when starting event STWBegin');
  if (open === undefined) gs.stws.set(step.g, [kind]);
  else open.push(kind);
  step.emitOwn(kind, 0, 0);
  return true;
}

/** STWEnd: the goroutine starts the world again. The row has the kind of the begin. */
export function advanceSTWEnd(step: Step): boolean {
  const { gs } = step.world;
  step.needAll();
  needGoroutine(step);
  const open = gs.stws.get(step.g);
  if (open === undefined) throw step.fault('tried to end event STWBegin, but not in-flight');
  const kind = open[0]!;
  open[0] = open.at(-1)!;
  open.pop();
  if (open.length === 0) gs.stws.delete(step.g);
  step.emitOwn(kind, 0, 0);
  return true;
}

/** GCMarkAssistBegin and GCMarkAssistEnd, of the running goroutine. */
export function advanceMarkAssist(step: Step): boolean {
  const { gs } = step.world;
  step.needAll();
  needGoroutine(step);
  const begins = step.type === wire.GCMarkAssistBegin;
  if (begins) needClosed(step, gs.assist[step.g]!, 'GCMarkAssistBegin');
  else needOpen(step, gs.assist[step.g]!, 'GCMarkAssistBegin');
  gs.assist[step.g] = begins ? 1 : 0;
  step.emitOwn(0, 0, 0);
  return true;
}

/** GCMarkAssistActive g: g was in an assist when the generation began. */
export function advanceMarkAssistActive(step: Step): boolean {
  const { gs } = step.world;
  const g = gs.alive(step.a);
  if (g < 0) throw step.fault(`uninitialized goroutine ${step.id(step.a)} found during GCMarkAssistActive`);
  needActive(step, gs.assist[g]!, 'GCMarkAssistBegin');
  gs.assist[g] = 1;
  step.emitOwn(g, 0, 0);
  return true;
}

/** GCSweepBegin, and GCSweepEnd swept, reclaimed, of the current P. */
export function advanceSweep(step: Step): boolean {
  const { ps } = step.world;
  step.needM();
  step.needP();
  const begins = step.type === wire.GCSweepBegin;
  if (begins) needClosed(step, ps.sweep[step.p]!, 'GCSweepBegin');
  else needOpen(step, ps.sweep[step.p]!, 'GCSweepBegin');
  ps.sweep[step.p] = begins ? 1 : 0;
  step.emitOwn(begins ? 0 : step.a, begins ? 0 : step.b, 0);
  return true;
}

/** GCSweepActive p: p was sweeping when the generation began. */
export function advanceSweepActive(step: Step): boolean {
  const { ps } = step.world;
  const p = ps.alive(step.a);
  if (p < 0) throw step.fault(`encountered GCSweepActive for unknown proc ${step.id(step.a)}`);
  needActive(step, ps.sweep[p]!, 'GCSweepBegin');
  ps.sweep[p] = 1;
  step.emitOwn(p, 0, 0);
  return true;
}

function needGoroutine(step: Step): void {
  const { gs } = step.world;
  if (gs.status[step.g] !== gStatus.None) return;
  throw step.fault(
    `encountered event of type ${step.type} without known state for current goroutine ${step.id(gs.id[step.g]!)}`,
  );
}

function needClosed(step: Step, isOpen: number, name: string): void {
  if (isOpen === 1) throw step.fault(`discovered event already in-flight for when starting event ${name}`);
}

function needOpen(step: Step, isOpen: number, name: string): void {
  if (isOpen === 0) throw step.fault(`tried to end event ${name}, but not in-flight`);
}

/** Requires that a range is news in the first generation, and open in later ones. */
function needActive(step: Step, isOpen: number, name: string): void {
  if (step.isInitial && isOpen === 1) throw step.fault(`found named active range already in first gen: ${name}`);
  if (!step.isInitial && isOpen === 0) throw step.fault(`resource is missing active range: ${name}`);
}

/** GCActive seq: a collection was under way when the generation began. */
export function advanceGCActive(step: Step): boolean {
  const { world } = step;
  if (step.isInitial) {
    if (world.gc !== gcState.Undetermined) throw step.fault("GCActive in the first generation isn't first GC event");
  } else {
    if (step.a !== world.gcSeq + 1) return false;
    if (world.gc !== gcState.On) throw step.fault('encountered GCActive while GC was not in progress');
    step.needAll();
  }
  return setGC(step, gcState.On);
}

/** GCBegin seq: a collection begins. The first GC event of a file sets the number, in whatever context. */
export function advanceGCBegin(step: Step): boolean {
  const { world } = step;
  if (world.gc !== gcState.Undetermined) {
    if (step.a !== world.gcSeq + 1) return false;
    if (world.gc === gcState.On) throw step.fault('encountered GCBegin while GC was already in progress');
    step.needAll();
  }
  return setGC(step, gcState.On);
}

/** GCEnd seq: a collection ends, perhaps on another thread than it began on. */
export function advanceGCEnd(step: Step): boolean {
  const { world } = step;
  if (step.a !== world.gcSeq + 1) return false;
  if (world.gc === gcState.Off) throw step.fault('encountered GCEnd when GC was not in progress');
  if (world.gc === gcState.Undetermined) throw step.fault('encountered GCEnd when GC was in an undetermined state');
  step.needAll();
  return setGC(step, gcState.Off);
}

function setGC(step: Step, state: number): boolean {
  step.world.gcSeq = step.a;
  step.world.gc = state;
  step.emitOwn(step.a, 0, 0);
  return true;
}

/** ProcsChange n: GOMAXPROCS. */
export function advanceProcsChange(step: Step): boolean {
  step.needAll();
  step.emitOwn(step.a, 0, 0);
  return true;
}

/** HeapAlloc and HeapGoal, in bytes. */
export function advanceHeapMetric(step: Step): boolean {
  step.needM();
  step.needP();
  step.emitOwn(step.a, 0, 0);
  return true;
}

/** GoLabel label, of the running goroutine. */
export function advanceGoLabel(step: Step): boolean {
  step.needAll();
  step.emitOwn(step.textOf(step.a), 0, 0);
  return true;
}

/** UserLog task, key, message. */
export function advanceUserLog(step: Step): boolean {
  step.needAll();
  const stack = step.stackOf(step.stack);
  step.emit(step.type, step.a, step.textOf(step.b), step.textOf(step.c), stack);
  return true;
}

/** UserTaskBegin task, parent, name. A parent of 0 is none; regions alone belong to the background task. */
export function advanceUserTaskBegin(step: Step): boolean {
  const { tasks } = step.world;
  if (tasks.has(step.a)) throw step.fault(`task ID conflict: ${step.rows.wide.exact(step.a)}`);
  const parent = step.b === 0 ? -1 : step.b;
  const name = nameOf(step, step.c);
  tasks.set(step.a, { name, parent });
  step.needAll();
  step.emitOwn(step.a, parent, name);
  return true;
}

/** UserTaskEnd task. The row has the name and the parent of the begin, which may be generations ago. */
export function advanceUserTaskEnd(step: Step): boolean {
  const { tasks } = step.world;
  const task = tasks.get(step.a);
  tasks.delete(step.a);
  step.needAll();
  step.emitOwn(step.a, task?.parent ?? -1, task?.name ?? 0);
  return true;
}

/** UserRegionBegin task, name, of the running goroutine. */
export function advanceUserRegionBegin(step: Step): boolean {
  const { regions } = step.world.gs;
  step.needAll();
  const name = nameOf(step, step.b);
  needRegionState(step);
  const open = regions.get(step.g);
  if (open === undefined) regions.set(step.g, [step.a, name]);
  else open.push(step.a, name);
  step.emitOwn(step.a, name, 0);
  return true;
}

/** UserRegionEnd task, name: ends the innermost region. If none is open, it began before the trace. */
export function advanceUserRegionEnd(step: Step): boolean {
  const { gs } = step.world;
  step.needAll();
  const name = nameOf(step, step.b);
  needRegionState(step);
  const open = gs.regions.get(step.g);
  if (open !== undefined) {
    if (open.at(-2) !== step.a || open.at(-1) !== name) {
      throw step.fault(`misuse of region in goroutine ${step.id(gs.id[step.g]!)}: its innermost region is another one`);
    }
    open.length -= 2;
    if (open.length === 0) gs.regions.delete(step.g);
  }
  step.emitOwn(step.a, name, 0);
  return true;
}

/** The index of a name, which Go checks before anything else of the event. */
function nameOf(step: Step, id: number): number {
  const text = step.gen.textOf(id);
  if (text < 0) throw step.fault(`invalid string ID ${step.rows.wide.exact(id)} for ${step.type} event`);
  return text;
}

function needRegionState(step: Step): void {
  const { gs } = step.world;
  if (gs.status[step.g] !== gStatus.None) return;
  const id = step.id(gs.id[step.g]!);
  throw step.fault(`encountered Ev${wireName(step.type)} without known state for current goroutine ${id}`);
}

/** Events of an experiment: nothing about them is checked but that a thread wrote them. */
export function advanceExperimental(step: Step): boolean {
  step.needM();
  step.emitOwn(step.a, step.b, step.c);
  return true;
}
