// The arena: blocks of shared memory for channels, buffers, strings and whatever else a program shares. After
// runtime/mcache.go and mcentral.go, much reduced: powers of two, a cache for each thread, a central list for the
// blocks that pile up on one thread because another one allocated them.
//
// Invariants. A block is on one free list or in use, and is never split or joined: an address where a block begins is one where a
// block begins for the rest of the run. Small blocks of a thread come from a chunk that only this thread cuts, so the common
// path takes no lock. The memory of a run is freed with its buffer.

import { type Addr, type BlockAddr, nth } from './address.js';
import { Fatal } from './errors.js';
import { H } from './layout.js';
import { lock, unlock } from './lock.js';
import { i32, solo } from './memory.js';

/** Size class (log 2 of the words) of the smallest block: 8 words, 32 bytes. */
const MIN_CLASS = 3;
/** Largest size class that is cut from the thread's chunk: 4096 words. */
const MAX_SMALL = 12;
/** Words that a thread takes from the arena at a time: 256 KiB. */
const CHUNK = 1 << 16;
/** Small blocks of a class that a thread keeps; with more, it gives some to the central list. Of large ones it keeps none. */
const KEEP = 128;
/** Small blocks that a thread gives to the central list, or takes from it, at a time. */
const BATCH = 64;

/** This thread's free blocks, by size class, and the rest of its chunk. */
let free: BlockAddr[][] = [];
let chunk = 0;
let chunkEnd = 0;

/** Forgets the blocks of an earlier run. */
export function resetMalloc(): void {
  free = Array.from({ length: 32 }, () => []);
  chunk = 0;
  chunkEnd = 0;
}

/**
 * A block of at least `words` words, at an address divisible by 8. Its contents are whatever was there before.
 * @throws Fatal when the arena is used up
 */
export function malloc<A extends Addr<string> = BlockAddr>(words: number): A {
  const c = sizeClass(words);
  const list = free[c]!;
  return (list.length > 0 ? list.pop()! : refill(c, list)) as number as A;
}

/** The same with every word 0. */
export function mallocZeroed<A extends Addr<string> = BlockAddr>(words: number): A {
  const addr = malloc<A>(words);
  i32.fill(0, addr, addr + words);
  return addr;
}

/** Frees a block. `words` as in malloc. */
export function mfree(addr: Addr<string>, words: number): void {
  const c = sizeClass(words);
  const list = free[c]!;
  list.push(addr as number as BlockAddr);
  if (solo) return;
  if (c > MAX_SMALL) spill(c, list, 1);
  else if (list.length > KEEP) spill(c, list, BATCH);
}

function sizeClass(words: number): number {
  return words <= 1 << MIN_CLASS ? MIN_CLASS : 32 - Math.clz32(words - 1);
}

function refill(c: number, list: BlockAddr[]): BlockAddr {
  const head = nth(H.CENTRAL, c);
  if (i32[head] !== 0) {
    lock(H.CENTRAL_LOCK);
    for (let n = c > MAX_SMALL ? 1 : BATCH; n > 0; n--) {
      const addr: BlockAddr | 0 = i32[head]!;
      if (addr === 0) break;
      i32[head] = i32[nth<'block'>(addr)]!;
      list.push(addr);
    }
    unlock(H.CENTRAL_LOCK);
    if (list.length > 0) return list.pop()!;
  }
  const words = 2 ** c; // not 1 << c, which is negative for the largest class
  if (c > MAX_SMALL) return grow(words) as BlockAddr;
  if (chunk + words > chunkEnd) {
    chunk = grow(CHUNK);
    chunkEnd = chunk + CHUNK;
  }
  const addr = chunk as BlockAddr;
  chunk += words;
  return addr;
}

function spill(c: number, list: BlockAddr[], batch: number): void {
  const head = nth(H.CENTRAL, c);
  lock(H.CENTRAL_LOCK);
  for (let n = 0; n < batch; n++) {
    const addr = list.pop()!;
    i32[nth<'block'>(addr)] = i32[head]!;
    i32[head] = addr;
  }
  unlock(H.CENTRAL_LOCK);
}

/** Words from the arena that have not been in use before. */
function grow(words: number): number {
  for (;;) {
    const addr = Atomics.load(i32, H.BUMP);
    if (addr + words > i32[H.END]!) {
      const mib = Math.round(((i32[H.END]! - i32[H.ARENA]!) * 4) / 2 ** 20);
      throw new Fatal(
        `out of memory: the shared memory of a run is ${mib} MiB, and ${words * 4} bytes more were needed`,
      );
    }
    if (Atomics.compareExchange(i32, H.BUMP, addr, addr + words) === addr) return addr;
  }
}

let at: BlockAddr | 0 = 0;
let size = 0;

/** Forgets the block of an earlier run. */
export function resetScratch(): void {
  at = 0;
  size = 0;
}

/**
 * Shared memory of at least so many words, for this thread, until the running goroutine parks or ends. Its contents are
 * whatever was there before.
 */
export function scratch(words: number): BlockAddr {
  if (at === 0 || words > size) {
    if (at !== 0) mfree(at, size);
    at = malloc(words);
    size = words;
  }
  return at;
}
