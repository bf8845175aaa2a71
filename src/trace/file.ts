// Where traces come from: files, standard input, addresses. The only module of trace/ that uses Node; all others work in a
// browser as well.

import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
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
/** Seconds without a byte after which a server counts as silent, besides those that it was asked to trace. */
const SILENCE_S = 30;

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

/** How a trace is opened. */
export interface OpenOptions {
  /** True to keep the bytes, for the text dump. */
  readonly keepBytes?: boolean;
  /** Is told how many bytes have been read, and of how many; 0 if that is not known. */
  onProgress?(read: number, size: number): void;
}

/**
 * Reads a trace as it arrives: from a file, from standard input (`-`), or from an address with http or https. It may be packed by
 * gzip. If a server falls silent or breaks off, what has come is read.
 *
 * @returns the trace, and its bytes if they are kept
 * @throws TraceError that names the source, one line
 */
export async function openTrace(
  source: string,
  options: OpenOptions = {},
): Promise<{ trace: Trace; bytes?: Uint8Array }> {
  const name = source === '-' ? 'standard input' : source;
  try {
    const { stream, size } = await open(source);
    const reader = new TraceReader({ keepOffsets: options.keepBytes === true });
    const kept: Uint8Array[] = [];
    let read = 0;
    for await (const piece of unpacked(stream)) {
      reader.push(piece);
      read += piece.length;
      if (options.keepBytes) kept.push(piece);
      options.onProgress?.(read, size);
    }
    const trace = reader.end();
    return options.keepBytes ? { trace, bytes: Buffer.concat(kept) } : { trace };
  } catch (error) {
    throw named(name, error);
  }
}

/** A source of bytes, and how many there are, 0 if that is not known. */
interface Source {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly size: number;
}

async function open(source: string): Promise<Source> {
  if (source === '-') return { stream: process.stdin, size: 0 };
  if (/^https?:\/\//i.test(source)) return fetchTrace(source);
  const { size } = statSync(source);
  return { stream: createReadStream(source, { highWaterMark: PIECE }), size };
}

async function fetchTrace(address: string): Promise<Source> {
  const abort = new AbortController();
  const seconds = Number(new URL(address).searchParams.get('seconds')) || 0;
  const patience = (seconds + SILENCE_S) * 1000;
  const timer = setTimeout(() => abort.abort(), patience);
  let response: Response;
  try {
    response = await fetch(address, { signal: abort.signal });
  } catch (error) {
    clearTimeout(timer);
    if (abort.signal.aborted) throw new TraceError(`trace: expected an answer within ${patience / 1000} s, got none`);
    const { message, cause } = error as Error & { cause?: Error & { errors?: Error[] } };
    throw new TraceError(
      `trace: expected an answer, got none: ${cause?.message || cause?.errors?.[0]?.message || message}`,
    );
  }
  if (response.status !== 200 || response.body === null) {
    clearTimeout(timer);
    throw new TraceError(`trace: expected a trace, got status ${response.status} ${response.statusText}`);
  }
  const { body } = response;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of body) {
        timer.refresh();
        yield piece as Uint8Array;
      }
    } catch {
      // The connection broke off, or nothing came for too long: what has come is read, and says itself that it is cut.
    } finally {
      clearTimeout(timer);
    }
  }
  return { stream: pieces(), size: Number(response.headers.get('content-length')) || 0 };
}

/** The bytes of a stream that may be packed by gzip. Of a packed file that is cut the part that is there. */
async function* unpacked(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = stream[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 2) {
    const { done, value } = await pieces.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  const all = (async function* () {
    yield head;
    for (;;) {
      const { done, value } = await pieces.next();
      if (done) return;
      yield value;
    }
  })();
  if (isGzip(head)) yield* pipeline(all, createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }), () => {});
  else yield* all;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function naming<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw named(path, error);
  }
}

/** The error with the name of the source, in one line. */
function named(source: string, error: unknown): TraceError {
  if (error instanceof TraceError) {
    const message = error.message.replace('trace: ', () => `trace: ${source}: `);
    return new TraceError(message, error.offset, { cause: error });
  }
  const { code } = error as { readonly code?: string };
  return new TraceError(`trace: ${source}: ${unreadable[code ?? ''] ?? reason(error)}`, -1, { cause: error });
}
