// The audit of idle Ps: the words of the shared memory agree with what the Ps are doing, and no goroutine waits beside an idle P
// for longer than it takes to wake that P.
//
//   goroutine         must be taken by               within (words of sched.ts)
//   started           its home, if that sleeps       the latency of a wake-up
//   plain, unstarted  any sleeping P                 the same. No limit while any P searches or is on the way to: Ps wake each
//                                                    other one after the other
//   may park,         any idle P whose thread is up  2 PATIENCE + 4 TIME_SLICE + the latency: it may be refused for PATIENCE as it
//   unstarted                                        is young, and for PATIENCE as the P is home to enough. If it is refused
//                                                    because the goroutines of its P do little but talk, that P takes it itself
//                                                    in one of its next three time slices. And the run's clock, which says how
//                                                    long it has waited, ticks once in a TIME_SLICE. No limit while it waits for
//                                                    its creator

import { field, type GAddr, nth } from '../../memory/address.js';
import { G, H, P, pAddress, park } from '../../memory/layout.js';
import { gAddress, i32 } from '../../memory/memory.js';
import { waitsForCreator } from '../../sched/companions.js';
import { goidOf, mayPark } from '../../sched/g.js';
import { PATIENCE, TIME_SLICE } from '../../sched/sched.js';
import { TRY } from '../../sched/spinning.js';
import { NEVER, type Proc } from '../proc.js';
import { NS_PER_MS, type World } from '../world.js';
import type { Places } from './places.js';

/** Nanoseconds for all that a P does before it searches, such as switching, and that is not counted one by one here. */
const MARGIN = 20_000;

/** The Ps that have had nothing to do for longest. */
interface IdleProcs {
  /** Idle, with a thread that is up; undefined if no such P is idle. */
  readonly idle: Proc | undefined;
  /** Asleep, and not woken. */
  readonly asleep: Proc | undefined;
}

export class IdleAudit {
  readonly #world: World;
  readonly #places: Places;
  /** How long (ns) it takes until a P that is woken searches. */
  readonly #latency: number;
  /** Since when each P has been asleep without being woken; NEVER if it is not so. */
  readonly #asleepSince: Float64Array;
  /** When the thread of the last P came up: a goroutine that may park is left to that P for longer (BOOT_PATIENCE). */
  #completeAt = 0;
  /** When a G, by its number, was last seen to wait for its creator. */
  readonly #excusedAt = new Map<number, number>();
  /** When a P was last searching for work, or on the way to. */
  #searchedAt = 0;

  constructor(world: World, places: Places) {
    const { wake, notify, handoff, remote, sleep } = world.costs;
    this.#world = world;
    this.#places = places;
    this.#latency = wake + notify + handoff + remote + sleep + TRY + MARGIN;
    this.#asleepSince = new Float64Array(world.procs.length).fill(NEVER);
  }

  /**
   * @param now the time of the step
   * @param onTop true if it was on top of a goroutine: then only the Ps that have to catch up have made progress
   * @returns what is wrong
   */
  check(now: number, onTop: boolean): string | undefined {
    return this.#checkWords() ?? (onTop ? undefined : this.#checkGoroutines(now));
  }

