// The layout of a run's memory, written before the run begins: what is constant in the header, and everything else as new.

import { field, type ListenerAddr, nth, type Words } from './address.js';
import {
  align,
  CACHE_LINE,
  COLD_WORDS,
  G_WORDS,
  GC_WORDS,
  H,
  OBJECT_WORDS,
  P,
  pAddress,
  park,
  TRACE_WORDS,
  tables,
} from './layout.js';

/**
 * Lays out the memory for a run: new memory, or that of a run which all threads have left. Nothing but reservations: pages
 * are touched later. Used memory costs what the run before has touched.
 * @param options.cores that the Ps have for them
 * @param options.net words for a listener, if the run has one
 */
export function layOut(words: Words, options: { procs: number; seed: number; cores: number; net?: number }): void {
  const { procs, net = 0 } = options;
  const { gbase: base, gcold: cold, gmax } = tables(words.length, procs);
  const arena = align(cold + gmax * COLD_WORDS);
  clear(words, base, cold, arena);
  words[H.NPROCS] = procs;
  words[H.NCORES] = options.cores;
  words[H.SEED] = options.seed;
  words[H.GMAX] = gmax;
  words[H.ARENA] = arena;
  words[H.TRACE_WORDS] = Math.min(TRACE_WORDS, align(Math.floor(words.length / 8 / procs)));
  words[H.TRACE_AREA] = align(words.length - CACHE_LINE) - GC_WORDS - OBJECT_WORDS - procs * words[H.TRACE_WORDS]!;
  words[H.END] = words[H.TRACE_AREA]!;
  words[H.NET] = net === 0 ? 0 : (arena as ListenerAddr);
  words[H.BUMP] = align(arena + net);
  // A P counts as asleep until its thread is up, so that a deadlock shows even if the other threads never come.
  words[H.NPIDLE] = procs;
  for (let id = 0; id < procs; id++) {
    words[field(pAddress(id), P.PARK)] = park.asleep;
    words[nth(H.IDLEMASK, id >> 5)]! |= 1 << (id & 31);
  }
}

/** Makes what a run has touched as good as new. */
function clear(words: Words, base: number, cold: number, arena: number): void {
  const gs = Math.min(words[H.GNEXT]!, words[H.GMAX]!);
  words.fill(0, base, base + gs * G_WORDS);
  words.fill(0, cold, cold + gs * COLD_WORDS);
  const bump = words[H.BUMP]!;
  if (bump !== 0) words.fill(0, arena, bump);
  words.fill(0, 0, base);
}
