// Where in the source something is: positions in compiled files, traced back to what the programmer wrote. Used in
// reports only, so it reads source maps when it needs them and never slows a run.

import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

const maps = new Map<string, SourceMap | undefined>();

/** A place in a source file; line and column from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where a position (from 1) in the script at `url` is, in the original source if there is a map. */
export function originalPosition(url: string, line: number, column: number): Position {
  const map = mapOf(url);
  const entry = map?.findEntry(line - 1, column - 1);
  if (entry && 'originalSource' in entry && entry.originalSource) {
    const original = new URL(entry.originalSource, url).href;
    return { file: pathOf(original), line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }
  return { file: pathOf(url), line, column };
}

/** The same as `file:line:column`. */
export function sourcePosition(url: string, line: number, column: number): string {
  const at = originalPosition(url, line, column);
  return `${at.file}:${at.line}:${at.column}`;
}

function mapOf(url: string): SourceMap | undefined {
  if (!maps.has(url)) maps.set(url, readMap(url));
  return maps.get(url);
}

function readMap(url: string): SourceMap | undefined {
  try {
    const text = readFileSync(fileURLToPath(url), 'utf8');
    const name = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(text)?.[1];
    if (!name || name.startsWith('data:')) return undefined;
    return new SourceMap(JSON.parse(readFileSync(fileURLToPath(new URL(name, url)), 'utf8')));
  } catch {
    return undefined; // no map, or none that can be read: the compiled position is still true
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
export function framesOf(error: Error): Frame[] {
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
