// The memory of a run: address space as large as the machine lets us reserve, and which of it this thread works in. It is a
// WebAssembly.Memory, so that WebAssembly can work in it, or a SharedArrayBuffer where there is no such thing.

import { workerData } from 'node:worker_threads';
import type { Words } from './address.js';

/** Memory that WebAssembly and JavaScript share, and all threads too. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

/** A compiled module. */
export type WasmModule = object;

interface WebAssembly {
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: object };
}

/** WebAssembly as far as we use it; undefined if this Node has none, as with --jitless. Node's types do not have it. */
export const wasm = (globalThis as { readonly WebAssembly?: WebAssembly }).WebAssembly;

/** The memory of a run as threads hand it to each other: of its buffer alone, no Memory can be made again. */
export type Shared = WasmMemory | SharedArrayBuffer;

/** What a thread is started with, as `mandel` in its workerData: the memory of all runs that it will be part of. */
export interface Place {
  readonly shared: Shared;
  /** How many Ps those runs have. */
  readonly procs: number;
  /** True if this thread runs all of them. */
  readonly alone: boolean;
}

/** Sizes (bytes) that are tried, in this order. V8 cannot send a buffer of 4 GiB or more to another thread. */
const SIZES = [2 ** 32 - 2 ** 16, 2 ** 31, 2 ** 30, 2 ** 29];
/** Bytes of a page of WebAssembly's. */
const PAGE = 2 ** 16;

/** Memory for a run. Pages that are never touched cost nothing. @throws Error if there is no room for it */
export function reserve(): Shared {
  const memory = reserveForWasm();
  if (memory) return memory;
  let cause: unknown;
  for (const bytes of SIZES) {
    try {
      return new SharedArrayBuffer(bytes);
    } catch (error) {
      cause = error; // limited address space: a smaller run is better than none
    }
  }
  throw new Error('runtime: cannot reserve 512 MiB of address space for shared memory; raise the limit (ulimit -v)', {
    cause,
  });
}

/**
 * Memory that WebAssembly can work in; undefined where there is none. There is one size: V8 takes 10 GiB of addresses for any
 * such memory, so that a smaller one would be no easier to get.
 */
export function reserveForWasm(): WasmMemory | undefined {
  const pages = SIZES[0]! / PAGE;
  try {
    return wasm && new wasm.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    return undefined; // limited address space (ulimit -v)
  }
}

/** The bytes of the memory of a run. */
export function bufferOf(shared: Shared): SharedArrayBuffer {
  return shared instanceof SharedArrayBuffer ? shared : shared.buffer;
}

/** The memory of a run as words. */
export function wordsOf(shared: Shared): Words {
  return new Int32Array(bufferOf(shared)) as unknown as Words;
}

let place: Place | undefined;

/**
 * Has this thread work in this memory. To be called before memory.ts is loaded, which takes its words from here once: V8
 * knows then where they are. With words that could change, a send and a receive took half as long again.
 */
export function attach(memory: Place): void {
  place = memory;
}

/** What was attached to this thread, else what it was started with; undefined on a thread that takes no part in runs. */
export function attached(): Place | undefined {
  return place ?? (workerData as { readonly mandel?: Place } | null)?.mandel;
}
