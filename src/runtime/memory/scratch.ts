// Memory for what a thread does between two scheduling points: one block a thread, which is in no arena, and which whoever
// asks next gets as well.

import { malloc, mfree } from './malloc.js';

let at = 0;
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
export function scratch(words: number): number {
  if (words > size) {
    if (size !== 0) mfree(at, size);
    at = malloc(words);
    size = words;
  }
  return at;
}
