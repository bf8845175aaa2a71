// Idling of virtual Ps: spinning, sleeping and waking by the same rules as on threads (threads/idle.ts). A thread that spins searches
// all the time; a virtual P that spins is told when there is work:
//
//   time (ns)   P 0                                            P 1
//   1,000                                                      finds nothing: spins until 41,000 (SPIN)
//   5,000       makes a goroutine: P 1 sees it at 5,509        (the cost `handoff`)
//   5,509                                                      searches, and takes it
//   20,000                                                     finds nothing: spins until 60,000
//   60,000                                                     searches once more, falls asleep
//   70,000      makes a goroutine: no P spins, so it wakes P 1     (the cost `wake`)
//   76,092                                                     runs, and spins, as it was woken to search
//   120,900     has notified P 1 (the cost `notify`)

import { field, type GAddr, nth, type PAddr } from '../memory/address.js';
import { H, P, park } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { tracer } from '../sched/hooks.js';
import { idlest, isStealable, maySpin, mayWatch } from '../sched/sched.js';
import { SPIN } from '../sched/spinning.js';
import { NEVER, type Proc } from './proc.js';
import { NS_PER_MS, type World } from './world.js';

export class Idle {
  readonly #world: World;
  /** Ps that spin and have not been told of any work; the last one to begin is the last element. */
  #spinners: Proc[] = [];
  readonly #byAddress: ReadonlyMap<number, Proc>;

  constructor(world: World) {
    this.#world = world;
    this.#byAddress = new Map(world.procs.map((p) => [p.pp, p]));
  }

  /** An idle P has a reason to search: brings its clock to `at`, and counts it as awake. */
  resume(p: Proc, at: number): void {
    if (p.doing === 'asleep') {
      p.clock = at;
      p.wakeAt = NEVER;
      this.#awake(p);
      if (i32[field(p.pp, P.UP)] === 0) i32[field(p.pp, P.UP)] = 1;
      else {
        i32[field(p.pp, P.NWAKES)]!++;
        tracer?.procStart();
      }
      p.doing = p.wokenToSpin ? 'spinning' : 'watching';
      p.wokenToSpin = false;
      p.until = p.doing === 'spinning' ? at + SPIN : at;
    } else {
      p.user += at - p.clock;
      p.clock = at;
      if (p.doing === 'spinning' && p.seesAt === NEVER) this.#forget(p); // it has not been told of work
    }
    p.seesAt = NEVER;
    p.again = NEVER;
    tracer?.waited();
  }

  /** `p` has found nothing to run. @param againMs when to search again, if it has refused something; else 0 */
  wait(p: Proc, againMs: number): void {
    if (p.doing === 'busy') {
      tracer?.waited();
      p.idleSince = p.clock;
      const spin = p.spinning.begin(p.clock);
      const waits = spin > 0;
      p.until = p.clock + spin;
      if (waits && maySpin()) {
        i32[H.NMSPINNING]!++;
        p.doing = 'spinning';
      } else if (waits && i32[field(p.pp, P.NHOME)]! > 0 && mayWatch()) p.doing = 'watching';
      else p.until = p.clock;
      p.waiting = waits;
    }
    p.again = againMs > 0 ? p.clock + againMs * NS_PER_MS : NEVER;
    if (p.clock >= p.until) this.#sleep(p);
    else if (p.doing === 'spinning') this.#spinners.push(p);
  }

  /** `p` has found something to run: if it was spinning, and there is more to take, the next P searches. */
  found(p: Proc): void {
    if (p.doing === 'busy') return;
    const spinning = p.doing === 'spinning';
    if (spinning) i32[H.NMSPINNING]!--;
    if (p.waiting) p.spinning.found();
    p.doing = 'busy';
    p.until = NEVER;
    if (spinning && isStealable(0, false)) this.wakep(p.clock);
  }

  #sleep(p: Proc): void {
    if (p.doing === 'spinning') i32[H.NMSPINNING]!--;
    if (p.waiting) p.spinning.missed(p.clock);
    p.waiting = false;
    tracer?.procStop();
    this.#world.spendInSystem(this.#world.costs.sleep);
    p.doing = 'asleep';
    p.until = NEVER;
    p.wakeAt = p.firstArrival + this.#world.costs.wake; // a goroutine that is on its way wakes it
    i32[field(p.pp, P.PARK)] = park.asleep;
    i32[H.NPIDLE]!++;
    i32[nth(H.IDLEMASK, p.id >> 5)]! |= 1 << (p.id & 31);
  }

  #awake(p: Proc): void {
    if (i32[field(p.pp, P.PARK)] !== park.asleep) return;
    i32[field(p.pp, P.PARK)] = park.awake;
    i32[H.NPIDLE]!--;
    i32[nth(H.IDLEMASK, p.id >> 5)]! &= ~(1 << (p.id & 31));
  }

  /** The current P wakes the one at `pp`, if that sleeps. */
  wake(pp: PAddr, toSpin = false): void {
    const p = this.#byAddress.get(pp)!;
    if (i32[field(pp, P.PARK)] !== park.asleep) return;
    const { costs } = this.#world;
    this.#awake(p);
    // Its thread may still be starting: then it does not run before the thread is up.
    const at = this.#world.now() + costs.wake;
    p.wakeAt = i32[field(pp, P.UP)] === 1 || p.wakeAt === NEVER ? at : Math.max(at, p.wakeAt);
    p.wokenToSpin = toSpin;
    if (toSpin) i32[H.NMSPINNING]!++;
    this.#world.spendInSystem(costs.notify);
    this.#world.file(p);
  }

  /** There is new work that any P may take: tells a P that spins, or wakes one that sleeps. */
  wakep(now = this.#world.now()): void {
    const spinner = this.#spinners.pop();
    if (spinner !== undefined) {
      spinner.seesAt = now + this.#world.costs.handoff;
      this.#world.file(spinner);
    } else if (i32[H.NPIDLE]! > 0 && i32[H.NMSPINNING] === 0) this.wake(idlest() as PAddr, true);
  }

  #forget(p: Proc): void {
    const k = this.#spinners.lastIndexOf(p);
    if (k !== -1) this.#spinners.splice(k, 1);
  }

  /** The current P has made `gp` runnable, whose home is the one at `pp`: it gets there at `at`. */
  send(pp: PAddr, gp: GAddr, at: number): void {
    const p = this.#byAddress.get(pp)!;
    p.expect(at, gp);
    this.wake(pp);
    this.#world.file(p);
  }
}
