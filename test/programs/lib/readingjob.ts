// The job of a worker that reads a trace: in a browser, and in Node with the same result. This module runs in browsers as well.

import { TraceReader } from '#src/trace/parse.js';
import { type Digests, digestsOf } from './tracedigests.js';

export interface ReadingJob {
  /** Address of the trace file. */
  readonly url: string;
  /** Bytes that the reader gets at a time; 0 for pieces as they arrive from the network. */
  readonly piece: number;
}

export interface Reading {
  /** From the first piece to the trace, in milliseconds. */
  readonly ms: number;
  readonly digests: Digests;
}

/** Reads the trace at an address. */
export async function main({ url, piece }: ReadingJob): Promise<Reading> {
  const response = await fetch(url);
  if (piece > 0) return readPieces(new Uint8Array(await response.arrayBuffer()), piece);
  const stream = response.body!.getReader();
  const start = performance.now();
  const reader = new TraceReader();
  for (;;) {
    const { value, done } = await stream.read();
    if (done) break;
    reader.push(value);
  }
  return finish(reader, start);
}

/** Reads a trace in pieces of this size. */
export function readPieces(bytes: Uint8Array, piece: number): Promise<Reading> {
  const start = performance.now();
  const reader = new TraceReader();
  for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece));
  return finish(reader, start);
}

async function finish(reader: TraceReader, start: number): Promise<Reading> {
  const trace = reader.end();
  const ms = performance.now() - start;
  return { ms, digests: await digestsOf(trace) };
}
