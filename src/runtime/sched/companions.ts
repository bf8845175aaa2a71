// Companions: goroutines that a new goroutine would wait for in its first step, and that it should therefore share a P with. A
// hand-off within one P takes 0.3 to 0.8 us; between two Ps it takes 2, and 10 to 50 where their threads share a core with other
// processes (bench/campaigns/steady.ts measures it). A goroutine stays where it took its first step, so the scheduler
// (sched.ts) asks here before another P takes a new one.
//
//   time     P 0                                        P 1, which is idle
//   0        go(worker, c), runs on: computes           sees the new G: see()
//   0.2 ms                                              waitsForCreator? worker begins with c.recv(), main runs: leave it
//   1 ms     main parks; P 0 chooses worker
//   ...      steps of 1 us each                         watches P 0 for 5 ms: areTalking() -> true: never takes it
//
// Everything here is a hint: other Ps write these words at the same time, and a wrong answer costs time and nothing else.

import { field, field64, type GAddr, type PAddr } from '../memory/address.js';
import { COLD, G, H, P, pAddress, pId } from '../memory/layout.js';
import { f64, gColdAddress, i32 } from '../memory/memory.js';
import { engine } from './engine.js';
import { firstMeets, found, waited } from './firstwait.js';
import { goidOf } from './g.js';

/** Steps shorter than this (us) do not pay for a companion on another P: a hand-off to it takes 2. */
const TALK = 4;
/** How long (us) the steps of a P are measured before a thief takes a companion from it; then a new measurement begins. */
export const WATCH = 5000;
/** Steps of at least this (us) are long from the first measurement on: no code that V8 has yet to compile is so slow. */
const LONG_STEP = 50;
/** How long (ms) shorter steps may be slow only because V8 has not compiled their code yet. */
const WARM_UP = 100;
/** The measurement is this many times as long where Ps share cores: a thread that has lost its core has it back by then. */
const SHARED = 6;
/** How long (ms) a new goroutine is left alone at most because threads of Ps are not up yet. */
const COMING_UP = 1000;
/** How long (us) the steps of a P are measured at least. */
const A_MOMENT = 200;

/** Notes that a P has seen this new G of P `pp` and left it there. The first time counts. */
export function see(gp: GAddr, pp: PAddr): void {
  const cold = gColdAddress(gp);
  if (i32[field(cold, COLD.SEEN)] !== 0) return;
  i32[field(cold, COLD.SEEN)] = microseconds();
  i32[field(cold, COLD.SEENSWITCHES)] = i32[field(pp, P.NSWITCHES)]!;
}

/** Forgets that the G was seen. */
export function unsee(gp: GAddr): void {
  i32[field(gColdAddress(gp), COLD.SEEN)] = 0;
}

/** True if P `pp` has chosen a goroutine to run since the G was seen. */
export function chosenSince(gp: GAddr, pp: PAddr): boolean {
  return i32[field(gColdAddress(gp), COLD.SEENSWITCHES)] !== i32[field(pp, P.NSWITCHES)];
}

/** How long ago (us) the G was first seen. */
export function seenFor(gp: GAddr): number {
  return (microseconds() - i32[field(gColdAddress(gp), COLD.SEEN)]!) | 0;
}

/**
 * True if the goroutines of P `pp` take such short steps that they mostly wait for each other: then a companion on another P
 * gains less than its hand-offs cost. Undefined if it is too early to say, for a new G that would wait for a goroutine there: the
 * measurement is too short, or the steps may be slow because V8 has not compiled them, or because threads that come up use the
 * cores.
 */
export function areTalking(pp: PAddr, gp: GAddr): boolean | undefined {
  const now = microseconds();
  const { enoughUs, longUs, warmMs } = limits();
  let watched = (now - i32[field(pp, P.WATCHED)]!) | 0;
  if (watched < 0 || watched > 4 * enoughUs) {
    i32[field(pp, P.WATCHED)] = now;
    i32[field(pp, P.WATCHEDSWITCHES)] = i32[field(pp, P.NSWITCHES)]!;
    watched = 0;
  }
  const companion = meetsHere(pp, gp);
  if (watched < (companion ? enoughUs : A_MOMENT) || (companion && areComingUp(gp)))
    return companion ? undefined : false;
  const step = watched / ((i32[field(pp, P.NSWITCHES)]! - i32[field(pp, P.WATCHEDSWITCHES)]!) | 0);
  if (companion && step >= TALK && step < longUs && waited(gp) < warmMs) return undefined;
  return step < TALK;
}

/** WATCH, LONG_STEP and WARM_UP for this run. Where Ps share cores, the one that is measured often has none, and seems to take long steps. */
function limits(): { readonly enoughUs: number; readonly longUs: number; readonly warmMs: number } {
  const sharing = i32[H.NPROCS]! / i32[H.NCORES]!;
  if (sharing <= 1) return { enoughUs: WATCH, longUs: LONG_STEP, warmMs: WARM_UP };
  return { enoughUs: SHARED * WATCH, longUs: sharing * LONG_STEP, warmMs: sharing * WARM_UP };
}

/** True if threads of Ps are still coming up, and use the cores; false once the G has waited for COMING_UP. */
function areComingUp(gp: GAddr): boolean {
  if (waited(gp) >= COMING_UP) return false;
  for (let id = 0; id < i32[H.NPROCS]!; id++) if (i32[field(pAddress(id), P.UP)] === 0) return true;
  return false;
}

/** Microseconds since the start of the run, never 0. */
function microseconds(): number {
  return Math.max(1, Math.floor(engine().now() / 1000)) | 0;
}

/** True if the goroutine that has created this new G of P `pp` still runs there, and the G would only wait for it. */
export function waitsForCreator(pp: PAddr, gp: GAddr): boolean {
  const creator = i32[field(pp, P.CURG)]!;
  return (
    creator !== 0 && goidOf(creator) === f64[field64(gColdAddress(gp), COLD.PARENT)] && firstMeets(gp) === found.none
  );
}

/** True if the first step of this new G of P `pp` would go through with a goroutine that lives there, or wait. */
function meetsHere(pp: PAddr, gp: GAddr): boolean {
  return firstMeets(gp) === found.none || meetsCompanion(pp, gp);
}

/** True if the first step of this new G would go through with a goroutine that waits for it on P `pp`. */
export function meetsCompanion(pp: PAddr, gp: GAddr): boolean {
  const partner = firstMeets(gp);
  return partner > 0 && i32[field(partner as GAddr, G.HOME)] === pId(pp);
}
