// Positions in compiled scripts, traced back to the source that was written. Only reports and profiles ask for them, so source
// maps are read when they are first needed, and never slow a run.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TraceMap, traceSegment } from '@jridgewell/trace-mapping';
import type { Shift } from '../../lib/modulefunction.js';

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

interface ScriptMap {
  readonly map: TraceMap;
  /** Paths of the map's sources, as far as they have been asked for. */
  readonly paths: string[];
}

/** Source maps of scripts, by their URL. */
const maps = new Map<string, ScriptMap | undefined>();

/** A place in a source file; line and column from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The place of a position in the script at `url`, both from 1: in the original source if there is a map. */
export function originalPosition(url: string, line: number, columnInScript: number): Position {
  const column = unshifted(url, line, columnInScript);
  return mappedPosition(mapOf(url), line - 1, column - 1) ?? { file: pathOf(url), line, column };
}

/** What the map says of this line and column (from 0) of its script: the last mapping before them on the line. */
function mappedPosition(script: ScriptMap | undefined, line: number, column: number): Position | undefined {
  const segment = script && traceSegment(script.map, line, column);
  if (!script || !segment || segment.length === 1) return undefined;
  const [, source, sourceLine, sourceColumn] = segment;
  const url = script.map.resolvedSources[source];
  if (url === undefined) return undefined;
  script.paths[source] ??= pathOf(url);
  return { file: script.paths[source], line: sourceLine + 1, column: sourceColumn + 1 };
}

/** The same as `file:line:column`. */
export function sourcePosition(url: string, line: number, column: number): string {
  const at = originalPosition(url, line, column);
  return `${at.file}:${at.line}:${at.column}`;
}

function mapOf(url: string): ScriptMap | undefined {
  if (!maps.has(url)) maps.set(url, readMap(url));
  return maps.get(url);
}

function readMap(url: string): ScriptMap | undefined {
  try {
    const text = readFileSync(fileURLToPath(url), 'utf8');
    const name = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(text)?.[1];
    if (!name || name.startsWith('data:')) return undefined;
    const mapUrl = new URL(name, url);
    return { map: new TraceMap(readFileSync(fileURLToPath(mapUrl), 'utf8'), mapUrl.href), paths: [] };
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
