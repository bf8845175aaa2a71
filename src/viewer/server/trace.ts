// Routes of the page of a trace. A file is read from the disk for each request; what can be read only once is kept as it arrives.

import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Input, nameOf, type SourceOptions } from '../../trace/file.js';
import type { TraceAbout } from './data.js';
import { json, type Pieces, pageFiles, type Route } from './server.js';

/** A trace that is shown. */
export interface ShownTrace {
  about(): TraceAbout;
  /** The bytes for one request. @throws Error in one line */
  body(): Pieces | Promise<Pieces>;
}

/** The page of a trace, and the answers to its requests, by path. Without a trace the page asks for one. */
export function traceRoutes(trace: ShownTrace | undefined): Map<string, Route> {
  return new Map([...pageFiles('trace'), ...traceData(trace)]);
}

/** The answers alone. */
export function traceData(trace: ShownTrace | undefined): Map<string, Route> {
  if (trace === undefined) {
    return new Map([['/data/about', () => json({ title: '', source: '', size: 0 } satisfies TraceAbout)]]);
  }
  return new Map<string, Route>([
    ['/data/about', () => json(trace.about())],
    ['/data/trace', async () => ({ type: 'application/octet-stream', body: await trace.body() })],
  ]);
}

/** The trace in a file of so many bytes. It may change: a request gets what is there then. */
export function traceInFile(path: string, size: number): ShownTrace {
  return {
    about: () => ({ title: basename(path), source: path, size }),
    async body() {
      const input = new Input(path);
      const { size: length } = await stat(path).catch((error: unknown) => {
        throw input.named(error);
      });
      return { length, pieces: () => firstBytes(input.raw(), length) };
    },
  };
}

async function* firstBytes(pieces: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let left = length;
  for await (const piece of pieces) {
    yield piece.subarray(0, left);
    left -= piece.length;
    if (left <= 0) return; // what has been written since is not a part of the answer
  }
}

/** A trace that can be read once only: each request gets what has come, and then the rest as it comes. */
export class ArrivingTrace implements ShownTrace {
  readonly #source: string;
  readonly #input: Input;
  readonly #pieces: Uint8Array[] = [];
  #hasEnded = false;
  /** Why nothing came. */
  #fault: Error | undefined;
  /** Why not all of it came. */
  #broken: string | undefined;
  /** Resolves when more has come, or its end. */
  #change: Promise<void>;
  #tell = () => {};

  constructor(source: string, { watch }: Pick<SourceOptions, 'watch'> = {}) {
    this.#source = source;
    this.#input = new Input(source, watch);
    this.#change = this.#next();
  }

  /** Reads to the end. @returns why not all of it came, in one line */
  async read(): Promise<string | undefined> {
    try {
      for await (const piece of this.#input.raw()) {
        this.#pieces.push(piece);
        this.#changed();
      }
      this.#broken = this.#input.broken;
    } catch (error) {
      const fault = this.#input.named(error);
      if (this.#pieces.length === 0) this.#fault = fault;
      else this.#broken = fault.message;
    }
    this.#hasEnded = true;
    this.#changed();
    if (this.#fault !== undefined) return this.#fault.message;
    return this.#broken === undefined
      ? undefined
      : `trace: ${nameOf(this.#source)}: ${this.#broken}; what had come is shown`;
  }

  /** Ends the reading. */
  stop(): void {
    this.#input.close();
  }

  about(): TraceAbout {
    const { size, read } = this.#input;
    return {
      title: nameOf(this.#source),
      source: this.#source,
      size: this.#hasEnded ? read : size,
      ...(this.#broken === undefined ? {} : { broken: this.#broken }),
    };
  }

  body(): Pieces {
    return { ...(this.#hasEnded ? { length: this.#input.read } : {}), pieces: () => this.#sent() };
  }

  async *#sent(): AsyncGenerator<Uint8Array> {
    for (let k = 0; ; k++) {
      while (k === this.#pieces.length) {
        if (this.#fault !== undefined) throw this.#fault;
        if (this.#hasEnded) return;
        await this.#change;
      }
      yield this.#pieces[k]!;
    }
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  #changed(): void {
    this.#tell();
    this.#change = this.#next();
  }
}
