// The simulating thread, seen from the one that has started it: gives it something to do, looks after it meanwhile, and ends
// it when it does not move any more.

import { Worker } from 'node:worker_threads';
import { field, type Words } from '../memory/address.js';
import { UsageError } from '../memory/errors.js';
import { H, P, pAddress } from '../memory/layout.js';
import { type Place, reserve, type Shared, wordsOf } from '../memory/reserve.js';
import { workOf } from '../run/result.js';
import { work } from '../sched/work.js';
import type { Answer, Order } from './boot.js';
import type { Found } from './explore/explore.js';

/** Milliseconds between two looks at it. */
const LOOK_MS = 100;
/** Milliseconds that a goroutine may compute without charging anything, and without a scheduling point. */
const STUCK_MS = 10_000;
/** Milliseconds that it gets to come to an end when it is interrupted. */
const GRACE_MS = 1000;

type Done = Extract<Answer, { done: unknown }>['done'];

/** What to do meanwhile. */
interface Care {
  readonly signal: AbortSignal | undefined;
  /** Asks it to come to an end. Is called again and again until it has, because a new run forgets what the one before was told. */
  interrupt(): void;
  /** Is called from time to time. */
  look(): void;
  /** Is called when an interrupted run will not come to an end, before its thread is ended. */
  lost?(): Promise<void>;
  /** Is told what exploring finds. */
  found?(outcome: Found): void;
}

/** Does one thing after the other; its thread comes up when it is made. */
export class SimThread {
  readonly #procs: number;
  #worker: Worker | undefined;
  #shared!: Shared;

  constructor(procs: number) {
    this.#procs = procs;
    this.#start();
  }

  #start(): Worker {
    this.#shared = reserve(); // of one that was ended in the middle, nobody knows when it is gone
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
   * Has the thread do something in the run of these words.
   * @returns undefined if it was interrupted, and ended where it was, because it would not come to an end
   * @throws Error if it fails, or does not move any more
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
        await care.lost?.();
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

  /** Ends the thread, whatever it does. */
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
 * Looks after a run.
 * @param giveUp is called once if it does not move any more; with no reason if it was interrupted
 * @returns what ends that
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
    care.look();
    const now = performance.now();
    const moved = movesOf(words);
    if (moved !== seen) since = now;
    seen = moved;
    if (interruptedAt !== undefined) {
      care.interrupt();
      // A run that has ended may write its trace; one that goes on is in a computation that no scheduling point ends.
      const grace = words[field(pAddress(0), P.LEFT)] === 1 ? STUCK_MS : GRACE_MS;
      if (now - interruptedAt > grace) end(undefined);
    } else if (now - since > STUCK_MS) end(stuck(words));
  }, LOOK_MS);
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

/** A number that changes whenever the run has moved: a P had a turn, or what runs has created, sent, received or charged. */
function movesOf(words: Words): number {
  let moves = workOf(words, work.pixel) + workOf(words, work.syscall) + words[H.TURNS]!;
  for (let id = 0; id < words[H.NPROCS]!; id++) {
    for (const counter of [P.NCREATED, P.NSWITCHES, P.NSENDS, P.NRECVS])
      moves += words[field(pAddress(id), counter)]! >>> 0;
  }
  return moves;
}

/** A goroutine does not come to a scheduling point, or the program is not loaded. */
export class Stuck extends Error {
  override readonly name = 'Stuck';
  /** True if a goroutine runs. */
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
