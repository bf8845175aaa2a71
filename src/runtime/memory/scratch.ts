// Scratch memory: one block per thread, in no arena, for use between two scheduling points. Every caller gets the same block.

import type { BlockAddr } from './address.js';
import { malloc, mfree } from './malloc.js';

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
