// Stray errors: what goes wrong on one of our threads outside of every goroutine, in callbacks of Node's (timers, events)
// and in promises that nothing waits for. And process.exit() and process.exitCode, which mean there what they mean in a
// process, though a thread has a `process` of its own.
//
// A thread returns to its event loop hardly ever during a run, so most of this is found when the run is over: a thread lets
// Node catch up before it reports its ending (settle). What comes after that belongs to no run, and is dropped, as
// everything that goes on after main has returned.
//
// Invariants. A stray error never takes the place of a panic: it is kept beside the thread's ending, and resultOf (result.ts)
// puts the two in order. The handlers are the thread's, and know of one run at a time.

import { Exit, UsageError } from '../memory/errors.js';
import { m } from '../sched/g.js';
import { nothingForgotten } from '../sched/op.js';
import { describe } from '../value/type.js';
import type { StrayReport } from './findings.js';

/** An error that was thrown where no goroutine runs, and how it came to us. */
export interface Stray {
  readonly how: 'unhandled rejection' | 'uncaught exception';
  readonly error: unknown;
}

/** What a run has come to outside of its goroutines, on one thread. */
interface Watch {
  readonly strays: Stray[];
  /** The status that exit() or process.exit() was called with, if that came first. */
  exitCode: number | undefined;
  /** False while the program is being loaded: if that fails, it says why itself. */
  loaded: boolean;
  /** Ends the run, unless it has ended. */
  readonly end: (stray: Stray | Exit) => void;
}

/** What a thread has to say of this, as parts of its ending. */
export interface StrayEnding {
  readonly strays?: readonly StrayReport[];
  readonly strayExit?: number;
  readonly exitCodeSet?: number;
}

/** What most threads have to say. */
const NOTHING: StrayEnding = {};
/** Milliseconds that timers of the program get which are due: those of 0 and 1 ms. */
const TIMER_MS = 2;
/** Most errors that are kept of a thread: more than that are the same one over and over. */
const MOST = 10;

let watch: Watch | undefined;

/**
 * From now on what goes astray on this thread belongs to this run.
 * @param end ends the run with an error, or with exit status Exit.code; is called as often as there are errors
 */
export function watchStrays(end: (stray: Stray | Exit) => void): void {
  if (process.listenerCount('unhandledRejection') === 0 || process.listenerCount('uncaughtException') === 0) install();
  watch = { strays: [], exitCode: undefined, loaded: false, end };
  // Only where a program has changed them: an exploration comes here every 100 us.
  if (process.exit !== exitProcess) process.exit = exitProcess;
  if (process.exitCode !== undefined) process.exitCode = undefined;
}

/** The program is loaded: what has gone astray until now ends its run. */
export function nowLoaded(): void {
  if (watch === undefined) return;
  watch.loaded = true;
  if (watch.strays[0] !== undefined) watch.end(watch.strays[0]);
}

/**
 * Lets Node report what has gone astray, and says what it was: the run is over on this thread.
 * @returns parts of the thread's ending
 */
export async function settle(): Promise<StrayEnding> {
  await rejectionsReported();
  const waiting = process.getActiveResourcesInfo();
  if (waiting.includes('Timeout')) await new Promise((resolve) => setTimeout(resolve, TIMER_MS));
  else if (waiting.includes('Immediate')) await turn();
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

/** A turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What is rejected so that its own report says that those before it have been reported; and what to call then. */
const last = { reported: () => {} };

/**
 * Waits until Node has reported the rejections so far. It does so in order, when it has run all that is to be run without a
 * turn of the event loop, which would cost an exploration a tenth of its time.
 */
async function rejectionsReported(): Promise<void> {
  if (process.listenerCount('unhandledRejection') !== 1) return turn(); // the program would hear of it
  await new Promise<void>((resolve) => {
    const atLast = setImmediate(resolve); // after an error in between, or with --unhandled-rejections
    last.reported = () => {
      clearImmediate(atLast);
      resolve();
    };
    void Promise.reject(last);
  });
}

/** What goes astray from now on is of no run. */
export function forgetStrays(): void {
  watch = undefined;
}

const onRejection = (error: unknown) => note({ how: 'unhandled rejection', error }, 'unhandledRejection');
const onException = (error: unknown) => note({ how: 'uncaught exception', error }, 'uncaughtException');

/** Once for a thread, and again if a program has taken the handlers away. */
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
  if (process.listenerCount(event) > 1) return; // the program sees to it
  if (stray.error instanceof Exit) {
    if (watch.strays.length === 0) watch.exitCode = stray.error.code;
    watch.end(stray.error);
    return;
  }
  if (watch.strays.length < MOST) watch.strays.push(stray);
  if (watch.loaded) watch.end(stray);
}

/** Our own files, and what starts our threads. */
const OURS = [new URL('../..', import.meta.url).href, '/node_modules/piscina/', 'node:'];

/** Where Node loads modules. */
const LOADER = 'node:internal/modules/';

/**
 * True if an error is one of what runs programs: there is nothing of a program in its stack. Nor in that of a module that
 * cannot be loaded; Node rejects some of those a second time, when the run that it ended is over.
 */
function isOurs(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  if (frames[0]?.includes(LOADER)) return false;
  return frames.length > 0 && frames.every((line) => OURS.some((place) => line.includes(place)));
}

/** process.exit(), for the whole program: as exit(), from wherever it is called. */
function exitProcess(code?: number | string | null): never {
  if (m.curg !== 0) nothingForgotten();
  throw new Exit(statusOf(code ?? process.exitCode) ?? 0);
}

/** A status as the system has it, of what Node takes for one. @throws UsageError if it is none */
function statusOf(code: number | string | null | undefined): number | undefined {
  if (code === undefined || code === null) return undefined;
  const status = typeof code === 'string' && code.trim() !== '' ? Number(code) : code;
  if (Number.isInteger(status)) return Number(status) & 255;
  throw new UsageError(`process.exit: expected a status from 0 to 255, got ${describe(code)}`);
}
