// Who is idle: the words that say so agree with what the Ps are doing, and nobody waits beside an idle P for longer than it
// takes to wake that.
//
// How long that is, in the words of sched.ts. A goroutine that has started: until its home has been woken. A plain one that
// has not: until somebody has looked for it, and while anybody looks there is no limit, because the Ps wake each other one
// after the other. One that may park: an idle P may refuse it while it waits for its creator, for PATIENCE
// because it is young, and for PATIENCE because it has enough; where it refuses because the goroutines of its P do little but
// talk, that P takes it itself, when one of the next three time slices begins with the new ones. The run's clock, by which it says how long the goroutine has waited, ticks once in a TIME_SLICE.

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

/** Costs of what a P does before it looks, such as switching: nanoseconds that nobody counts here. */
const MARGIN = 20_000;

export class IdleAudit {
  readonly #world: World;
  readonly #places: Places;
  /** How long it takes until a P that is woken looks around. */
  readonly #latency: number;
  /** Since when each P has been asleep, and nobody has woken it; NEVER if it is not so. */
  readonly #asleep: Float64Array;
  /** When the thread of the last P came up: a goroutine that may park is left to that for longer (BOOT_PATIENCE). */
  #complete = 0;
  /** When a G, by its number, was last seen to wait for its creator. */
  readonly #excused = new Map<number, number>();
  /** When anybody was last looking for work, or on the way to. */
  #looking = 0;

  constructor(world: World, places: Places) {
    const { wake, notify, handoff, remote, sleep } = world.costs;
    this.#world = world;
    this.#places = places;
    this.#latency = wake + notify + handoff + remote + sleep + TRY + MARGIN;
    this.#asleep = new Float64Array(world.procs.length).fill(NEVER);
  }

  /**
   * @param now the time of the turn
   * @param onTop true if it was on top of a goroutine: then nobody but those who have to catch up has gone on
   * @returns what is wrong
   */
  check(now: number, onTop: boolean): string | undefined {
    return this.#words() ?? (onTop ? undefined : this.#waiting(now));
  }

  /** The words of the shared memory say what the Ps are doing. */
  #words(): string | undefined {
    let idle = 0;
    let spinning = 0;
    for (const p of this.#world.procs) {
      const parked = i32[field(p.pp, P.PARK)] === park.asleep;
      const masked = (i32[nth(H.IDLEMASK, p.id >> 5)]! & (1 << (p.id & 31))) !== 0;
      if (parked !== masked) return `P ${p.id} has the word PARK ${parked}, and its bit in IDLEMASK ${masked}`;
      if (parked && p.doing !== 'asleep') return `P ${p.id} is ${p.doing}, and counts as asleep`;
      if (!parked && p.doing === 'asleep' && p.wakeAt === NEVER) return `P ${p.id} has been woken, and never gets up`;
      if (parked) idle++;
      if (p.doing === 'spinning' || (p.doing === 'asleep' && p.wokenToSpin)) spinning++;
    }
    if (idle !== i32[H.NPIDLE]) return `${idle} Ps are asleep, and NPIDLE is ${i32[H.NPIDLE]}`;
    if (spinning !== i32[H.NMSPINNING]) return `${spinning} Ps are spinning, and NMSPINNING is ${i32[H.NMSPINNING]}`;
    return undefined;
  }

  #waiting(now: number): string | undefined {
    const asleep = this.#asleep;
    const { procs } = this.#world;
    let lazy: Proc | undefined;
    let idle: Proc | undefined;
    if (i32[H.NMSPINNING]! > 0) this.#looking = now;
    for (const p of procs) {
      if (i32[field(p.pp, P.UP)] === 0) this.#complete = now;
      const sleeps = p.doing === 'asleep' && p.wakeAt === NEVER;
      // While its thread comes up it is on no way of anybody's, unless it has been woken.
      if (p.doing === 'asleep' && !sleeps && (i32[field(p.pp, P.UP)] === 1 || p.wokenToSpin)) this.#looking = now;
      if (!sleeps) asleep[p.id] = NEVER;
      else if (asleep[p.id] === NEVER) asleep[p.id] = p.clock;
      if (sleeps && (lazy === undefined || asleep[p.id]! < asleep[lazy.id]!)) lazy = p;
      if (p.doing !== 'busy' && i32[field(p.pp, P.UP)] === 1 && (idle === undefined || p.idleSince < idle.idleSince))
        idle = p;
    }
    if (idle === undefined) return undefined; // then nobody sleeps, either
    const patience = (2 * PATIENCE + 4 * TIME_SLICE) * NS_PER_MS + this.#latency;
    for (let k = this.#places.count - 1; k >= 0; k--) {
      if (!this.#places.queued(k)) continue;
      const gp = gAddress(k);
      const home = i32[field(gp, G.HOME)]!;
      const since = this.#places.since(k);
      let wrong: string | undefined;
      if (home >= 0) wrong = late(gp, procs[home], Math.max(since, asleep[home]!), now, this.#latency);
      else if (waitsForCreator(pAddress(-1 - home), gp)) this.#excused.set(k, now);
      else if (mayPark(gp))
        wrong = late(
          gp,
          idle,
          Math.max(since, idle.idleSince, this.#complete, this.#excused.get(k) ?? 0),
          now,
          patience,
        );
      else if (lazy) wrong = late(gp, lazy, Math.max(since, asleep[lazy.id]!, this.#looking), now, this.#latency);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
}

/** What to say if `gp` has waited beside `p`, which is idle, since `since`. */
function late(gp: GAddr, p: Proc | undefined, since: number, now: number, limit: number): string | undefined {
  if (p === undefined || now - since <= limit) return undefined;
  return `goroutine ${goidOf(gp)} has waited for ${now - since} ns beside P ${p.id}, which is ${p.doing}: at most ${limit}`;
}
