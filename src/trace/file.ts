// Trace files: the only module of trace/ that uses Node; all others work in a browser as well.

import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { reason } from '../lib/systemerror.js';
import { TraceError } from './error.js';
import type { Trace } from './model.js';
import { parse, TraceReader } from './parse.js';

/** Why a file cannot be read, by Node's error code, where the system's own words would not explain it. */
const unreadable: { readonly [code: string]: string } = {
  ENOENT: 'no such file',
  EISDIR: 'expected a trace, got a directory',
  ERR_FS_FILE_TOO_LARGE: 'expected at most 2 GiB',
};

/** Bytes that are read at a time. */
const PIECE = 1 << 18;

/** A trace, and the bytes that it was read from. */
export interface TraceFile {
  /** With the offsets of its records, if it is of format v1. */
  readonly trace: Trace;
  readonly bytes: Uint8Array;
}

/** Reads the trace file at `path`. @throws TraceError that names the file, one line */
export function readTrace(path: string): Trace {
  return naming(path, () => {
    const reader = new TraceReader();
    const file = openSync(path, 'r');
    try {
      for (;;) {
        const piece = new Uint8Array(PIECE);
        const length = readSync(file, piece);
        if (length === 0) return reader.end();
        reader.push(piece.subarray(0, length));
      }
    } finally {
      closeSync(file);
    }
  });
}

/** Reads the trace file at `path`, and keeps its bytes. @throws TraceError that names the file, one line */
export function readTraceFile(path: string): TraceFile {
  return naming(path, () => {
    const bytes = readFileSync(path);
    return { trace: parse(bytes, { keepOffsets: true }), bytes };
  });
}

function naming<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TraceError) {
      const message = error.message.replace('trace: ', () => `trace: ${path}: `);
      throw new TraceError(message, error.offset, { cause: error });
    }
    const { code } = error as { readonly code?: string };
    throw new TraceError(`trace: ${path}: ${unreadable[code ?? ''] ?? reason(error)}`, -1, { cause: error });
  }
}
