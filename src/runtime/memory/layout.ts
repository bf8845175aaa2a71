// Layout of the memory that all threads of a run share: one buffer (reserve.ts), and a name for each of its words.
//
//   word 0                                                                       words()
//   | header | P 0 | P 1 | ... | G table: hot records | G table: cold records | arena ...        | trace area |
//
// An address is an index of a 32-bit word in `i32`; address 0 is nil. What must be 8 bytes wide (a float64, a slot of
// a channel) stands at an even address `a` and is `f64[a >> 1]`. The buffer is as large as the machine lets us
// reserve; pages that are never touched cost nothing, so neither table needs to grow.
//
// Every word says who may write it. Words that several threads write are touched through Atomics only; a plain read
// of such a word is a hint, and has to be checked with Atomics before it has consequences.

import { type ColdAddr, type GAddr, offsets, type PAddr, words } from './address.js';

/** 64 bytes: two words that different threads write never share a line. */
export const CACHE_LINE = 16;

/** The state of the whole run. Written once, by the thread that ends it (compare-and-exchange from `running`). */
export const runStatus = { running: 0, exited: 1, panicked: 2, deadlocked: 3, interrupted: 4, failed: 5 } as const;

/**
 * H.STARTED: no thread has made the main goroutine; the first thread that is up is about to (compare-and-exchange decides
 * which); it is queued. Before that, idle Ps are no deadlock.
 */
export const started = { no: 0, begun: 1, queued: 2 } as const;

/**
 * H.DECLARED: no thread has begun to make the package-level objects; one makes them; they are there; making them failed, and
 * the run with it.
 */
export const declared = { no: 0, begun: 1, made: 2, failed: 3 } as const;

