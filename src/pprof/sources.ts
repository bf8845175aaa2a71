// Finds and reads the sources that a profile names. After openSourceFile and trimPath in google/pprof's internal/report.

import { readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { reason } from '../lib/systemerror.js';
import { baseName } from './info.js';

/** Bytes of a source; a file that is longer is no source. */
const MAX_SOURCE = 2 ** 25;

/** Reads sources, each of them once. */
export class SourceReader {
  readonly #searchPath: string;
  readonly #trimPath: string;
  readonly #known = new Map<string, readonly string[] | string>();

  /** Both are directories, separated as the system does in its paths. */
  constructor(searchPath: string, trimPath: string) {
    this.#searchPath = searchPath;
    this.#trimPath = trimPath;
  }

  /** The lines of a file that a profile names, or why there are none. */
  read(file: string): readonly string[] | string {
    let source = this.#known.get(file);
    if (source === undefined) {
      source = this.#find(file);
      this.#known.set(file, source);
    }
    return source;
  }

  #find(file: string): readonly string[] | string {
    const path = trimmedPath(file, this.#trimPath, this.#searchPath);
    if (isAbsolute(path)) return linesOf(path);
    for (const start of splitList(this.#searchPath)) {
      for (let dir = start; ; dir = dirname(dir)) {
        const lines = linesOf(join(dir, path));
        if (typeof lines !== 'string') return lines;
        if (dirname(dir) === dir) break;
      }
    }
    return `could not find file ${path} on path ${this.#searchPath}`;
  }
}

/**
 * A path of a profile without what is in `trimPath`. If that says nothing, a path goes on behind the name of a directory
 * of `searchPath` that is in it: there the sources of another machine may be.
 */
export function trimmedPath(path: string, trimPath: string, searchPath: string): string {
  if (trimPath === '') {
    for (const dir of splitList(searchPath)) {
      const name = `/${baseName(dir)}/`;
      const at = path.indexOf(name);
      if (at >= 0) return path.slice(at + name.length);
    }
  }
  for (const each of [...splitList(trimPath), '/proc/self/cwd/./', '/proc/self/cwd/']) {
    const prefix = each.endsWith('/') ? each : `${each}/`;
    if (path.startsWith(prefix)) return path.slice(prefix.length);
  }
  return path;
}

function splitList(path: string): string[] {
  return path === '' ? [] : path.split(delimiter);
}

function linesOf(path: string): readonly string[] | string {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return `open ${path}: expected a file`;
    if (stat.size > MAX_SOURCE) return `open ${path}: expected a source, got ${stat.size} bytes`;
    const lines = readFileSync(path, 'utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.map((line) => line.replace(/\r$/, ''));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return `open ${path}: ${missing ? 'no such file or directory' : reason(error)}`;
  }
}
