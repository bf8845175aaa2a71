// New goroutines that had better start where those are that they talk to. Two on one P hand on in 0.3 to 0.8 us; two on different
// Ps in 2, and in 10 to 50 where their threads have to share a core with other processes. From its first step on a goroutine
// stays, so the scheduler (sched.ts) asks here before it lets another P take one.
//
// Everything here is a hint: other Ps write these words at the same time, and what is wrong makes a run slower and nothing else.

import { field, field64, type GAddr, type PAddr } from '../memory/address.js';
import { COLD, G, H, P, pAddress, pId } from '../memory/layout.js';
import { f64, gColdAddress, i32 } from '../memory/memory.js';
import { engine } from './engine.js';
import { firstMeets, found, waited } from './firstwait.js';
import { goidOf } from './g.js';

/** Steps (us) for which it does not pay to have companions on another P: a hand-off to one takes two. */
const TALK = 4;
/** How long (us) the steps of a P are watched before a thief takes new ones of its goroutines; then it begins anew. */
export const WATCH = 5000;
/** Steps (us) that are long from the first, and how long (ms) shorter ones may take because their code is new. */
const LONG_STEP = 50;
const WARM_UP = 100;
/** So many times as long where Ps share cores: a thread that has lost its core has it back by then. */
const SHARED = 6;
/** How long (ms) a new goroutine waits at most for the threads of all Ps to come up. */
const COMING_UP = 1000;
/** How long (us) the steps of a P are watched at the least. */
const A_MOMENT = 200;

/** Notes that a P has seen this new G of P `pp` and left it there; keeps the time if one has before. */
export function see(gp: GAddr, pp: PAddr): void {
  const cold = gColdAddress(gp);
  if (i32[field(cold, COLD.SEEN)] !== 0) return;
  i32[field(cold, COLD.SEEN)] = microseconds();
  i32[field(cold, COLD.SEENSWITCHES)] = i32[field(pp, P.NSWITCHES)]!;
}

/** Forgets that it was seen. */
export function unsee(gp: GAddr): void {
  i32[field(gColdAddress(gp), COLD.SEEN)] = 0;
}

/** Whether P `pp` has chosen what to run since it was seen. */
export function chosenSince(gp: GAddr, pp: PAddr): boolean {
  return i32[field(gColdAddress(gp), COLD.SEENSWITCHES)] !== i32[field(pp, P.NSWITCHES)];
}

/** How long ago (us) it was seen. */
export function seenFor(gp: GAddr): number {
  return (microseconds() - i32[field(gColdAddress(gp), COLD.SEEN)]!) | 0;
}

/**
 * True if the goroutines of P `pp` take so short steps that they do little but talk: then a companion is worth less on another
 * P than its hand-offs cost. Undefined if it is too early to tell about this new G of its, which will talk to one that lives
 * there: they have not been watched for long enough, or their steps may be slow because V8 has not compiled them, or because threads
 * that come up take the cores.
 */
export function areTalking(pp: PAddr, gp: GAddr): boolean | undefined {
  const now = microseconds();
  const [enough, long, warm] = patience();
  let watched = (now - i32[field(pp, P.WATCHED)]!) | 0;
  if (watched < 0 || watched > 4 * enough) {
    i32[field(pp, P.WATCHED)] = now;
    i32[field(pp, P.WATCHEDSWITCHES)] = i32[field(pp, P.NSWITCHES)]!;
    watched = 0;
  }
  const companion = meetsHere(pp, gp);
  if (watched < (companion ? enough : A_MOMENT) || (companion && areComingUp(gp))) return companion ? undefined : false;
  const step = watched / ((i32[field(pp, P.NSWITCHES)]! - i32[field(pp, P.WATCHEDSWITCHES)]!) | 0);
  if (companion && step >= TALK && step < long && waited(gp) < warm) return undefined;
  return step < TALK;
}

/**
 * How long (us) to watch, which steps (us) are long, and for how long (ms) code is new. Where Ps share cores, the one that is
 * watched often has none, and seems to take long steps.
 */
function patience(): readonly [number, number, number] {
  const sharing = i32[H.NPROCS]! / i32[H.NCORES]!;
  return sharing <= 1 ? [WATCH, LONG_STEP, WARM_UP] : [SHARED * WATCH, sharing * LONG_STEP, sharing * WARM_UP];
}

/** True if threads of Ps come up, and take the cores from others; not if they take longer than anybody waits. */
function areComingUp(gp: GAddr): boolean {
  if (waited(gp) >= COMING_UP) return false;
  for (let id = 0; id < i32[H.NPROCS]!; id++) if (i32[field(pAddress(id), P.UP)] === 0) return true;
  return false;
}

/** Microseconds since the start of the run, never 0. */
function microseconds(): number {
  return Math.max(1, Math.floor(engine().now() / 1000)) | 0;
}

/** True if the goroutine that has created this new G of P `pp` still runs there, and the G would do nothing but wait for it. */
export function waitsForCreator(pp: PAddr, gp: GAddr): boolean {
  const creator = i32[field(pp, P.CURG)]!;
  return (
    creator !== 0 && goidOf(creator) === f64[field64(gColdAddress(gp), COLD.PARENT)] && firstMeets(gp) === found.nobody
  );
}

/** True if the first step of this new G of P `pp` would meet a goroutine that lives there, or wait for one. */
function meetsHere(pp: PAddr, gp: GAddr): boolean {
  return firstMeets(gp) === found.nobody || meetsCompanion(pp, gp);
}

/** True if it would meet a goroutine that lives there. */
export function meetsCompanion(pp: PAddr, gp: GAddr): boolean {
  const partner = firstMeets(gp);
  return partner > 0 && i32[field(partner as GAddr, G.HOME)] === pId(pp);
}