/** Header words. */
export const H = words<{
  GLOBQ_HEAD: 'G';
  GLOBQ_TAIL: 'G';
  GFREE_HEAD: 'G';
  TRACE_SIZE: 'f64';
  TRACE_BEGIN: 'f64';
  TRACE_GCSUNTIL: 'f64';
  ARENAS: 'block';
  NET: 'listener';
  DECLARED_AT: 'block';
  CENTRAL: 'block';
  TYPES: 'string';
}>()({
  /** runStatus. */
  STATUS: 1 * CACHE_LINE,
  /** How many Ps there are. Constant. */
  NPROCS: 1 * CACHE_LINE + 1,
  /** Cores that the Ps share. Idle Ps spin while no more of them are awake. Constant. */
  NCORES: 1 * CACHE_LINE + 2,
  /** Seed of every random choice. Constant. */
  SEED: 1 * CACHE_LINE + 3,
  /** How many G records there are, first word of the arena, its end. Constant. */
  GMAX: 1 * CACHE_LINE + 6,
  ARENA: 1 * CACHE_LINE + 7,
  END: 1 * CACHE_LINE + 8,
  /** Address of the listener (netpoll.ts), 0 in a run without. Constant. */
  NET: 1 * CACHE_LINE + 9,
  /**
   * Package-level objects (packagelevel.ts): `declared`, by compare-and-exchange; address of their table. The thread that
   * makes them writes the table first and the state then.
   */
  DECLARED: 1 * CACHE_LINE + 10,
  DECLARED_AT: 1 * CACHE_LINE + 11,
  /** Milliseconds since the start of the run, as sysmon last saw it. Written by sysmon only. */
  CLOCK: 2 * CACHE_LINE,
  /** Ps that are asleep (or whose thread has not come up yet). Added to by the sleeper, taken from by the waker. */
  NPIDLE: 3 * CACHE_LINE,
  /** Grows whenever a P stops being idle, before NPIDLE shrinks: the check for a deadlock reads it before and after. */
  IDLEGEN: 3 * CACHE_LINE + 1,
  /** Whether the main goroutine is there: started. */
  STARTED: 3 * CACHE_LINE + 2,
  /** Ms that search for work. The submitter of new work reads it before it wakes a P. */
  NMSPINNING: 4 * CACHE_LINE,
  /** The global run queue: lock, first, last, size. Links by G.LINK. */
  GLOBQ_LOCK: 5 * CACHE_LINE,
  GLOBQ_HEAD: 5 * CACHE_LINE + 1,
  GLOBQ_TAIL: 5 * CACHE_LINE + 2,
  GLOBQ_SIZE: 5 * CACHE_LINE + 3,
  /** Dead Gs that their P had no room for: lock, first, count. Links by G.LINK. */
  GFREE_LOCK: 6 * CACHE_LINE,
  GFREE_HEAD: 6 * CACHE_LINE + 1,
  GFREE_COUNT: 6 * CACHE_LINE + 2,
  /** Records of the G table that were ever handed out. */
  GNEXT: 7 * CACHE_LINE,
  /** Blocks of 16 goroutine ids that were handed out. */
  GOIDGEN: 7 * CACHE_LINE + 1,
  /**
   * Arenas (arena.ts): address of their table, 0 before the first; lock; first free one, by A.NEXT; how many were ever used;
   * the generation of the last.
   */
  ARENAS: 7 * CACHE_LINE + 2,
  ARENAS_LOCK: 7 * CACHE_LINE + 3,
  ARENAS_FREE: 7 * CACHE_LINE + 4,
  ARENAS_USED: 7 * CACHE_LINE + 5,
  ARENAS_GENERATION: 7 * CACHE_LINE + 6,
  /** Next free word of the arena. */
  BUMP: 8 * CACHE_LINE,
  /** Goroutines that sleep or wait for the network, and timers whose channels are waited for: while there is one, no deadlock. */
  NTIMERS: 9 * CACHE_LINE,
  /** Interned type names: lock, count; the addresses follow at TYPES. */
  TYPES_LOCK: 10 * CACHE_LINE,
  TYPES_COUNT: 10 * CACHE_LINE + 1,
  /** Blocks that their thread had no room for: lock; a list for each size class follows at CENTRAL. */
  CENTRAL_LOCK: 11 * CACHE_LINE,
  /** One word for each power of two. */
  CENTRAL: 12 * CACHE_LINE,
  /** A bit for each P that is asleep, in 32 words of 32: no run has more than 1024 Ps. */
  IDLEMASK: 14 * CACHE_LINE,
  /**
   * Tracing: grows when a trace begins and when it ends, so it is odd while the run is traced; the file; 1 once writing it
   * failed; lock of the file.
   */
  TRACING: 16 * CACHE_LINE,
  TRACE_FD: 16 * CACHE_LINE + 1,
  TRACE_FAILED: 16 * CACHE_LINE + 2,
  TRACE_LOCK: 16 * CACHE_LINE + 3,
  /** 1 while a chunk is being written. */
  TRACE_WRITING: 16 * CACHE_LINE + 10,
  /** Bytes of the file that are whole chunks, a float64. */
  TRACE_SIZE: 16 * CACHE_LINE + 12,
  /** Collections noted in the trace area; pairs of GC events in the file, and until when they are complete, a float64. */
  TRACE_GCS: 16 * CACHE_LINE + 4,
  TRACE_GCSWRITTEN: 16 * CACHE_LINE + 11,
  TRACE_GCSUNTIL: 16 * CACHE_LINE + 14,
  /** Number of the last user task, and of the last object (tracing/objects.ts). */
  TRACE_TASKS: 16 * CACHE_LINE + 5,
  TRACE_OBJECTS: 17 * CACHE_LINE + 10,
  /** When the trace began, a float64: nanoseconds since the start of the run. 0 before. */
  TRACE_BEGIN: 16 * CACHE_LINE + 6,
  /** First word of the trace area, and words in it for each P. Constant. */
  TRACE_AREA: 16 * CACHE_LINE + 8,
  TRACE_WORDS: 16 * CACHE_LINE + 9,
  /** Stopping the world (stw.ts): 0, or a value of its own for each stop; how many Ps have stopped. */
  STW: 17 * CACHE_LINE,
  STOPPED: 17 * CACHE_LINE + 1,
  /**
   * Where one thread runs every P: a bit for each P that may have something to steal, in 32 words of 32. Set when it gets
   * something, cleared by a thief who finds nothing.
   */
  STEALMASK: 18 * CACHE_LINE,
  /**
   * Handshakes: grows when Node's main thread asks every P for something; for what (handshakeAct), and of which profile
   * (profileBit). PROFILES: the profiles that the run has had so far, from its beginning or later. PROFILED: 1 if Node's main thread
   * writes those that the program asks for.
   */
  HANDSHAKE: 17 * CACHE_LINE + 4,
  HANDSHAKE_ACT: 17 * CACHE_LINE + 5,
  HANDSHAKE_KIND: 17 * CACHE_LINE + 6,
  PROFILES: 17 * CACHE_LINE + 7,
  PROFILED: 17 * CACHE_LINE + 8,
  /** 1 if a run that is interrupted is to say what its goroutines do (quit.ts). Node's main thread writes it before STATUS. */
  QUIT: 17 * CACHE_LINE + 9,
  /** Steps of virtual Ps, in the simulator: shows the thread that watches it that it makes progress. */
  STEPS: 17 * CACHE_LINE + 2,
  TYPES: 20 * CACHE_LINE,
});

