// Stray errors: errors on a thread outside of every goroutine, in Node's callbacks (timers, events) and in promises that nothing
// awaits. Also process.exit() and process.exitCode, which on a thread of a run act on the whole program, although each thread has
// a `process` of its own.
//
// A thread hardly ever returns to its event loop during a run, so most stray errors are found at its end: settle() lets Node
// report them before the thread reports its ending.
//
//   time     thread of P 0
//   1 ms     a goroutine calls Promise.reject(e)            Node will report it when the stack is empty
//   5 ms     main returns: STATUS = exited
//   5.1 ms   settle(): rejects a promise of its own         Node reports rejections in order:
//   5.2 ms   handler: e, how = unhandled rejection          e first,
//   5.2 ms   handler: the promise of settle()               then this one: all earlier rejections have been reported
//   5.3 ms   ending with the stray error e
//
// Errors after that belong to no run, and are dropped, like everything that happens after main has returned.
//
// Invariants. A stray error never replaces a panic: it is a part of the thread's ending, and resultOf (result.ts) orders the two.
// The handlers belong to the thread, and know one run at a time.

import { Exit, UsageError } from '../memory/errors.js';
import { m } from '../sched/g.js';
import { nothingForgotten } from '../sched/op.js';
import { describe } from '../value/type.js';
import type { Stray, StrayReport } from './findings.js';

/** The stray errors and the exit of one run on this thread. */
interface Watch {
  readonly strays: Stray[];
  /** The status that exit() or process.exit() was called with, if that came before any stray error. */
  exitCode: number | undefined;
  /** False while the program is being loaded: a load failure has a report of its own. */
  loaded: boolean;
  /** Ends the run, unless it has ended. */
  readonly end: (stray: Stray | Exit) => void;
}

/** The parts of a thread's ending that this module makes. */
export interface StrayEnding {
  readonly strays?: readonly StrayReport[];
  readonly strayExit?: number;
  readonly exitCodeSet?: number;
}

/** Nothing went astray: the usual case. */
const NOTHING: StrayEnding = {};
/** Milliseconds that settle() waits for timers of the program: enough for those of 0 and 1 ms, which may be due. */
const TIMER_MS = 2;
/** Most stray errors that are kept per thread: more are nearly always one error that repeats. */
const MOST_STRAYS = 10;

let watch: Watch | undefined;

/**
 * Makes stray errors of this thread belong to a new run from now on.
 * @param end ends the run with an error, or with exit status Exit.code; called for each of them
 */
export function watchStrays(end: (stray: Stray | Exit) => void): void {
  if (process.listenerCount('unhandledRejection') === 0 || process.listenerCount('uncaughtException') === 0) install();
  watch = { strays: [], exitCode: undefined, loaded: false, end };
  // Written only where a program has changed them: an exploration calls this every 100 us.
  if (process.exit !== exitProcess) process.exit = exitProcess;
  if (process.exitCode !== undefined) process.exitCode = undefined;
}

/** Notes that the program is loaded: a stray error so far ends its run. */
export function nowLoaded(): void {
  if (watch === undefined) return;
  watch.loaded = true;
  if (watch.strays[0] !== undefined) watch.end(watch.strays[0]);
}

/**
 * Lets Node report the stray errors of the run, which is over on this thread, and returns them.
 * @returns parts of the thread's ending
 */
export async function settle(): Promise<StrayEnding> {
  await rejectionsReported();
  const waiting = process.getActiveResourcesInfo();
  if (waiting.includes('Timeout')) await new Promise((resolve) => setTimeout(resolve, TIMER_MS));
  else if (waiting.includes('Immediate')) await eventLoopTurn();
  const { strays = [], exitCode } = watch ?? {};
  watch = undefined;
  const exitCodeSet = statusOf(process.exitCode);
  if (strays.length === 0 && exitCode === undefined && exitCodeSet === undefined) return NOTHING;
  const { reportStray } = strays.length > 0 ? await import('../report/report.js') : {};
  return {
    ...(reportStray && { strays: strays.map(reportStray) }),
    ...(exitCode !== undefined && { strayExit: exitCode }),
    ...(exitCodeSet !== undefined && { exitCodeSet }),
  };
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The reason of the promise that settle() rejects; `reported` is called when Node reports it. */
const last = { reported: () => {} };

/**
 * Waits until Node has reported the rejections so far. Node reports them in order when the microtask queue is empty, without an
 * event-loop turn, which would cost an exploration a tenth of its time.
 */
async function rejectionsReported(): Promise<void> {
  if (process.listenerCount('unhandledRejection') !== 1) return eventLoopTurn(); // the program's handler would receive it
  await new Promise<void>((resolve) => {
    const atLast = setImmediate(resolve); // in case an error in between, or --unhandled-rejections, prevents the report
    last.reported = () => {
      clearImmediate(atLast);
      resolve();
    };
    void Promise.reject(last);
  });
}

/** Makes stray errors of this thread belong to no run from now on. */
export function forgetStrays(): void {
  watch = undefined;
}

const onRejection = (error: unknown) => note({ how: 'unhandled rejection', error }, 'unhandledRejection');
const onException = (error: unknown) => note({ how: 'uncaught exception', error }, 'uncaughtException');

/** Installs the handlers: once per thread, and again if a program has removed them. */
function install(): void {
  process.off('unhandledRejection', onRejection).on('unhandledRejection', onRejection);
  process.off('uncaughtException', onException).on('uncaughtException', onException);
}

function note(stray: Stray, event: 'unhandledRejection' | 'uncaughtException'): void {
  if (stray.error === last) {
    last.reported();
    return;
  }
  if (watch === undefined && isOurs(stray.error)) throw stray.error; // ends the thread
  if (watch === undefined || watch.exitCode !== undefined) return; // the run is over
  if (process.listenerCount(event) > 1) return; // the program has a handler
  if (stray.error instanceof Exit) {
    if (watch.strays.length === 0) watch.exitCode = stray.error.code;
    watch.end(stray.error);
    return;
  }
  if (watch.strays.length < MOST_STRAYS) watch.strays.push(stray);
  if (watch.loaded) watch.end(stray);
}

/** URLs of the runtime and of what starts its threads: this package, Piscina, and Node. */
const OURS = [new URL('../..', import.meta.url).href, '/node_modules/piscina/', 'node:'];

/** Node's module loader. */
const LOADER = 'node:internal/modules/';

/**
 * True if an error is a bug of the runtime: its stack has no frame of a program. An error of Node's module loader has none
 * either, and is not counted: Node rejects some of these a second time, when the run that they ended is over.
 */
function isOurs(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  if (frames[0]?.includes(LOADER)) return false;
  return frames.length > 0 && frames.every((line) => OURS.some((place) => line.includes(place)));
}

/** process.exit(), for the whole program: the same as exit(), inside and outside of goroutines. */
function exitProcess(code?: number | string | null): never {
  if (m.curg !== 0) nothingForgotten();
  throw new Exit(statusOf(code ?? process.exitCode) ?? 0);
}

/** The exit status, from 0 to 255, for a value of process.exitCode. @throws UsageError if it is not an integer */
function statusOf(code: number | string | null | undefined): number | undefined {
  if (code === undefined || code === null) return undefined;
  const status = typeof code === 'string' && code.trim() !== '' ? Number(code) : code;
  if (Number.isInteger(status)) return Number(status) & 255;
  throw new UsageError(`process.exit: expected a status from 0 to 255, got ${describe(code)}`);
}
