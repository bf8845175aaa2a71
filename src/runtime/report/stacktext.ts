// Errors as reports show them: a headline in Go's words, the program's frames, what caused it. After printpanics and
// traceback in runtime/panic.go and runtime/traceback.go.

import { Fatal, Panic } from '../memory/errors.js';
import { callsBodies } from '../sched/bodies.js';
import { describe } from '../value/type.js';
import { type Frame, framesOf, sourcePosition } from './source.js';

/** Our own files, and what starts our threads: a program's author wants to see the program's frames. */
const RUNTIME = ['../../go/', '../../profile/', '../'].map((room) => new URL(room, import.meta.url).href);
const STARTER = /\/node_modules\/piscina\//;
/** Frames of an error that no goroutine's body is below, as after a stack overflow: the rest is more of the same. */
const MOST_FRAMES = 20;
/** Causes, and errors of an AggregateError, that are shown. */
const MOST_CAUSES = 10;

/** What was thrown, in a line: `Error: text`. */
export function errorText(error: unknown): string {
  if (error instanceof Panic) return error.message;
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return typeof error === 'string' ? error : describe(error);
}

/** The first line of a report. */
export function headline(error: unknown): string {
  return error instanceof Fatal ? `fatal error: ${error.message}` : `panic: ${errorText(error)}`;
}

/** A stack of the program's. */
export interface ProgramStack {
  /** Innermost first. */
  readonly frames: readonly Frame[];
  /** True if the last frame is a goroutine's body: false where nothing of ours that calls bodies is in the stack. */
  readonly whole: boolean;
}

/** The frames of the goroutine: from where the error was made out to its body, without the runtime's own. */
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

/** True if a file is one of ours, which programs run on. */
export function isOurFile(url: string): boolean {
  return RUNTIME.some((room) => url.startsWith(room)) || STARTER.test(url);
}

/** Where a frame is, in the source that the programmer wrote. */
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

/** What has caused an error, and the errors that an AggregateError is about, each with its stack; empty if there is nothing. */
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
