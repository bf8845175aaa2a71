// What is printed when a run ends badly: panics with the goroutine's stack, deadlocks with what every goroutine waits
// for. In the form of Go's own tracebacks (runtime/traceback.go, runtime/panic.go).

import { bodyName } from './bodies.js';
import { Fatal, Panic, UsageError } from './errors.js';
import { callsBodies } from './execute.js';
import { fnBody, goidOf, m } from './g.js';
import { handlesHere } from './handle.js';
import { Lock, type LockState, type Stack } from './holder.js';
import { COLD, f64, G, gAddress, gColdAddress, gStatus, i32, SG } from './memory.js';
import { wait, waitReasonStrings } from './reason.js';
import { type Frame, framesOf, sourcePosition } from './source.js';
import { describe, typeById, typeIn } from './type.js';

/** A goroutine, as deadlocks and goroutine profiles show it. */
export interface GoroutineReport {
  readonly goid: number;
  /** Its body. */
  readonly name: string;
  /** Why it waits (reason.ts); 0 if it does not. */
  readonly kind: number;
  /** The same in Go's words, and the objects that it waits on: `chan int 0x4d2`. */
  readonly reason: string;
  readonly on: string;
  /** `file:line:column`, if that is known. */
  readonly at: string | undefined;
  /** The same as addresses. */
  readonly objects: readonly number[];
  /** `created by goroutine 1`, as a line; empty if it is main. */
  readonly created: string;
  /** All of this as Go prints it; `created` comes last. */
  readonly text: string;
}

/** What a thread knows of a lock that goroutines wait for (LockState), with places as `file:line:column`. */
export interface LockReport {
  readonly lock: number;
  readonly holder: number;
  readonly at: string | undefined;
  readonly readers: number;
  readonly reading: readonly { readonly goid: number; readonly at: string | undefined }[] | undefined;
}

/** Our own files: a program's author wants to see the program's frames. */
const RUNTIME = ['../go/', '../profile/', './'].map((room) => new URL(room, import.meta.url).href);

/** A panic or fatal error in the running goroutine. A misuse of the library is one line; the others show the stack. */
export function reportPanic(error: unknown): { report: string; misuse?: boolean } {
  const frames = error instanceof Error ? programFrames(error) : [];
  const gp = m.curg;
  if (error instanceof UsageError || gp === 0) {
    const where = frames[0] ? ` (at ${position(frames[0])})` : '';
    const text = error instanceof Error ? error.message : describe(error);
    return { report: `${text}${where}\n`, misuse: error instanceof UsageError };
  }
  const name = bodyName(fnBody(i32[gp + G.FN]!));
  const lines = frames.map((f) => `${f.fn || name}(...)\n\t${position(f)}`);
  return {
    report: `${headline(error)}\n\ngoroutine ${goidOf(gp)} [running]:\n${bodyLine(name, lines)}${createdBy(gp)}\n`,
  };
}

function headline(error: unknown): string {
  if (error instanceof Fatal) return `fatal error: ${error.message}`;
  if (error instanceof Panic) return `panic: ${error.message}`;
  if (error instanceof Error) return `panic: ${error.name}: ${error.message}`;
  return `panic: ${typeof error === 'string' ? error : describe(error)}`;
}

/** The frames, with the goroutine's body as the outermost, by its full name. */
function bodyLine(name: string, lines: string[]): string {
  const last = lines.pop();
  if (last === undefined) return `${name}(...)\n`;
  return [...lines, last.replace(/^.*?\(\.\.\.\)/, `${name}(...)`)].map((line) => `${line}\n`).join('');
}

/** The frames of the goroutine: from where it threw out to its body, without the runtime's own. */
function programFrames(error: Error): Frame[] {
  const frames = framesOf(error);
  const scheduler = frames.findIndex((f) => isOurs(f) && callsBodies(f.fn));
  return frames.slice(0, Math.max(scheduler, 0)).filter((f) => !f.url.startsWith('node:') && !isOurs(f));
}

function isOurs(f: Frame): boolean {
  return RUNTIME.some((room) => f.url.startsWith(room));
}

function position(f: Frame): string {
  return sourcePosition(f.url, f.line, f.column);
}

