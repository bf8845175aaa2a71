// Reports of one thread about a run that ends badly: a panic with the goroutine's stack, a deadlock with what each goroutine
// waits for, stray errors. In the form of Go's own tracebacks (runtime/traceback.go, runtime/panic.go).

import type { Runtime, Session } from 'node:inspector';
import { createRequire } from 'node:module';
import type { TraceFrame } from '../../trace/writer.js';
import { field, field64, type GAddr, nth, type ObjectAddr, type SudogAddr } from '../memory/address.js';
import { BodyError, Misused, Unyielded, UsageError } from '../memory/errors.js';
import { COLD, G, gStatus, SG } from '../memory/layout.js';
import { f64, gAddress, gColdAddress, i32 } from '../memory/memory.js';
import type { GoroutineReport, LockReport, Stray, StrayReport } from '../run/findings.js';
import { bodyAt, bodyName, bodyUrl } from '../sched/bodies.js';
import { fnBody, getg, goidOf, m } from '../sched/g.js';
import { handlesHere } from '../sched/handle.js';
import { Lock, type LockState, type Stack } from '../sched/holder.js';
import { whatIsForgotten } from '../sched/op.js';
import { wait, waitReasonStrings } from '../sched/reason.js';
import { describe, typeById, typeIn } from '../value/type.js';
import { framesOf, sourceLines, sourcePosition } from './source.js';
import {
  causesOf,
  errorText,
  headline,
  isOurFile,
  type ProgramStack,
  position,
  programStack,
  stackText,
} from './stacktext.js';
import type { Place } from './unyielded.js';

/**
 * The report of a panic or fatal error in the running goroutine. A misuse of the library is one line; the others show the stack.
 * Reads the program's sources, to name the place of a mistake and its correction.
 */
export async function reportPanic(error: unknown): Promise<{ report: string; misuse?: boolean }> {
  const stack = programStack(error);
  const gp = m.curg;
  if (error instanceof UsageError || gp === 0) {
    const misuse = error instanceof UsageError;
    const text = error instanceof Error ? error.message : describe(error);
    const place = await placeOf(error, stack, gp);
    const forgotten =
      gp === 0 || error instanceof Unyielded ? '' : await stillForgotten(stack, fnBody(i32[field(gp, G.FN)]!));
    return { report: `${text}${place}${forgotten === '' ? '' : `; ${forgotten}`}\n`, misuse };
  }
  const name = bodyName(fnBody(i32[field(gp, G.FN)]!));
  const head = `${headline(error)}\n\ngoroutine ${goidOf(gp)} [running]:\n`;
  const forgotten = await stillForgotten(stack, fnBody(i32[field(gp, G.FN)]!));
  const hints = `${notIterable(error, stack)}${forgotten === '' ? '' : `\n${forgotten}\n`}`;
  return { report: `${head}${stackText(stack, name)}${createdBy(gp)}${causesOf(error)}${hints}` };
}

/** The place of a misuse, as the end of its line. */
async function placeOf(error: unknown, stack: ProgramStack, gp: GAddr | 0): Promise<string> {
  const noticed = stack.whole ? stack.frames[0] : undefined;
  if (error instanceof Unyielded && gp !== 0) return unyielded(error.operation, stack, fnBody(i32[field(gp, G.FN)]!));
  if (error instanceof Misused) {
    // A call that iterates the operation itself, without `yield*`, is the mistake; the functions that it calls are right.
    const at = stack.frames.find((f) => !/\byield\s*\*/.test(sourceLines(f.url, f.line, f.line))) ?? noticed;
    return at === undefined ? `: goroutine ${goidOf(getg())}` : ` (at ${position(at)})`;
  }
  if (noticed !== undefined) return ` (at ${position(noticed)})`;
  if (!(error instanceof BodyError)) return '';
  const yields = error.yields ? (await import('./unyielded.js')).findPlainYields(bodyUrl(error.body)) : [];
  if (yields.length > 0) return ` (at ${placesText(yields)})`;
  const { definition } = await import('../tracing/frames.js');
  const { file, line } = definition(error.body);
  return ` (at ${file}:${line})`;
}

/**
 * The operation that still lacks its `yield*`, which may be the cause of a panic: `mu.lock()` without `yield*` leads to the unlock
 * of an unlocked mutex, and `go(f, c.recv())` to an argument that cannot cross threads. Empty if there is none.
 */
