// The trace that a command reads, and where it writes what it makes of it.

import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { reason } from '../../lib/reason.js';
import { interruptible } from '../../terminal/interrupt.js';
import { openOutput } from '../../terminal/output.js';
import { readTraceFile, type TraceFile } from '../../trace/file.js';

/** A trace, and the file that it was read from. */
export interface Opened extends TraceFile {
  readonly file: string;
}

/** Reads a trace. @throws Error in one line */
export function openTrace(file: string): Opened {
  return { file, ...readTraceFile(file) };
}

/** Says on standard error if the file was cut: for output that has no place for that. */
export function warnIfCut({ file, trace }: Opened): void {
  if (trace.cut) process.stderr.write(`mandel: trace: ${file}: ${cutText(trace.cut)}\n`);
}

/** That a file ends in the middle of something. */
export function cutText({ offset, size }: { readonly offset: number; readonly size: number }): string {
  if (offset === size) return `cut after ${size} bytes, between two records`;
  return `cut after ${size} bytes; read up to the last whole record, which ends at byte ${offset}`;
}

/**
 * Writes all pieces to `file`, or to standard output if that is `-`. A file is there when it is whole or not at all; a
 * reader of standard output may leave when it has seen enough. @returns the exit status @throws Error in one line
 */
export async function writeAll(file: string, pieces: Iterable<string | Uint8Array>): Promise<number> {
  const output = openOutput(file);
  const interrupt = interruptible(() => output.discard());
  const standard = output.path === '-';
  try {
    const sink = standard ? process.stdout : createWriteStream(output.path);
    await pipeline(Readable.from(pieces), sink, { signal: interrupt.signal, end: !standard });
    output.commit();
    return 0;
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    if (name === 'AbortError') return 130;
    if (standard && code === 'EPIPE') return 0;
    if (code === undefined) throw error;
    throw new Error(`${standard ? 'standard output' : `-o ${file}`}: ${reason(error)}`);
  } finally {
    output.discard();
    interrupt.done();
  }
}