/** How many different types a run may name. */
export const MAX_TYPES = 4096;
const HEADER_WORDS = H.TYPES + MAX_TYPES;

/** How many Gs a P's ring holds; as in Go. */
export const RING = 256;

/** Words of a P. */
export const P = offsets<
  'P',
  {
    RUNNEXT: 'G';
    INBOX: 'G';
    NETPOLL: 'G';
    NEWQ_HEAD: 'G';
    NEWQ_TAIL: 'G';
    LOCALQ_HEAD: 'G';
    LOCALQ_TAIL: 'G';
    NEXT: 'G';
    CURG: 'G';
    GCSUNTIL: 'f64';
    WORK: 'f64';
    RING: 'G';
  }
>()({
  /** The ring: thieves and the owner take at HEAD (compare-and-exchange), the owner puts at TAIL. */
  RUNQHEAD: 0,
  RUNQTAIL: 1 * CACHE_LINE,
  /** The unstarted G to run next, or 0. The owner sets it; a thief takes it by compare-and-exchange. */
  RUNNEXT: 1 * CACHE_LINE + 1,
  /** Started Gs that other Ps made ready: a stack; others push, the owner takes it whole. */
  INBOX: 2 * CACHE_LINE,
  /** The same, made ready by the network: Node's thread pushes. */
  NETPOLL: 2 * CACHE_LINE + 1,
  /** park: the word this P sleeps on. */
  PARK: 3 * CACHE_LINE,
  /** Since when, in microseconds, its steps are watched, and its NSWITCHES then (sched.ts). Hints: any P writes them. */
  WATCHED: 3 * CACHE_LINE + 4,
  WATCHEDSWITCHES: 3 * CACHE_LINE + 5,
  /** 1 once the P's thread is up; 1 + its last handshake, once it has loaded what records profiles (profiling/handshake.ts). */
  UP: 3 * CACHE_LINE + 1,
  RECORDS: 3 * CACHE_LINE + 3,
  /** left (profiling/handshake.ts): whether it has noticed that the run has ended. Owner writes. */
  LEFT: 3 * CACHE_LINE + 2,
  /** 1 asks the running G to leave at its next scheduling point (sysmon), and the P to look when its timers are due (retime). */
  PREEMPT: 4 * CACHE_LINE,
  RETIMED: 4 * CACHE_LINE + 1,
  /** New Gs that may park: lock, first, last, count. Links by G.LINK. Any P may take one, within its share. */
  NEWQ_LOCK: 5 * CACHE_LINE,
  NEWQ_HEAD: 5 * CACHE_LINE + 1,
  NEWQ_TAIL: 5 * CACHE_LINE + 2,
  NEWQ_COUNT: 5 * CACHE_LINE + 3,
  /** Owner only, from here. Started Gs that are ready: first, last. Links by G.LINK. */
  LOCALQ_HEAD: 6 * CACHE_LINE,
  LOCALQ_TAIL: 6 * CACHE_LINE + 1,
  /** The started G to run next, or 0. */
  NEXT: 6 * CACHE_LINE + 5,
  /** Time slices begun. Read by sysmon. */
  SCHEDTICK: 6 * CACHE_LINE + 2,
  /** Started Gs that are at home here. Read by Ps that place a new one. */
  NHOME: 6 * CACHE_LINE + 3,
  /** The running G, or 0. Read by reports. */
  CURG: 6 * CACHE_LINE + 4,
  /** Counters for reports. Owner writes. */
  NCREATED: 7 * CACHE_LINE,
  NSWITCHES: 7 * CACHE_LINE + 1,
  NSTEALS: 7 * CACHE_LINE + 2,
  NPARKS: 7 * CACHE_LINE + 3,
  NWAKES: 7 * CACHE_LINE + 4,
  NSENDS: 7 * CACHE_LINE + 5,
  NRECVS: 7 * CACHE_LINE + 6,
  /** Bytes in the P's part of the trace area: another thread writes them if this one cannot. */
  TRACEPOS: 7 * CACHE_LINE + 8,
  /** First number of a stack that is not written yet, of one that is not taken yet, and of a text that is not taken yet. */
  STACKSWRITTEN: 7 * CACHE_LINE + 11,
  STACKSTAKEN: 7 * CACHE_LINE + 12,
  TEXTSTAKEN: 7 * CACHE_LINE + 13,
  /** KiB of the thread's heap: in use, and committed. */
  HEAP: 7 * CACHE_LINE + 9,
  HEAPGOAL: 7 * CACHE_LINE + 10,
  /** The time up to which the thread's collections are noted in the trace area, a float64. */
  GCSUNTIL: 7 * CACHE_LINE + 14,
  /** Work that goroutines have charged here, a float64 for each kind (work.ts). Owner writes. */
  WORK: 8 * CACHE_LINE,
  RING: 9 * CACHE_LINE,
});
const P_WORDS = P.RING + RING;