  /** The words of the shared memory say what the Ps are doing. */
  #checkWords(): string | undefined {
    let idle = 0;
    let spinning = 0;
    for (const p of this.#world.procs) {
      const parked = i32[field(p.pp, P.PARK)] === park.asleep;
      const masked = (i32[nth(H.IDLEMASK, p.id >> 5)]! & (1 << (p.id & 31))) !== 0;
      if (parked !== masked) return `P ${p.id} has the word PARK ${parked}, and its bit in IDLEMASK ${masked}`;
      if (parked && p.doing !== 'asleep') return `P ${p.id} is ${p.doing}, and counts as asleep`;
      if (!parked && p.doing === 'asleep' && p.wakeAt === NEVER) return `P ${p.id} has been woken, and never runs`;
      if (parked) idle++;
      if (p.doing === 'spinning' || (p.doing === 'asleep' && p.wokenToSpin)) spinning++;
    }
    if (idle !== i32[H.NPIDLE]) return `${idle} Ps are asleep, and NPIDLE is ${i32[H.NPIDLE]}`;
    if (spinning !== i32[H.NMSPINNING]) return `${spinning} Ps are spinning, and NMSPINNING is ${i32[H.NMSPINNING]}`;
    return undefined;
  }

  /** No goroutine has waited for too long beside an idle P. */
  #checkGoroutines(now: number): string | undefined {
    const idleProcs = this.#noteProcs(now);
    if (idleProcs.idle === undefined) return undefined; // then no P is asleep, either
    for (let k = this.#places.count - 1; k >= 0; k--) {
      const wrong = this.#places.queued(k) ? this.#checkGoroutine(k, idleProcs, now) : undefined;
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  /** Notes since when which Ps sleep or search. @returns those that have been idle for longest */
  #noteProcs(now: number): IdleProcs {
    const { procs } = this.#world;
    if (i32[H.NMSPINNING]! > 0) this.#searchedAt = now;
    for (const p of procs) this.#noteProc(p, now);
    return {
      idle: earliest(procs, (p) => (p.doing !== 'busy' && isUp(p) ? p.idleSince : NEVER)),
      asleep: earliest(procs, (p) => this.#asleepSince[p.id]!),
    };
  }

  #noteProc(p: Proc, now: number): void {
    const since = this.#asleepSince;
    if (!isUp(p)) this.#completeAt = now;
    if (p.doing === 'asleep' && p.wakeAt === NEVER) {
      if (since[p.id] === NEVER) since[p.id] = p.clock;
      return;
    }
    since[p.id] = NEVER;
    // A P whose thread is starting is not on the way to search, unless it has been woken for that.
    if (p.doing === 'asleep' && (isUp(p) || p.wokenToSpin)) this.#searchedAt = now;
  }

  /** Whether goroutine record number `k`, which is in a queue, has waited for too long. */
  #checkGoroutine(k: number, { idle, asleep }: IdleProcs, now: number): string | undefined {
    const gp = gAddress(k);
    const home = i32[field(gp, G.HOME)]!;
    const since = this.#places.since(k);
    const asleepSince = this.#asleepSince;
    if (home >= 0) {
      return lateness(gp, this.#world.procs[home], Math.max(since, asleepSince[home]!), now, this.#latency);
    }
    if (waitsForCreator(pAddress(-1 - home), gp)) {
      this.#excusedAt.set(k, now);
      return undefined;
    }
    if (mayPark(gp)) {
      const begin = Math.max(since, idle!.idleSince, this.#completeAt, this.#excusedAt.get(k) ?? 0);
      return lateness(gp, idle, begin, now, (2 * PATIENCE + 4 * TIME_SLICE) * NS_PER_MS + this.#latency);
    }
    if (asleep === undefined) return undefined;
    return lateness(gp, asleep, Math.max(since, asleepSince[asleep.id]!, this.#searchedAt), now, this.#latency);
  }
}

function isUp(p: Proc): boolean {
  return i32[field(p.pp, P.UP)] === 1;
}

/** The first P with the earliest time; undefined if all have NEVER. */
function earliest(procs: readonly Proc[], timeOf: (p: Proc) => number): Proc | undefined {
  let first: Proc | undefined;
  let at = NEVER;
  for (const p of procs) {
    const time = timeOf(p);
    if (time >= at) continue;
    first = p;
    at = time;
  }
  return first;
}

/** What is wrong if `gp` has waited since `since` beside `p`, which is idle. @param limit how long (ns) it may */
function lateness(gp: GAddr, p: Proc | undefined, since: number, now: number, limit: number): string | undefined {
  if (p === undefined || now - since <= limit) return undefined;
  return `goroutine ${goidOf(gp)} has waited for ${now - since} ns beside P ${p.id}, which is ${p.doing}: at most ${limit}`;
}
