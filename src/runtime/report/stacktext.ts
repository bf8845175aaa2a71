// Text of errors in reports: a headline in Go's words, the program's frames, the causes. After printpanics and traceback in
// runtime/panic.go and runtime/traceback.go.

import { Fatal, Panic } from '../memory/errors.js';
import { callsBodies } from '../sched/bodies.js';
import { describe } from '../value/type.js';
import { type Frame, framesOf, sourcePosition } from './source.js';

/** Folders of the runtime, and what starts its threads: their frames are left out of a program's stack. */
const RUNTIME = ['../../go/', '../../profile/', '../'].map((room) => new URL(room, import.meta.url).href);
const STARTER = /\/node_modules\/piscina\//;
/** Most frames that are shown where the stack does not reach a goroutine's body, as after a stack overflow: the rest repeats. */
const MOST_FRAMES = 20;
/** Most causes, and errors of an AggregateError, that are shown: a report is to fit on a screen. */
const MOST_CAUSES = 10;

/** One line about what was thrown: `Error: text`. */
export function errorText(error: unknown): string {
  if (error instanceof Panic) return error.message;
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return typeof error === 'string' ? error : describe(error);
}

/** The first line of a report. */
export function headline(error: unknown): string {
  return error instanceof Fatal ? `fatal error: ${error.message}` : `panic: ${errorText(error)}`;
}

/** The frames of a stack that belong to the program. */
export interface ProgramStack {
  /** Innermost first. */
  readonly frames: readonly Frame[];
  /** True if the last frame is a goroutine's body: the stack reaches a function of the runtime that calls bodies. */
  readonly whole: boolean;
}

/** The program's frames: from where the error was made to the goroutine's body, without the runtime's own. */
export function programStack(error: unknown): ProgramStack {
  const frames = error instanceof Error ? framesOf(error) : [];
  const scheduler = frames.findIndex((f) => isOurs(f) && callsBodies(f.fn));
  const whole = scheduler >= 0;
  const own = (whole ? frames.slice(0, scheduler) : frames).filter((f) => !f.url.startsWith('node:') && !isOurs(f));
  return { frames: own, whole };
}

function isOurs(f: Frame): boolean {
  return isOurFile(f.url);
}

/** True if a file belongs to the runtime, and not to a program. */
export function isOurFile(url: string): boolean {
  return RUNTIME.some((room) => url.startsWith(room)) || STARTER.test(url);
}

/** The place of a frame in the original source, as `file:line:column`. */
export function position(f: Frame): string {
  return sourcePosition(f.url, f.line, f.column);
}

/** The frames as Go prints them. @param body name of the goroutine's body, if the error is of a goroutine */
export function stackText({ frames, whole }: ProgramStack, body?: string): string {
  const shown = whole ? frames : frames.slice(0, MOST_FRAMES);
  const lines = shown.map((f, k) => {
    const isBody = whole && k === shown.length - 1;
    return `${(isBody ? body : undefined) ?? (f.fn.replace(/ \[as .*\]$/, '') || 'func')}(...)\n\t${position(f)}\n`;
  });
  if (shown.length < frames.length) lines.push('...additional frames elided...\n');
  if (body !== undefined && (!whole || shown.length === 0)) lines.push(`${body}(...)\n`);
  return lines.join('');
}

/** The causes of an error, and the errors of an AggregateError, each with its stack; empty if there are none. */
export function causesOf(error: unknown): string {
  const seen = new Set<unknown>([error]);
  const texts: string[] = [];
  const add = (of: unknown): void => {
    const value = of instanceof Panic ? of.value : of;
    if (value !== of) seen.add(value);
    if (!(value instanceof Error)) return;
    for (const { how, cause } of [
      ...(value.cause === undefined ? [] : [{ how: 'caused by', cause: value.cause }]),
      ...(value instanceof AggregateError ? value.errors.map((cause) => ({ how: 'one of its errors', cause })) : []),
    ]) {
      if (seen.has(cause) || texts.length === MOST_CAUSES) continue;
      seen.add(cause);
      texts.push(`\n${how}: ${errorText(cause)}\n${stackText(programStack(cause))}`);
      add(cause);
    }
  };
  add(error);
  return texts.join('');
}