/** P.PARK: awake; asleep; woken to look for work as a spinning M. */
export const park = { awake: 0, asleep: 1, spinning: 2 } as const;

/**
 * Words of a G's hot record, one cache line: all that a goroutine needs that runs to its end without parking. PARAM, and the words
 * where the arguments begin, are used more than once:
 *
 *   moment in the life of the G                       PARAM                               words 8 to 11
 *   ------------------------------------------------  ----------------------------------  --------------------------------
 *   created, before its first step                    low 32 bits of its creation time *  the arguments
 *   plain: runs, or is preempted by what it created   sequence number of its next event * the arguments
 *   may park: from its first step on                  unused until a waker writes it      TRACETS, TRACESEQ, TRACEP *
 *   made runnable by a channel, select or semaphore   1; in a select 1 + the case;        the same
 *                                                     negative: the channel was closed
 *
 *   * only where the run is traced
 *
 * The tracer (tracing/tracer.ts) writes these words to order a goroutine's events across Ps. An effect must not be earlier than its
 * cause, so an event is stamped later than TRACETS. TRACESEQ counts starts and wake-ups. It is left out of an event whose
 * predecessor was written by the same P (TRACEP). Goroutine 7 is created on P 0, stolen by P 1, waits there, and P 0 wakes it
 * while the clock of P 0 is 100 ns behind:
 *
 *   clock      P  action             event in the trace            then PARAM, or TRACETS, TRACESEQ, TRACEP
 *   1.0000 ms  0  creates 7          GoCreate 7 at 1.0000          PARAM = 1.0000
 *   1.1000 ms  1  first step of 7    GoStart 7, 1, at 1.1000       1.1000   2  1
 *   1.2000 ms  1  7 waits            GoBlockRecv at 1.2000         1.2000   2  1
 *   1.1999 ms  0  sends, readies 7   GoUnblock 7, 2, at 1.200001   1.200001 3  0
 *   1.3000 ms  1  resumes 7          GoStart 7, 3, at 1.3000       1.3000   4  1
 *   1.4000 ms  1  7 waits            GoBlockRecv at 1.4000         1.4000   4  1
 *   1.5000 ms  1  sends, readies 7   GoUnblockLocal 7 at 1.5000    1.5000   5  1
 *   1.6000 ms  1  resumes 7          GoStartLocal 7 at 1.6000      1.6000   6  1
 */
export const G = offsets<'G', { LINK: 'G'; GOID: 'f64'; ARGS: 'slots'; TRACETS: 'f64' }>()({
  /** gStatus. Written by the owner of the next transition (g.ts). */
  STATUS: 0,
  /** The next G of the queue or free list that this one is in. */
  LINK: 1,
  /** Arena << 20 | body << 5 | arguments << 1 | (may park). */
  FN: 2,
  /** The P it started on. Before: -1 - the P that created it. */
  HOME: 3,
  /** Its id, a float64. */
  GOID: 4,
  /** 4 bits for each argument: argTag. */
  ARGTAGS: 6,
  /** The result of its wait, written by the waker; before it can wait, a word of its trace. See the table above. */
  PARAM: 7,
  /** Up to four arguments, or the address of a block that holds them all. */
  ARGS: 8,
  /**
   * Trace words of a G that may park, from its first step on, when its arguments have been read: the time of its last event in
   * nanoseconds, a float64; the sequence number of its next event; the P of its last event. They lie in the hot record because
   * the waker needs this cache line anyway.
   */
  TRACETS: 8,
  TRACESEQ: 10,
  TRACEP: 11,
});
export const G_WORDS = 16;
/** Arguments that fit into the hot record. */
export const INLINE_ARGS = 4;

