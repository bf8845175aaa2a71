// Opening a trace for a command: with a progress line, and with a line on standard error for what is missing.

import { plural } from '../../lib/numbers.js';
import { progressOf } from '../../terminal/progress.js';
import { anonymize } from '../../trace/export/anonymize.js';
import { nameOf, type OpenedTrace, openTrace, readBytes } from '../../trace/file.js';

/** A trace, and what it was read from, in words. */
export interface Opened extends OpenedTrace {
  readonly file: string;
}

/** Reads a trace; what takes over a second shows on a terminal how far it is. @throws Error in one line */
export async function openWithProgress(source: string, keepBytes = false): Promise<Opened> {
  const opened = await withProgress((onProgress) => openTrace(source, { keepBytes, onProgress }));
  const file = nameOf(source);
  warnIfBroken(file, opened.broken);
  return { file, ...opened };
}

/** Reads a trace, and returns the pieces of its copy without names. @throws Error in one line */
export async function openAnonymous(source: string): Promise<Iterable<Uint8Array>> {
  const file = nameOf(source);
  const copy = await withProgress((onProgress) =>
    readBytes(source, { onProgress }, (bytes, broken) => ({ ...anonymize(bytes), size: bytes.length, broken })),
  );
  warnIfBroken(file, copy.broken);
  if (copy.end < copy.size) {
    warn(file, `the copy has the first ${copy.end} of ${plural(copy.size, 'byte')}, up to the last whole record`);
  }
  return copy.pieces();
}

/** Says something about the file on standard error. */
export function warn(file: string, what: string): void {
  process.stderr.write(`mandel: trace: ${file}: ${what}\n`);
}

function warnIfBroken(file: string, broken: string | undefined): void {
  if (broken !== undefined) warn(file, `${broken}; what had come is read`);
}

async function withProgress<T>(read: (onProgress: (read: number, size: number) => void) => Promise<T>): Promise<T> {
  const line = progressOf('read');
  try {
    return await read((amount, size) => line.update(amount, size));
  } finally {
    line.clear();
  }
}
