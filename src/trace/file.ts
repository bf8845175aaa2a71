// Trace files: the only module of trace/ that uses Node; all others work in a browser as well.

import { readFileSync } from 'node:fs';
import { reason } from '../lib/reason.js';
import { TraceError } from './error.js';
import type { Trace } from './model.js';
import { parse } from './parse.js';

/** Why a file cannot be read, by Node's error code, where the system's own words would not explain it. */
const unreadable: { readonly [code: string]: string } = {
  ENOENT: 'no such file',
  EISDIR: 'expected a trace, got a directory',
  ERR_FS_FILE_TOO_LARGE: 'expected at most 2 GiB',
};

/** A trace, and the bytes that it was read from. */
export interface TraceFile {
  readonly trace: Trace;
  readonly bytes: Uint8Array;
}

/** Reads the trace file at `path`. @throws TraceError that names the file, one line */
export function readTrace(path: string): Trace {
  return readTraceFile(path).trace;
}

/** Reads the trace file at `path`, and keeps its bytes. @throws TraceError that names the file, one line */
export function readTraceFile(path: string): TraceFile {
  try {
    const bytes = readFileSync(path);
    return { trace: parse(bytes), bytes };
  } catch (error) {
    if (error instanceof TraceError) {
      const message = error.message.replace('trace: ', () => `trace: ${path}: `);
      throw new TraceError(message, error.offset, { cause: error });
    }
    const { code } = error as { readonly code?: string };
    throw new TraceError(`trace: ${path}: ${unreadable[code ?? ''] ?? reason(error)}`, -1, { cause: error });
  }
}
