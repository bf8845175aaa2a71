// Source positions: places in compiled files, mapped to the source that the programmer wrote. Source maps are read when a place
// is asked for, so a run without reports, traces and profiles reads none.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Shift } from '../../lib/modulefunction.js';
import { SourceMapReader } from '../../lib/sourcemap.js';

/** By URL of a script that was compiled from a rewritten text: where its columns differ from the file's (sim/fresh.ts). */
const shifted = new Map<string, readonly Shift[]>();

/** Notes where the columns of the script at `url` differ from those of its file. */
export function noteShifts(url: string, shifts: readonly Shift[]): void {
  shifted.set(url, shifts);
}

/** The column in the file, for a column in the script. */
function unshifted(url: string, line: number, column: number): number {
  const before = shifted.get(url)?.filter((shift) => shift.line === line && shift.column <= column) ?? [];
  return column - before.reduce((sum, { by }) => sum + by, 0);
}

const maps = new Map<string, SourceMapReader | undefined>();
/** Paths of original sources, by script and name of the source. */
const paths = new Map<string, string>();

/** A place in a source file; line and column from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The place of a position in the script at `url`, both from 1: in the original source if there is a map. */
export function originalPosition(url: string, line: number, columnInScript: number): Position {
  const column = unshifted(url, line, columnInScript);
  const found = mapOf(url)?.find(line - 1, column - 1);
  if (found) {
    const key = `${url} ${found.source}`;
    let file = paths.get(key);
    if (file === undefined) {
      file = pathOf(new URL(found.source, url).href);
      paths.set(key, file);
    }
    return { file, line: found.line + 1, column: found.column + 1 };
  }
  return { file: pathOf(url), line, column };
}

/** The same as `file:line:column`. */
export function sourcePosition(url: string, line: number, column: number): string {
  const at = originalPosition(url, line, column);
  return `${at.file}:${at.line}:${at.column}`;
}

function mapOf(url: string): SourceMapReader | undefined {
  if (!maps.has(url)) maps.set(url, readMap(url));
  return maps.get(url);
}

function readMap(url: string): SourceMapReader | undefined {
  try {
    const text = readFileSync(fileURLToPath(url), 'utf8');
    const name = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(text)?.[1];
    if (!name || name.startsWith('data:')) return undefined;
    return new SourceMapReader(readFileSync(fileURLToPath(new URL(name, url)), 'utf8'));
  } catch {
    return undefined; // no map, or an unreadable one: the compiled position is still true
  }
}

/** Lines `first` to `last` of the file of the script at `url`; empty if it cannot be read. */
export function sourceLines(url: string, first: number, last: number): string {
  try {
    const lines = readFileSync(fileURLToPath(url), 'utf8').split('\n');
    return lines.slice(Math.max(0, first - 1), last).join('\n');
  } catch {
    return '';
  }
}

function pathOf(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}

/** One line of an error's stack. */
export interface Frame {
  readonly fn: string;
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** The frames of an error's stack, innermost first. */
export function framesOf(error: Pick<Error, 'stack'>): Frame[] {
  const frames: Frame[] = [];
  for (const text of (error.stack ?? '').split('\n')) {
    const match = /^\s+at (?:(.*?) \()?((?:file|node):.*?|\/.*?):(\d+):(\d+)\)?$/.exec(text);
    if (!match) continue;
    const [, fn = '', url = '', line, column] = match;
    frames.push({
      fn: fn.replace(/^(async|Object\.|Generator\.|Module\.)\s*/, ''),
      url,
      line: Number(line),
      column: Number(column),
    });
  }
  return frames;
}