async function stillForgotten(stack: ProgramStack, body: number): Promise<string> {
  const forgotten = whatIsForgotten();
  if (forgotten === undefined) return '';
  return `${forgotten.message}${await unyielded(forgotten.operation, stack, body)}`;
}

/** The end of a line about a call that lacks its `yield*`: its goroutine, its body, and its place. */
async function unyielded(operation: string, stack: ProgramStack, body: number): Promise<string> {
  const { findUnyielded } = await import('./unyielded.js');
  const frames = stack.whole ? stack.frames : [];
  const places = findUnyielded(operation, frames, { url: bodyUrl(body), text: String(bodyAt(body)) });
  const goroutine = `: goroutine ${goidOf(getg())}, ${bodyName(body)}`;
  const declare =
    places.length > 0 && places.every((p) => !p.inGenerator) ? ', in a function to declare `function*`' : '';
  if (places.length === 1) return `${goroutine}${declare} (at ${placesText(places)})`;
  const noticed = frames[0] === undefined ? 'at its end' : `at ${position(frames[0])}`;
  if (places.length === 0) return `${goroutine} (noticed ${noticed})`;
  return `${goroutine}${declare}; one of the calls at ${placesText(places)} (noticed ${noticed})`;
}

/** Most places that a report names: more do not help to find the mistake. */
const MOST_PLACES = 8;

function placesText(places: readonly Place[]): string {
  const texts = places.slice(0, MOST_PLACES).map((p) => sourcePosition(p.url, p.line, p.column));
  return [...texts, ...(places.length > MOST_PLACES ? ['others'] : [])].join(', ');
}

/**
 * A hint where V8 says that something is not iterable, and it follows a `yield*`. It is mostly a promise, which V8's text does not
 * mention. Empty for other errors.
 */
function notIterable(error: unknown, { frames }: ProgramStack): string {
  const [at] = frames;
  if (!(error instanceof TypeError) || at === undefined || !/\bis not iterable\b/.test(error.message)) return '';
  if (!/\byield\s*\*/.test(sourceLines(at.url, at.line - 1, at.line))) return '';
  return (
    `\n${position(at)}: what follows \`yield*\` must be an operation of mandel/go, such as c.recv(), or a call of a ` +
    'function*; a promise cannot be awaited by a goroutine\n'
  );
}

/** A stray error, as a part of its thread's ending. */
export function reportStray({ how, error }: Stray): StrayReport {
  return {
    headline: `${how}: ${errorText(error)}`,
    trace: `${stackText(programStack(error))}${causesOf(error)}`.trimStart(),
  };
}

function createdBy(gp: GAddr): string {
  const parent = f64[field64(gColdAddress(gp), COLD.PARENT)]!;
  return goidOf(gp) === 1 || parent === 0 ? '' : `created by goroutine ${parent}\n`;
}

/** Finds the place of each of these suspended generators, as `file:line:column`: `locate`, or a function that finds none. */
export type Locate = (goroutines: readonly object[]) => (string | undefined)[];

/**
 * The waiting goroutines of this thread, and the locks that it knows, for the report of a deadlock.
 * @param goroutines `goroutines[k]` is the generator of G number k
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

/** The innermost place in a stack that belongs to the program. */
function placeIn(stack: Stack | undefined): string | undefined {
  const frame = stack && framesOf(stack).find((f) => !f.url.startsWith('node:') && !isOurFile(f.url));
  return frame && position(frame);
}

/** Reports of these goroutines, which have taken their first step and do not run at the moment. */
export function reportStarted(goroutines: readonly (object | undefined)[], locate: Locate): GoroutineReport[] {
  const started: { gp: GAddr; goroutine: object }[] = [];
  goroutines.forEach((goroutine, index) => {
    if (goroutine) started.push({ gp: gAddress(index), goroutine });
  });
  const where = locate(started.map((w) => w.goroutine));
  return started.map(({ gp }, k) => describeStarted(gp, where[k]));
}

function describeStarted(gp: GAddr, at: string | undefined): GoroutineReport {
  if (i32[field(gp, G.STATUS)] !== gStatus.waiting) return reportRunnable(gp, at);
  const cold = gColdAddress(gp);
  const kind = i32[field(cold, COLD.WAITREASON)]!;
  const reason = waitReasonStrings[kind]!;
  const since = (i32[field(cold, COLD.WAITSINCE)]! / 1000).toFixed(2);
  const waitOn = i32[field(cold, COLD.WAITON)]!;
  const objects = kind === wait.select ? casesOf(waitOn as number as SudogAddr) : waitOn === 0 ? [] : [waitOn];
  const on = objects.map(objectAt).join(', ');
  const what = on === '' ? '' : ` on ${on}`;
  return reportOf(gp, { kind, reason, on, objects }, at, `${reason}${what}, since ${since}s`);
}

