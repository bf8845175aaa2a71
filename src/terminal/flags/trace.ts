// The flag -trace of the commands that run something. A run writes its trace to a file, piece by piece from all threads; so a
// trace that is for standard output is a temporary file first.

import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { reason } from '../../lib/systemerror.js';
import { refuseTerminal, temporaryFolder } from '../output.js';
import { BadUsage } from '../usage.js';

/** The trace of a run, from before the run until it is in its place. */
export interface OpenTrace {
  /** What to say to the run. */
  readonly options: { readonly trace?: string };
  /** The run has ended: writes what is for standard output there. @throws Error in one line */
  deliver(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): void;
}

/** What the flag says, `-` being standard output. @throws BadUsage; Error in one line */
export function openTrace(file: string | undefined): OpenTrace {
  if (file === '') throw new BadUsage('-trace: expected a file name, got nothing');
  if (file !== '-') return { options: file === undefined ? {} : { trace: file }, async deliver() {}, discard() {} };
  refuseTerminal('-trace -', 'a trace');
  const folder = temporaryFolder('-trace -', 'mandel-trace-');
  const trace = join(folder, 'trace.out');
  return {
    options: { trace },
    deliver: () => toStandardOutput(trace),
    discard: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function toStandardOutput(trace: string): Promise<void> {
  try {
    const { pipeline } = await import('node:stream/promises');
    await pipeline(createReadStream(trace), process.stdout, { end: false });
  } catch (error) {
    // The reader has closed the pipe, or there is no trace because the run did not begin.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPIPE' && code !== 'ENOENT') throw new Error(`-trace -: ${reason(error)}`);
  }
}
