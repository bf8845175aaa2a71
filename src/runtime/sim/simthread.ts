// The simulating thread, seen from the thread that started it: gives it orders, watches its progress meanwhile, and ends it when it
// makes none.

import { Worker } from 'node:worker_threads';
import { field, type Words } from '../memory/address.js';
import { UsageError } from '../memory/errors.js';
import { H, P, pAddress } from '../memory/layout.js';
import { type Place, reserve, type Shared, wordsOf } from '../memory/reserve.js';
import { workOf } from '../run/result.js';
import { work } from '../sched/work.js';
import type { Answer, Order } from './boot.js';
import type { Found } from './explore/explore.js';

/** Milliseconds between two checks of its progress. */
const CHECK_MS = 100;
/** Milliseconds that a goroutine may compute without charging any work, and without a scheduling point. */
const STUCK_MS = 10_000;
/** Milliseconds that a run gets to end when it is interrupted. */
const GRACE_MS = 1000;

type Done = Extract<Answer, { done: unknown }>['done'];

/** What is called while the thread carries out an order. */
interface Care {
  readonly signal: AbortSignal | undefined;
  /** Asks the run to end. Called again and again until it has, because a new run does not know what the one before was asked. */
  interrupt(): void;
  /** Called at every check. */
  progress(): void;
  /** Called when an interrupted run does not end, before its thread is ended. */
  beforeEnd?(): Promise<void>;
  /** Called with each outcome that exploring finds. */
  found?(outcome: Found): void;
}

/** A simulating thread, which carries out one order after the other. It starts when this is made. */
export class SimThread {
  readonly #procs: number;
  #worker: Worker | undefined;
  #shared!: Shared;

  constructor(procs: number) {
    this.#procs = procs;
    this.#start();
  }

  #start(): Worker {
    this.#shared = reserve(); // new memory: a thread that was ended in the middle of a run may still use the old one
    const mandel: Place = { shared: this.#shared, procs: this.#procs, alone: true };
    this.#worker = new Worker(new URL('./boot.js', import.meta.url), { workerData: { mandel } });
    return this.#worker;
  }

  /** The memory that its runs are in. */
  words(): Words {
    if (this.#worker === undefined) this.#start();
    return wordsOf(this.#shared);
  }

  /**
   * Has the thread carry out an order, in the run of these words.
   * @returns undefined if the run was interrupted and did not end, so that the thread was ended in the middle of it
   * @throws Error if it fails, or makes no progress any more
   */
  async ask(order: Order, words: Words, care: Care): Promise<Done | undefined> {
    const worker = this.#worker ?? this.#start();
    const { promise, resolve, reject } = withResolvers<Done | undefined>();
    const onMessage = (answer: Answer) => {
      if ('found' in answer) care.found?.(answer.found);
      else if ('done' in answer) resolve(answer.done);
      else reject(whyFailed(answer));
    };
    const onExit = () => reject(new Error('sim: the thread that simulates was ended, by the program or from outside'));
    worker.on('message', onMessage).once('error', reject).once('exit', onExit);
    worker.postMessage(order);
    const stop = watch(words, care, async (why) => {
      if (why !== undefined) reject(why);
      else {
        await care.beforeEnd?.();
        resolve(undefined);
      }
      await this.close();
    });
    try {
      return await promise;
    } finally {
      stop();
      worker.off('message', onMessage).off('error', reject).off('exit', onExit);
    }
  }

  /** Ends the thread, whatever it is doing. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

function whyFailed({ failed, misuse }: Extract<Answer, { failed: unknown }>): unknown {
  return misuse && failed instanceof Error ? new UsageError(failed.message) : failed;
}

/**
 * Watches a run.
 * @param giveUp is called once if the run makes no progress any more; without a reason if it was interrupted
 * @returns a function that ends this
 */
function watch(words: Words, care: Care, giveUp: (why: Error | undefined) => Promise<void>): () => void {
  let seen = -1;
  let since = performance.now();
  let interruptedAt: number | undefined;
  const interrupt = () => {
    interruptedAt = performance.now();
    care.interrupt();
  };
  if (care.signal?.aborted) interrupt();
  care.signal?.addEventListener('abort', interrupt);
  const end = (why: Error | undefined) => {
    clearInterval(timer);
    void giveUp(why);
  };
  const timer = setInterval(() => {
    care.progress();
    const now = performance.now();
    const count = progressOf(words);
    if (count !== seen) since = now;
    seen = count;
    if (interruptedAt !== undefined) {
      care.interrupt();
      // A run that has ended may still write its trace; one that continues computes without a scheduling point.
      const grace = words[field(pAddress(0), P.LEFT)] === 1 ? STUCK_MS : GRACE_MS;
      if (now - interruptedAt > grace) end(undefined);
    } else if (now - since > STUCK_MS) end(stuck(words));
  }, CHECK_MS);
  return () => {
    clearInterval(timer);
    care.signal?.removeEventListener('abort', interrupt);
  };
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** A number that changes with all progress: steps of Ps, goroutines made, switches, sends, receives, and work that is charged. */
function progressOf(words: Words): number {
  let count = workOf(words, work.pixel) + workOf(words, work.syscall) + words[H.STEPS]!;
  for (let id = 0; id < words[H.NPROCS]!; id++) {
    for (const counter of [P.NCREATED, P.NSWITCHES, P.NSENDS, P.NRECVS])
      count += words[field(pAddress(id), counter)]! >>> 0;
  }
  return count;
}

/** A goroutine does not come to a scheduling point, or the program does not finish loading. */
export class Stuck extends Error {
  override readonly name = 'Stuck';
  /** True if it is a goroutine. */
  readonly inGoroutine: boolean;

  constructor(inGoroutine: boolean) {
    const who = inGoroutine ? 'a goroutine' : 'the program, while it is loaded,';
    super(
      `sim: ${who} has computed for ${STUCK_MS / 1000} s without a scheduling point, and no virtual time has passed: put a ` +
        '`yield*`, such as `yield* gosched()`, into its loop',
    );
    this.inGoroutine = inGoroutine;
  }
}

function stuck(words: Words): Stuck {
  const procs = Array.from({ length: words[H.NPROCS]! }, (_, id) => pAddress(id));
  return new Stuck(procs.some((pp) => words[field(pp, P.CURG)] !== 0));
}
