// Where traces come from: files, standard input, addresses. The only module of trace/ that uses Node; all others work in a
// browser as well.

import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { connectionFault, explanation } from '../lib/answer.js';
import { plural } from '../lib/numbers.js';
import { reason } from '../lib/systemerror.js';
import { TraceError } from './error.js';
import { readHeader } from './header.js';
import type { Trace } from './model.js';
import { parse, TraceReader } from './parse.js';
import { HEADER_SIZE } from './v1/reader.js';

/** Why a file cannot be read, by Node's error code, where the system's own words would not explain it. */
const unreadable: { readonly [code: string]: string } = {
  ENOENT: 'no such file',
  EISDIR: 'expected a trace, got a directory',
  ERR_FS_FILE_TOO_LARGE: 'expected at most 2 GiB',
};

/** Bytes that are read at a time. */
const PIECE = 1 << 18;
/** An address of a trace, for messages. */
const EXAMPLE = 'http://HOST:PORT/debug/pprof/trace?seconds=5';
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
    for (const piece of piecesOf(path)) reader.push(piece);
    return reader.end();
  });
}

/** The file at `path`, in pieces. */
function* piecesOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const piece = new Uint8Array(PIECE);
      const length = readSync(file, piece);
      if (length === 0) return;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

/** Reads the trace file at `path`, and keeps its bytes. @throws TraceError that names the file, one line */
export function readTraceFile(path: string): TraceFile {
  return naming(path, () => {
    const bytes = readFileSync(path);
    return { trace: parse(bytes, { keepOffsets: true }), bytes };
  });
}

/** How a source is read. */
export interface SourceOptions {
  /**
   * Is told with each piece how many bytes have been read, and of how many; 0 if that is not known. `soFar` returns the events
   * that are complete by now, see TraceReader.
   */
  onProgress?(read: number, size: number, soFar: () => Trace | undefined): void;
  /** Makes what watches a server; a timer by default. */
  readonly watch?: (ms: number, onSilence: () => void) => Watch;
}

/** How a trace is opened. */
export interface OpenOptions extends SourceOptions {
  /** True to keep the bytes, for the text dump. */
  readonly keepBytes?: boolean;
}

/** What calls back if it is not refreshed for some time. */
export interface Watch {
  refresh(): void;
  clear(): void;
}

/** A trace that was read from a source. */
export interface OpenedTrace {
  /** It says that it is cut if the answer of a server was. */
  readonly trace: Trace;
  /** If they are kept. */
  readonly bytes?: Uint8Array;
  /** Why a server's answer ended early, in a few words. */
  readonly broken: string | undefined;
}

/**
 * Reads a trace as it arrives: from a file, from standard input (`-`), or from an address with http or https. It may be packed by
 * gzip. If a server falls silent or breaks off, what has come is read.
 *
 * @throws TraceError that names the source, one line
 */
export async function openTrace(source: string, options: OpenOptions = {}): Promise<OpenedTrace> {
  const { keepBytes = false } = options;
  const reader = new TraceReader({ keepOffsets: keepBytes });
  const kept: Uint8Array[] = [];
  const input = new Input(source, options.watch);
  try {
    for await (const piece of input.pieces()) {
      reader.push(piece);
      if (keepBytes) kept.push(piece);
      options.onProgress?.(input.read, input.size, () => reader.soFar());
    }
    const { broken, read } = input;
    const whole = reader.end();
    const trace = broken === undefined || whole.cut ? whole : { ...whole, cut: { offset: read, size: read } };
    return { trace, broken, ...(keepBytes ? { bytes: Buffer.concat(kept) } : {}) };
  } catch (error) {
    throw input.named(error);
  }
}

/**
 * Reads the bytes of a trace from where openTrace reads, and makes something of them.
 *
 * @throws TraceError that names the source, one line; of an error in `use` as well
 */
