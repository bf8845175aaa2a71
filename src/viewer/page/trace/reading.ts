// Reading a trace in the worker, in pieces as they arrive; between two pieces the worker answers questions.

import { count } from '../../../lib/numbers.js';
import { bytesOf, type Trace } from '../../../trace/model.js';
import { TraceReader } from '../../../trace/parse.js';
import type { Place } from './protocol.js';

/** What is told while a trace is read. */
export interface Listener {
  /** More is complete. */
  onTrace(trace: Trace): void;
  onProgress(read: number, size: number): void;
  /** Resolves when reading may go on. */
  goOn(): Promise<void>;
}

/** Bytes that are handed to the reader at a time: some 20 ms of work. */
const PIECE = 1 << 18;
/**
 * Milliseconds between two times at which what is complete is shown: the first time soon, then as often as it costs little, with the
 * pictures that the page asks for then.
 */
const OFTEN_MS = 100;

/** A trace that has been read. */
export interface Read {
  readonly trace: Trace;
  /** Why not all of it came, in one line; '' if all did. */
  readonly broken: string;
}

/** Reads the trace; of one whose stream breaks off, what had come. @throws Error in one line */
export async function readTrace(place: Place, listener: Listener, signal: AbortSignal): Promise<Read> {
  const reader = new TraceReader();
  const { pieces, size } = await openPlace(place, signal);
  let read = 0;
  let shownMs = performance.now();
  let shown: Trace | undefined;
  let costMs = 0;
  const show = () => {
    const nowMs = performance.now();
    if (shown !== undefined && nowMs - shownMs < OFTEN_MS + 4 * costMs) return;
    const trace = reader.soFar();
    if (trace === undefined || trace === shown) return;
    shown = trace;
    listener.onTrace(trace);
    shownMs = performance.now();
    costMs = shownMs - nowMs;
  };
  const rest = async () => {
    const nowMs = performance.now();
    await otherWork();
    await listener.goOn();
    costMs += performance.now() - nowMs;
    signal.throwIfAborted();
  };
  let broken = '';
  for await (const arrived of unbroken(unpacked(pieces), (error) => {
    signal.throwIfAborted();
    const isPacked = error instanceof Unpackable;
    broken = isPacked ? error.message : `The trace broke off after ${count(read)} bytes: ${error.message}`;
  })) {
    for (let at = 0; at < arrived.length; at += PIECE) {
      const piece = arrived.subarray(at, at + PIECE);
      reader.push(piece);
      read += piece.length;
      show();
      listener.onProgress(read, size);
      await rest();
    }
  }
  if (broken !== '' && read === 0) throw new Error(broken);
  const steps = reader.ending();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return { trace: value, broken };
    show();
    await rest();
  }
}

/** The pieces of a stream up to where it fails. @param onBroken is told why */
async function* unbroken(
  pieces: AsyncIterable<Uint8Array>,
  onBroken: (error: Error) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    onBroken(error as Error);
  }
}

/** The bytes at a place. @throws Error in one line */
async function openPlace(
  place: Place,
  signal: AbortSignal,
): Promise<{ readonly pieces: ReadableStream<Uint8Array<ArrayBuffer>>; readonly size: number }> {
  if ('file' in place) return { pieces: place.file.stream(), size: place.file.size };
  const response = await fetch(place.url, { signal });
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  if (!response.ok || response.body === null) {
    const words = isJson ? ((await response.json()) as { readonly error?: string }).error : undefined;
    throw new Error(words ?? `expected a trace, got status ${response.status}`);
  }
  return { pieces: response.body, size: Number(response.headers.get('content-length')) || 0 };
}

/** What is wrong with a packed file, in one line. */
class Unpackable extends Error {}

/** The pieces of a stream that may be packed by gzip. @throws Error in one line; an error of the stream itself as it is */
async function* unpacked(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array> {
  let broken: unknown;
  const [first, all] = await withFirst(stream, (error) => {
    broken = error;
  });
  const isPacked = first !== undefined && first[0] === 0x1f && first[1] === 0x8b;
  const reader = (isPacked ? all.pipeThrough(new DecompressionStream('gzip')) : all).getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error: Error) => {
      // Browsers have their own words for what is wrong with a packed file.
      if (!isPacked || error === broken) throw error;
      throw new Unpackable(`trace: expected a gzip file that can be unpacked, got ${error.message}`);
    });
    if (done) return;
    yield value;
  }
}

/** The first piece of a stream, and all of its pieces. @param onError is told why the stream breaks off, if it does after the first piece */
async function withFirst(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onError: (error: unknown) => void,
): Promise<[Uint8Array | undefined, ReadableStream<Uint8Array<ArrayBuffer>>]> {
  const reader = stream.getReader();
  const { value } = await reader.read();
  const rest = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      if (value !== undefined) controller.enqueue(value);
    },
    async pull(controller) {
      try {
        const { done, value: piece } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(piece);
      } catch (error) {
        onError(error);
        throw error;
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return [value, rest];
}

const channel = new MessageChannel();
let resume = () => {};
channel.port1.onmessage = () => resume();

/** Lets the worker answer what it has been asked. */
function otherWork(): Promise<void> {
  return new Promise((resolve) => {
    resume = resolve;
    channel.port2.postMessage(0);
  });
}

/** Milliseconds after which a page that has a picture counts as one that has shown it: it may be hidden. */
const SHOWN_MS = 250;

/**
 * A pause of reading while the page shows a picture. To get a picture onto the screen the page needs as much time as this worker has pieces of
 * work between two frames. Where there are few processors it would wait for them, and stand still: so reading waits.
 */
export class Pause {
  #over: Promise<void> = Promise.resolve();
  #end = () => {};

  /** The page gets a picture. */
  begin(): void {
    this.#end();
    this.#over = new Promise((resolve) => {
      this.#end = resolve;
      setTimeout(resolve, SHOWN_MS);
    });
  }

  /** The page has shown it. */
  end(): void {
    this.#end();
  }

  /** Resolves when no picture is on its way. */
  over(): Promise<void> {
    return this.#over;
  }
}

/** Bytes of the columns of events, and of all tables. */
export function bytesOfParts(trace: Trace): { readonly columnBytes: number; readonly tableBytes: number } {
  let columnBytes = 0;
  for (const column of Object.values(trace.events)) if (ArrayBuffer.isView(column)) columnBytes += column.byteLength;
  return { columnBytes, tableBytes: bytesOf(trace) - columnBytes };
}