/** The report of a goroutine that is runnable. */
export function reportRunnable(gp: GAddr, at?: string): GoroutineReport {
  return reportOf(gp, { kind: 0, reason: 'runnable', on: '', objects: [] }, at, 'runnable');
}

/** The report of the goroutine that runs. @param frames its stack, leaf first */
export function reportRunning(gp: GAddr, frames: readonly TraceFrame[]): GoroutineReport {
  const lines = frames.map(({ func, file, line }) => `${func}(...)\n\t${file}:${line}\n`);
  const { file = '', line = 0 } = frames.at(-1) ?? {};
  const report = reportOf(gp, { kind: 0, reason: 'running', on: '', objects: [] }, `${file}:${line}:1`, 'running');
  return { ...report, text: `goroutine ${goidOf(gp)} [running]:\n${lines.join('')}${createdBy(gp)}` };
}

function reportOf(
  gp: GAddr,
  why: Pick<GoroutineReport, 'kind' | 'reason' | 'on' | 'objects'>,
  at: string | undefined,
  state: string,
): GoroutineReport {
  const name = bodyName(fnBody(i32[field(gp, G.FN)]!));
  const place = at === undefined ? '' : `\n\t${at}`;
  const created = createdBy(gp);
  const text = `goroutine ${goidOf(gp)} [${state}]:\n${name}(...)${place}\n${created}`;
  return { goid: goidOf(gp), name, ...why, at, created, text };
}

/** The channels of a select, in the order of its cases. */
function casesOf(sudogs: SudogAddr | 0): ObjectAddr[] {
  const on: ObjectAddr[] = [];
  for (let sg = sudogs; sg !== 0; sg = i32[field(sg, SG.WAITLINK)]!)
    on[i32[field(sg, SG.CASE)]! - 1] = i32[field(sg, SG.ON)] as ObjectAddr;
  return on.filter((addr) => addr !== undefined);
}

/** A shared object as its type and address: `chan int 0x4d2`. */
function objectAt(addr: ObjectAddr): string {
  return `${typeById(typeIn(i32[nth(addr)]!)).name} 0x${addr.toString(16)}`;
}

/** Most goroutines whose place is looked up: more than a person reads; each takes a fraction of a millisecond. */
const MOST_LOCATED = 1000;

interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/**
 * `file:line:column` of each of these suspended generators; undefined where it is unknown. JavaScript does not tell at which line a
 * generator is suspended. V8's inspector does, and answers its own thread before it returns. It takes some 50 ms, so only
 * reports of a run that is over, and goroutine profiles, use it.
 */
export function locate(goroutines: readonly object[]): (string | undefined)[] {
  if (goroutines.length === 0) return [];
  const inspector = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
  const session = new inspector.Session();
  session.connect();
  const urls = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
  session.post('Debugger.enable');
  const key = Symbol.for('mandel.where');
  const slot = globalThis as Record<symbol, unknown>;
  try {
    return goroutines.map((goroutine, k) => {
      if (k >= MOST_LOCATED) return undefined;
      slot[key] = goroutine;
      const at = locationOf(session, `globalThis[Symbol.for('mandel.where')]`);
      const url = at && urls.get(at.scriptId);
      return url ? sourcePosition(url, at.lineNumber + 1, at.columnNumber + 1) : undefined;
    });
  } finally {
    delete slot[key];
    session.disconnect();
  }
}

function locationOf(session: Session, expression: string): Location | undefined {
  let found: Location | undefined;
  session.post('Runtime.evaluate', { expression }, (_error, evaluated) => {
    const objectId = evaluated?.result.objectId;
    if (objectId === undefined) return;
    session.post('Runtime.getProperties', { objectId, ownProperties: true }, (_failed, properties) => {
      const internal: Runtime.InternalPropertyDescriptor[] = properties?.internalProperties ?? [];
      found = internal.find((p) => p.name === '[[GeneratorLocation]]')?.value?.value;
    });
  });
  return found;
}