export async function readBytes<T>(
  source: string,
  options: SourceOptions,
  use: (bytes: Uint8Array, broken: string | undefined) => T,
): Promise<T> {
  const pieces: Uint8Array[] = [];
  const input = new Input(source, options.watch);
  try {
    for await (const piece of input.pieces()) {
      pieces.push(piece);
      options.onProgress?.(input.read, input.size, () => undefined);
    }
    return use(Buffer.concat(pieces), input.broken);
  } catch (error) {
    throw input.named(error);
  }
}

/**
 * Checks what can be known of a source before it is read: that a file begins as a trace does, that an address is one.
 *
 * @returns the bytes of a file that can be read again; undefined for what can be read only once
 * @throws TraceError that names the source, one line
 */
export async function checkSource(source: string): Promise<number | undefined> {
  const input = new Input(source);
  try {
    if (source === '-' || isAddress(source)) return input.check();
    const status = statSync(source);
    if (!status.isFile() && !status.isDirectory()) return undefined;
    for await (const _ of checked(input.pieces())) break;
    return status.size;
  } catch (error) {
    throw input.named(error);
  }
}

function timerWatch(ms: number, onSilence: () => void): Watch {
  const timer = setTimeout(onSilence, ms);
  return { refresh: () => void timer.refresh(), clear: () => clearTimeout(timer) };
}

/** A source that is being read. */
export class Input {
  /** Bytes so far, unpacked if they are, and how many bytes the source has; 0 if that is not known. */
  read = 0;
  size = 0;
  readonly #source: string;
  readonly #watch: NonNullable<SourceOptions['watch']>;
  #isPacked = false;
  #isClosed = false;
  #brokenBy = '';
  #close = () => {};

  constructor(source: string, watch = timerWatch) {
    this.#source = source;
    this.#watch = watch;
  }

  /** Why the answer of a server ended early. */
  get broken(): string | undefined {
    return this.#brokenBy === '' ? undefined : `${this.#brokenBy} after ${plural(this.read, 'byte')}`;
  }

  /** The bytes, unpacked. */
  pieces(): AsyncGenerator<Uint8Array> {
    return this.#counted((stream) => this.#unpacked(stream));
  }

