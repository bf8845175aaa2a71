// Arenas: the objects that a goroutine and all goroutines it starts have allocated are freed together, when the last of them has
// ended. After Go's arena experiment (arena/arena.go, runtime/arena.go).
//
// Unlike Go, nothing else frees the objects of a run before its end: there is no collector. And a program does not pass an arena
// around: it belongs to a goroutine, and to those that it starts.
//
// Invariants. LIVE counts the goroutines of the arena, and goroutines of other arenas that wait for a timer in it. A goroutine of
// the arena counts a new one before that exists, so the count is 0 only when no goroutine is left that could raise it: the
// thread that brings it to 0 is alone with the arena. BLOCKS is a stack: any thread may push, and none pops before that. When an
// arena is used again it has another generation, and so do the objects in it (handle.ts).
//
// A block ends with two words of ours (TRAIL): the block below it on the stack, and how many words it has without these two.

import { type Addr, type BlockAddr, field, nth, type ObjectAddr, offsets } from '../memory/address.js';
import { Fatal } from '../memory/errors.js';
import { H } from '../memory/layout.js';
import { lock, unlock } from '../memory/lock.js';
import { malloc, mallocZeroed, mfree } from '../memory/malloc.js';
import { i32 } from '../memory/memory.js';
import { GENERATIONS } from '../value/type.js';
import { m } from './g.js';

/** Words of an arena, a cache line: LIVE is counted by several threads. */
const A = offsets<'arena', { BLOCKS: 'block' }>()({ LIVE: 0, BLOCKS: 1, GENERATION: 2, NEXT: 3 });
const ARENA_WORDS = 16;
/** Arenas of a run: a G's FN word has 12 bits for the number, and 0 is none. */
const MAX_ARENAS = 4096;
/** The two words at the end of a block of an arena. */
const TRAIL = offsets<'block', { BELOW: 'block' }>()({ BELOW: 0, WORDS: 1 });
const TRAILER = 2;

/** The number of a new arena, which counts one goroutine. @throws Fatal if there are too many */
export function newArena(): number {
  lock(H.ARENAS_LOCK);
  if (i32[H.ARENAS] === 0) i32[H.ARENAS] = mallocZeroed(MAX_ARENAS * ARENA_WORDS);
  let arena = i32[H.ARENAS_FREE]!;
  if (arena !== 0) i32[H.ARENAS_FREE] = i32[field(address(arena), A.NEXT)]!;
  else if (i32[H.ARENAS_USED]! < MAX_ARENAS - 1) arena = ++i32[H.ARENAS_USED]!;
  i32[H.ARENAS_GENERATION] = (i32[H.ARENAS_GENERATION]! % (GENERATIONS - 1)) + 1; // from 1: 0 is of what is in no arena
  const generation = i32[H.ARENAS_GENERATION]!;
  unlock(H.ARENAS_LOCK);
  if (arena === 0) {
    throw new Fatal(`too many arenas: a run has ${MAX_ARENAS - 1} at once, and all of them have goroutines`);
  }
  const at = address(arena);
  i32[field(at, A.LIVE)] = 1;
  i32[field(at, A.BLOCKS)] = 0;
  i32[field(at, A.GENERATION)] = generation;
  return arena;
}

function address(arena: number): Addr<'arena'> {
  return (i32[H.ARENAS]! + arena * ARENA_WORDS) as Addr<'arena'>;
}

/** Counts one more goroutine of the arena. To be called by one that is counted. */
export function holdArena(arena: number): void {
  if (arena !== 0) Atomics.add(i32, field(address(arena), A.LIVE), 1);
}

/** Counts one goroutine less of the arena; the last one frees all that is in it. */
export function releaseArena(arena: number): void {
  if (arena === 0) return;
  const at = address(arena);
  if (Atomics.sub(i32, field(at, A.LIVE), 1) !== 1) return; // pairs with the subtractions of the others: what they have written is visible
  let trailer = Atomics.load(i32, field(at, A.BLOCKS));
  while (trailer !== 0) {
    const below = i32[field(trailer, TRAIL.BELOW)]!;
    const words = i32[field(trailer, TRAIL.WORDS)]!;
    const addr = (trailer - words) as ObjectAddr;
    i32[nth(addr)] = 0; // no handle is of this object any more
    mfree(addr, words + TRAILER);
    trailer = below;
  }
  lock(H.ARENAS_LOCK);
  i32[field(at, A.NEXT)] = i32[H.ARENAS_FREE]!;
  i32[H.ARENAS_FREE] = arena;
  unlock(H.ARENAS_LOCK);
}

/** A block for the running goroutine, in its arena if it has one. Its contents are whatever was there before. */
export function mallocHere<T extends Addr<string> = BlockAddr>(words: number): T {
  if (m.arena === 0) return malloc<T>(words);
  const addr = malloc<T>(words + TRAILER);
  const trailer = (addr + words) as BlockAddr;
  const blocks = field(address(m.arena), A.BLOCKS);
  i32[field(trailer, TRAIL.WORDS)] = words;
  for (;;) {
    const head = Atomics.load(i32, blocks);
    i32[field(trailer, TRAIL.BELOW)] = head;
    if (Atomics.compareExchange(i32, blocks, head, trailer) === head) return addr; // pairs with the load in releaseArena
  }
}

/** The generation of the objects that the running goroutine allocates. */
export function generationHere(): number {
  return m.arena === 0 ? 0 : i32[field(address(m.arena), A.GENERATION)]!;
}
