// The shared memory of this thread: its words, and where the records of goroutines are in them.

import type { Addr, ColdAddr, Doubles, GAddr, Words } from './address.js';
import { GC_WORDS, gAddressIn, H, OBJECT_WORDS, tables } from './layout.js';
import { attached, type WasmMemory, wordsOf } from './reserve.js';

/** Undefined on a thread that takes no part in runs: there, all of this is empty. */
const place = attached();

/** True on a thread that takes part in runs, and so has memory. */
export const hasMemory: boolean = place !== undefined;

/**
 * The shared words. A thread has the same memory for all of its runs, and so these are constants: V8 then knows where the
 * words are, and a channel operation takes two thirds of the time.
 */
export const i32 = wordsOf(place?.shared ?? new SharedArrayBuffer(0));
/** The same memory, 8 bytes at a time. */
export const f64 = new Float64Array(i32.buffer) as unknown as Doubles;
/** The same memory, for WebAssembly; undefined where there is none. */
export const wasmMemory: WasmMemory | undefined =
  place?.shared instanceof SharedArrayBuffer ? undefined : place?.shared;

/** True if there is one P. */
export const oneP: boolean = place?.procs === 1;
/** True if one thread runs every P, so that no lock is ever contended and none needs taking. */
export const solo: boolean = oneP || place?.alone === true;

/** Addresses of the first hot G record and of the first cold one. */
const { gbase, gcold } = tables(i32.length, place?.procs ?? 0);

/** A view of `length` bytes of shared memory, from word number `word` of the record at `addr` on. */
export function bytesAt(addr: Addr<string>, length: number, word = 0): Uint8Array {
  return new Uint8Array(i32.buffer, (addr + word) * 4, length);
}

/** True while the run is traced. */
export function isTraced(words: Words = i32): boolean {
  return words[H.TRACING]! % 2 === 1;
}

/** What P number `id` holds back of its trace. */
export function traceBytes(id: number, words: Words = i32): Uint8Array {
  const size = words[H.TRACE_WORDS]!;
  return new Uint8Array(words.buffer, (words[H.TRACE_AREA]! + GC_WORDS + OBJECT_WORDS + id * size) * 4, size * 4);
}

/** Address of G record number `index`. */
export function gAddress(index: number): GAddr {
  return gAddressIn(gbase, index);
}

/** Number of the G record at `gp`, for tables beside the shared memory. */
export function gIndex(gp: GAddr): number {
  return (gp - gbase) >> 4; // G_WORDS is 16
}

/** Address of the cold record of the G at `gp`. */
export function gColdAddress(gp: GAddr): ColdAddr {
  return (gcold + (gp - gbase) * 2) as ColdAddr; // COLD_WORDS is twice G_WORDS
}