function createdBy(gp: number): string {
  const parent = f64[(gColdAddress(gp) + COLD.PARENT) >> 1]!;
  return goidOf(gp) === 1 || parent === 0 ? '' : `created by goroutine ${parent}\n`;
}

/** Where each of these suspended generators is, as `file:line:column`; see where.ts. */
export type Locate = (goroutines: readonly object[]) => (string | undefined)[];

/**
 * What this thread has to say when all are asleep: the goroutines among these that wait, and the locks that any goroutine waits
 * for. `goroutines[k]` is the generator of G number k.
 */
export function reportAsleep(
  goroutines: readonly (object | undefined)[],
  locate: Locate,
): { waiting: GoroutineReport[]; locks: LockReport[] } {
  const states = [...handlesHere()].flatMap((handle) => (handle instanceof Lock ? (handle.state() ?? []) : []));
  return {
    waiting: reportStarted(goroutines, locate).filter(({ kind }) => kind !== 0),
    locks: states.map(lockReport),
  };
}

function lockReport({ lock, holder, stack, readers, reading }: LockState): LockReport {
  const places = reading?.map((reader) => ({ goid: reader.goid, at: placeIn(reader.stack) }));
  return { lock, holder, at: placeIn(stack), readers, reading: places };
}

/** The innermost place of the program's in a stack. */
function placeIn(stack: Stack | undefined): string | undefined {
  const frame = stack && framesOf(stack).find((f) => !f.url.startsWith('node:') && !isOurs(f));
  return frame && position(frame);
}

/** All of these goroutines, which have taken their first step and do not run at the moment. */
export function reportStarted(goroutines: readonly (object | undefined)[], locate: Locate): GoroutineReport[] {
  const started: { gp: number; goroutine: object }[] = [];
  goroutines.forEach((goroutine, index) => {
    if (goroutine) started.push({ gp: gAddress(index), goroutine });
  });
  const where = locate(started.map((w) => w.goroutine));
  return started.map(({ gp }, k) => describeStarted(gp, where[k]));
}

function describeStarted(gp: number, at: string | undefined): GoroutineReport {
  if (i32[gp + G.STATUS] !== gStatus.waiting) return reportRunnable(gp, at);
  const cold = gColdAddress(gp);
  const kind = i32[cold + COLD.WAITREASON]!;
  const reason = waitReasonStrings[kind]!;
  const since = (i32[cold + COLD.WAITSINCE]! / 1000).toFixed(2);
  const waitOn = i32[cold + COLD.WAITON]!;
  const objects = kind === wait.select ? casesOf(waitOn) : waitOn === 0 ? [] : [waitOn];
  const on = objects.map(objectAt).join(', ');
  const what = on === '' ? '' : ` on ${on}`;
  return reportOf(gp, { kind, reason, on, objects }, at, `${reason}${what}, since ${since}s`);
}

/** A goroutine that could run, and does not at the moment. */
export function reportRunnable(gp: number, at?: string): GoroutineReport {
  return reportOf(gp, { kind: 0, reason: 'runnable', on: '', objects: [] }, at, 'runnable');
}

function reportOf(
  gp: number,
  why: Pick<GoroutineReport, 'kind' | 'reason' | 'on' | 'objects'>,
  at: string | undefined,
  state: string,
): GoroutineReport {
  const name = bodyName(fnBody(i32[gp + G.FN]!));
  const place = at === undefined ? '' : `\n\t${at}`;
  const created = createdBy(gp);
  const text = `goroutine ${goidOf(gp)} [${state}]:\n${name}(...)${place}\n${created}`;
  return { goid: goidOf(gp), name, ...why, at, created, text };
}

/** The channels of a select, in the order of its cases. */
function casesOf(sudogs: number): number[] {
  const on: number[] = [];
  for (let sg = sudogs; sg !== 0; sg = i32[sg + SG.WAITLINK]!) on[i32[sg + SG.CASE]! - 1] = i32[sg + SG.ON]!;
  return on.filter((addr) => addr !== undefined && addr !== 0);
}

/** A shared object, by its type and address: `chan int 0x4d2`. */
function objectAt(addr: number): string {
  return `${typeById(typeIn(i32[addr]!)).name} 0x${addr.toString(16)}`;
}