/** Words of a G's cold record: touched by goroutines that park. It begins with the G's own sudog. */
export const COLD = offsets<'cold', { ELEM: 'slots'; WAITON: 'object'; PARENT: 'f64'; BLOCKEDAT: 'f64' }>()({
  SUDOG: 0,
  /** Room for an element of up to four slots while it waits. */
  ELEM: 8,
  /** Index in the table of wait reasons, and the object waited on. */
  WAITREASON: 16,
  WAITON: 17,
  /** H.CLOCK when it parked. */
  WAITSINCE: 18,
  /** 1 once a case of its select has fired: compare-and-exchange decides who fires it. */
  SELECTDONE: 19,
  /** H.CLOCK when it was created. */
  CREATED: 20,
  /** When another P first saw it waiting to be started, in microseconds since the start of the run; 0: not yet. */
  SEEN: 21,
  /** NSWITCHES of the P that it waits on, at that moment. */
  SEENSWITCHES: 27,
  /** Id of its creator, a float64. */
  PARENT: 22,
  /** When it began to wait, a float64 on the run's clock, and at which stack of its P, if that is measured. */
  BLOCKEDAT: 24,
  BLOCKSTACK: 26,
});
export const COLD_WORDS = 32; // two cache lines: the sudogs of two Gs on different Ps never share one
/** Slots of an element that fit into the cold record. */
export const INLINE_SLOTS = 4;

/** Words of a sudog: a G that waits on a channel or a semaphore (Go's runtime.sudog). */
export const SG = offsets<
  'sudog',
  { G: 'G'; NEXT: 'sudog'; PREV: 'sudog'; ELEM: 'slots'; ON: 'object'; WAITLINK: 'sudog' }
>()({
  G: 0,
  NEXT: 1,
  PREV: 2,
  /** Address of the element: where a receiver wants it, where a sender has it. */
  ELEM: 3,
  /** The channel or semaphore. */
  ON: 4,
  /** 0, or 1 + the case of a select. */
  CASE: 5,
  /** The next sudog of the same select. */
  WAITLINK: 6,
});
export const SG_WORDS = 8;

export const gStatus = { idle: 0, runnable: 1, running: 2, waiting: 4, dead: 6 } as const;

/** Most goroutines alive at once. */
const MAX_GS = 1 << 22;
/** Words of trace that a P may hold back; of the list of collections and that of objects, in front of the Ps' parts. */
export const TRACE_WORDS = 1 << 22;
export const GC_WORDS = 1 << 18;
export const OBJECT_WORDS = 1 << 14;

/** Where the G table stands in a memory of so many words, and how many records it has. */
export function tables(length: number, procs: number): { gbase: number; gcold: number; gmax: number } {
  const gbase = align(HEADER_WORDS + procs * P_WORDS);
  // A reservation that had to be small gives a quarter of itself to the table.
  const gmax = Math.min(MAX_GS, Math.floor((length - gbase) / 4 / (G_WORDS + COLD_WORDS)));
  return { gbase, gcold: gbase + gmax * G_WORDS, gmax };
}

/** Address of G record number `index`, in a memory whose table begins at `gbase`. */
export function gAddressIn(gbase: number, index: number): GAddr {
  return (gbase + index * G_WORDS) as GAddr;
}

/** Address of its cold record, in a memory whose table of these begins at `gcold`. */
export function gColdAddressIn(gcold: number, index: number): ColdAddr {
  return (gcold + index * COLD_WORDS) as ColdAddr;
}

/** The next multiple of a cache line. */
export function align(words: number): number {
  return Math.ceil(words / CACHE_LINE) * CACHE_LINE;
}

/** Address of P number `id`. */
export function pAddress(id: number): PAddr {
  return (HEADER_WORDS + id * P_WORDS) as PAddr;
}

/** Number of the P at `pp`. */
export function pId(pp: PAddr): number {
  return (pp - HEADER_WORDS) / P_WORDS;
}
