// Trace file while the run writes it. Each thread writes its own chunks, one chunk of one thread at a time. That costs less than
// sending them to another thread, memory does not grow because no chunk waits, and if the process is killed, the file is
// readable up to its last whole chunk.
//
// A thread may have to be ended in the middle of anything. Two words say what it had written: P.TRACEPOS, the bytes in its part
// of the trace area that are not in the file, and H.TRACE_WRITING, 1 while a chunk is being written. The file is whole up to
// H.TRACE_SIZE. At the end of the run Node's main thread repairs the file (threads/tracefile.ts):
//
//   the thread of P 1 was ended       TRACEPOS of P 1   TRACE_WRITING   Node's main thread
//   ------------------------------    ---------------   -------------   -------------------------------------------------
//   between two chunks                n                 0               writes the n bytes, unknown stacks, a GoPreempt
//   while it wrote a chunk of n       n                 1               cuts the file to TRACE_SIZE, then the same
//   after its last chunk              0                 0               nothing

import { closeSync, constants, openSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { reason } from '../../lib/systemerror.js';
import { PREAMBLE } from '../../trace/writer.js';
import { field, nth64, type PAddr, type Words } from '../memory/address.js';
import { H, P } from '../memory/layout.js';
import { lock, unlock } from '../memory/lock.js';
import { f64, i32, isTraced } from '../memory/memory.js';

const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants;

/** Creates the file, or empties an existing one, and writes the header of a trace. @returns its descriptor */
export function openTrace(path: string, words: Words): number {
  const fd = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
  writeAll(fd, PREAMBLE);
  words[H.TRACE_FD] = fd;
  words[H.TRACE_FAILED] = 0;
  words[H.TRACE_GCS] = 0;
  words[H.TRACE_GCSWRITTEN] = 0;
  words[H.TRACE_OBJECTS] = 0;
  const doubles = new Float64Array(words.buffer);
  doubles[H.TRACE_SIZE >> 1] = PREAMBLE.length;
  doubles[H.TRACE_BEGIN >> 1] = 0;
  doubles[H.TRACE_GCSUNTIL >> 1] = 0;
  return fd;
}

/**
 * Opens the file of a trace that the program itself begins.
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
export function closeTrace(words: Words): void {
  closeSync(words[H.TRACE_FD]!);
  words[H.TRACING]!++;
}

/** Closes the file of a trace that will not be completed. Removes it if it is the trace of the whole run, at `path`. */
export function discardTrace(path: string | undefined, words: Words): void {
  if (!isTraced(words)) return;
  closeTrace(words);
  if (path !== undefined && statSync(path, { throwIfNoEntry: false })?.isFile()) unlinkSync(path);
}

/** The error for a trace that could not be written. @param path of the trace of the whole run; undefined for a program's own */
export function traceFailure(path: string | undefined, error: unknown): Error {
  return new Error(`${path === undefined ? 'trace' : `-trace ${path}`}: ${reason(error)}`, { cause: error });
}

/** GC events for the file. */
export interface GCEvents {
  /** A batch that belongs to no P. */
  readonly bytes: Uint8Array;
  /** The time before which the file has all GC events then, and the number of collections that it has. */
  readonly until: number;
  readonly count: number;
}

/** The GC events that the file has stay all. */
function noMore(): GCEvents {
  return { bytes: new Uint8Array(0), until: f64[nth64(H.TRACE_GCSUNTIL)]!, count: i32[H.TRACE_GCSWRITTEN]! };
}

/**
 * Writes a chunk of P `pp`, in pieces, and GC events, unless writing the file has failed before.
 *
 * @param collect returns the GC events that are certain, while no other thread writes
 * @returns the error, at the first failure of all threads
 */
export function writeChunk(pp: PAddr, pieces: readonly Uint8Array[], collect = noMore): Error | undefined {
  const whole = nth64(H.TRACE_SIZE);
  const gcsUntil = nth64(H.TRACE_GCSUNTIL);
  const kept = field(pp, P.TRACEPOS);
  lock(H.TRACE_LOCK);
  try {
    if (i32[H.TRACE_FAILED] === 0) {
      i32[H.TRACE_WRITING] = 1;
      let size = 0;
      const { bytes, until, count } = collect();
      for (const piece of [...pieces, bytes]) {
        writeAll(i32[H.TRACE_FD]!, piece);
        size += piece.length;
      }
      // No call and no loop from here on: V8 ends a thread only there, so these words change together.
      f64[whole]! += size;
      f64[gcsUntil] = until;
      i32[H.TRACE_GCSWRITTEN] = count;
      i32[kept] = 0;
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

/** Writes all of the bytes. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error; // EAGAIN: a pipe is full and does not block; try again
    }
  }
}
