// Source files that a profile names: searching and reading them. After openSourceFile and trimPath in google/pprof's
// internal/report.

import { readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { reason } from '../lib/reason.js';
import { baseName } from './info.js';

/** Largest source in bytes; a larger file is not one. */
const MAX_SOURCE = 2 ** 25;

/** Reads source files, each once. */
export class SourceReader {
  readonly #searchPath: string;
  readonly #trimPath: string;
  readonly #known = new Map<string, readonly string[] | string>();

  /** Both are lists of directories, with the system's separator. */
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
    const path = trimPath(file, this.#trimPath, this.#searchPath);
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
 * Removes a prefix in `trimPath` from a path of a profile. Without `trimPath`, removes all up to the name of a directory in
 * `searchPath`, which may have the sources of another machine.
 */
export function trimPath(path: string, trimPath: string, searchPath: string): string {
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