  /** The bytes as they stand, packed if they are. @throws TraceError before the first piece, if no trace begins with it */
  raw(): AsyncGenerator<Uint8Array> {
    return checked(this.#counted((stream) => stream));
  }

  /** Stops reading. */
  close(): void {
    this.#isClosed = true;
    this.#close(); // also where the reader has found a fault: a connection would keep the process alive
  }

  async *#counted(read: (stream: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of read(await this.#open())) {
        this.read += piece.length;
        yield piece;
      }
    } finally {
      this.close();
    }
  }

  /** Checks what can be checked of an address or of standard input before it is opened. @throws TraceError */
  check(): undefined {
    const source = this.#source;
    if (source === '-' && process.stdin.isTTY) {
      throw new TraceError('trace: expected a trace from a file or a pipe, got a terminal');
    }
    if (source !== '-' && !URL.canParse(source)) throw new TraceError(`trace: expected an address such as ${EXAMPLE}`);
  }

  async #open(): Promise<AsyncIterable<Uint8Array>> {
    const source = this.#source;
    if (source === '-' || isAddress(source)) this.check();
    if (source === '-') {
      this.#close = () => process.stdin.destroy();
      return process.stdin;
    }
    if (isAddress(source)) return this.#fetch(source);
    const status = statSync(source);
    if (status.isFile()) {
      this.size = status.size;
      // A stream would read each piece on another thread, and waiting for that takes longer than reading.
      return (async function* () {
        yield* piecesOf(source);
      })();
    }
    const stream = createReadStream(source, { highWaterMark: PIECE });
    this.#close = () => stream.destroy();
    return stream;
  }

  async #fetch(address: string): Promise<AsyncIterable<Uint8Array>> {
    const abort = new AbortController();
    const { searchParams, pathname } = new URL(address);
    const seconds = (Number(searchParams.get('seconds')) || 0) + SILENCE_S;
    let isSilent = false;
    const watch = this.#watch(seconds * 1000, () => {
      isSilent = true;
      abort.abort();
    });
    this.#close = () => {
      watch.clear();
      abort.abort();
    };
    const fail = (what: string): never => {
      throw new TraceError(`trace: ${what}`);
    };
    const response = await fetch(address, { signal: abort.signal }).catch((error: unknown) =>
      fail(
        isSilent
          ? `expected an answer within ${seconds} s, got none`
          : `expected an answer, got none: ${connectionFault(error)}`,
      ),
    );
    const hint = pathname.endsWith('/trace') ? '' : `; Go's programs serve traces at ${EXAMPLE}`;
    const { status, statusText, headers, body } = response;
    if (status !== 200 || body === null) {
      const why = await explanation(response).catch(() => '');
      return fail(`expected a trace, got status ${`${status} ${statusText}`.trim()}${why}${hint}`);
    }
    if (headers.get('content-type')?.startsWith('text/html')) fail(`expected a trace, got an HTML page${hint}`);
    // If the answer is packed on its way, its length is not that of the trace.
    this.size = headers.has('content-encoding') ? 0 : Number(headers.get('content-length')) || 0;
    return this.#received(body, watch, () =>
      isSilent ? `the server sent nothing for ${seconds} s` : 'the connection broke off',
    );
  }

  async *#received(body: AsyncIterable<Uint8Array>, watch: Watch, why: () => string): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of body) {
        watch.refresh();
        yield piece;
      }
    } catch {
      // What has come is read.
      if (!this.#isClosed) this.#brokenBy = why();
    }
  }

  /** The bytes of a stream that may be packed by gzip. Of a packed file that is cut the part that is there. */
  async *#unpacked(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const pieces = withHead(stream, 2);
    const { value: head } = await pieces.next();
    if (head === undefined) return;
    const all = (async function* () {
      yield head;
      yield* pieces;
    })();
    this.#isPacked = isGzip(head);
    if (!this.#isPacked) {
      yield* all;
      return;
    }
    try {
      yield* pipeline(all, createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }), () => {});
    } catch (error) {
      if (!/^Z_/.test((error as { code?: string }).code ?? '')) throw error;
      throw new TraceError(`trace: expected a gzip file that can be unpacked, got ${(error as Error).message}`);
    }
  }

  /** An error while the source was read, with its name, in one line. */
  named(error: unknown): TraceError {
    const source = this.#source;
    const found = error instanceof TraceError ? (this.#misfit(error) ?? error) : error;
    const fault = named(nameOf(source), found);
    if (this.broken === undefined) return fault;
    return new TraceError(`${fault.message}; ${this.broken}`, fault.offset, { cause: error });
  }

  /** The error for something that is no trace at all, in words that fit the source. */
  #misfit(error: TraceError): TraceError | undefined {
    const place = this.#isPacked ? ' in the gzip file' : '';
    if (error.offset !== 0) return undefined;
    if (this.read === 0 && (this.#isPacked || this.#source === '-' || isAddress(this.#source))) {
      return new TraceError(`trace: expected a trace${place}, got nothing`, 0);
    }
    if (!this.#isPacked || !error.message.startsWith('trace: not a Go execution trace')) return undefined;
    return new TraceError(`trace: expected a trace${place}, got something else; mandel pprof reads profiles`, 0);
  }
}

/** The name of a source, for people. */
export function nameOf(source: string): string {
  return source === '-' ? 'standard input' : source;
}

const isAddress = (source: string) => /^https?:\/\//i.test(source);

/** The pieces, of which the first has at least `size` bytes, if there are so many. */
async function* withHead(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array, undefined> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const piece of stream) {
    if (head === undefined) {
      yield piece;
      continue;
    }
    head = head.length === 0 ? piece : Buffer.concat([head, piece]);
    if (head.length < size) continue;
    yield head;
    head = undefined;
  }
  if (head !== undefined && head.length > 0) yield head;
}

/** The pieces. @throws TraceError before the first one, if it is neither packed nor the beginning of a trace */
async function* checked(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const piece of withHead(pieces, HEADER_SIZE)) {
    if (isFirst && !isGzip(piece)) readHeader(piece);
    isFirst = false;
    yield piece;
  }
  if (isFirst) readHeader(new Uint8Array(0));
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
