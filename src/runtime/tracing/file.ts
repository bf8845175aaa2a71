// The trace file while the run writes it. Every thread writes its own chunks, whole and one after the other: that costs
// less than handing them to another thread, memory stays flat because nothing waits to be written, and whatever happens to
// the process, the file reads up to its last whole chunk.

import { closeSync, constants, openSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { reason } from '../../lib/systemerror.js';
import { PREAMBLE } from '../../trace/writer.js';
import { f64, H, i32, isTraced, P } from '../memory/layout.js';
import { lock, unlock } from '../memory/lock.js';

const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants;

/** Creates the file, or takes over what is there, and writes what a trace begins with. @returns its descriptor */
export function openTrace(path: string, words: Int32Array): number {
  const fd = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
  writeAll(fd, PREAMBLE);
  words[H.TRACE_FD] = fd;
  words[H.TRACE_FAILED] = 0;
  words[H.TRACE_GCS] = 0;
  const doubles = new Float64Array(words.buffer);
  doubles[H.TRACE_SIZE >> 1] = PREAMBLE.length;
  doubles[H.TRACE_BEGIN >> 1] = 0;
  return fd;
}

/**
 * Opens the file of a trace that the program begins itself.
 * @throws Error if the run is traced already, or the file cannot be written
 */
export function openOwnTrace(path: string): void {
  if (isTraced()) throw new Error('trace.start: expected a run that is not traced, got one that is');
  try {
    openTrace(path, i32);
  } catch (error) {
    throw new Error(`trace.start: ${path}: ${reason(error)}`, { cause: error });
  }
}

/** Closes the file: the run is no longer traced. */
export function closeTrace(words: Int32Array): void {
  closeSync(words[H.TRACE_FD]!);
  words[H.TRACING]!++;
}

/** Closes the file of a trace that will not be whole, and takes it away if it is that of the whole run, at `path`. */
export function discardTrace(path: string | undefined, words: Int32Array): void {
  if (!isTraced(words)) return;
  closeTrace(words);
  if (path !== undefined && statSync(path, { throwIfNoEntry: false })?.isFile()) unlinkSync(path);
}

/** Why the trace of the whole run, at `path`, or one that the program began itself, could not be written. */
export function traceFailure(path: string | undefined, error: unknown): Error {
  return new Error(`${path === undefined ? 'trace' : `-trace ${path}`}: ${reason(error)}`, { cause: error });
}

/**
 * Writes a chunk of P `pp`, given in pieces, unless the file has failed. The thread may be ended at any moment: then TRACE_WRITING says
 * that what follows TRACE_SIZE is no whole chunk, and TRACEPOS that this chunk is still to be written.
 * @returns why it failed, at the first failure
 */
export function writeChunk(pp: number, pieces: readonly Uint8Array[]): Error | undefined {
  lock(H.TRACE_LOCK);
  try {
    if (i32[H.TRACE_FAILED] === 0) {
      i32[H.TRACE_WRITING] = 1;
      let size = 0;
      for (const piece of pieces) {
        writeAll(i32[H.TRACE_FD]!, piece);
        size += piece.length;
      }
      // No call from here on: V8 ends threads only at calls and loops.
      f64[H.TRACE_SIZE >> 1]! += size;
      i32[pp + P.TRACEPOS] = 0;
      i32[H.TRACE_WRITING] = 0;
    }
    return undefined;
  } catch (error) {
    i32[H.TRACE_FAILED] = 1;
    return error as Error;
  } finally {
    unlock(H.TRACE_LOCK);
  }
}

/** Writes all of it. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error; // a full pipe that does not block: try again
    }
  }
}
