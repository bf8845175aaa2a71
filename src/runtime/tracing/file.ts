// The trace file while the run writes it. Every thread writes its own chunks, whole and one after the other: that costs
// less than handing them to another thread, memory stays flat because nothing waits to be written, and whatever happens to
// the process, the file reads up to its last whole chunk.

import { openSync, writeSync } from 'node:fs';
import { HEADER, Writer } from '../../trace/writer.js';
import { lock, unlock } from '../lock.js';
import { H, i32 } from '../memory.js';

/** Ticks a second: ticks are nanoseconds. */
const HZ = 1e9;

/** Creates the file, or takes over what is there, and writes what a trace begins with. @returns its descriptor */
export function openTrace(path: string): number {
  const fd = openSync(path, 'w');
  writeAll(fd, HEADER);
  const writer = new Writer(new Uint8Array(64));
  writer.batch(0, 1); // readers want a batch before anything else
  writer.frequency(HZ);
  writeAll(fd, writer.buffer.subarray(0, writer.pos));
  return fd;
}

/** Writes a chunk of this thread's, unless the file has failed. @returns why it failed, at the first failure */
export function writeChunk(bytes: Uint8Array): Error | undefined {
  lock(H.TRACE_LOCK);
  try {
    if (i32[H.TRACE_FAILED] === 0) writeAll(i32[H.TRACE_FD]!, bytes);
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
