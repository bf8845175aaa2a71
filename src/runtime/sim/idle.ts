// What a virtual P does when it has nothing to run: spin for a moment, then sleep, and who wakes it. The same rules as on
// threads (threads/idle.ts); instead of looking around all the time, a P that spins is told when there is something to see.

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
  /** Ps that spin and have not been told of anything, the last to begin on top. */
  #spinners: Proc[] = [];
  readonly #byAddress: ReadonlyMap<number, Proc>;

  constructor(world: World) {
    this.#world = world;
    this.#byAddress = new Map(world.procs.map((p) => [p.pp, p]));
  }

  /** An idle P has something to look at: brings its clock to `at`, and counts it as awake. */
  come(p: Proc, at: number): void {
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
      if (p.doing === 'spinning' && p.lookAt === NEVER) this.#forget(p); // it has come of its own accord
    }
    p.lookAt = NEVER;
    p.again = NEVER;
    tracer?.waited();
  }

  /** Nothing is there to run for `p`. @param againMs when to search again, if it has refused something; else 0 */
  rest(p: Proc, againMs: number): void {
    if (p.doing === 'busy') {
      tracer?.waited();
      p.idleSince = p.clock;
      const spin = p.spinning.begin(p.clock);
      const patient = spin > 0;
      p.until = p.clock + spin;
      if (patient && maySpin()) {
        i32[H.NMSPINNING]!++;
        p.doing = 'spinning';
      } else if (patient && i32[field(p.pp, P.NHOME)]! > 0 && mayWatch()) p.doing = 'watching';
      else p.until = p.clock;
      p.patient = patient;
    }
    p.again = againMs > 0 ? p.clock + againMs * NS_PER_MS : NEVER;
    if (p.clock >= p.until) this.#sleep(p);
    else if (p.doing === 'spinning') this.#spinners.push(p);
  }

  /** `p` has found something: there may be more where this came from. */
  found(p: Proc): void {
    if (p.doing === 'busy') return;
    const spinning = p.doing === 'spinning';
    if (spinning) i32[H.NMSPINNING]!--;
    if (p.patient) p.spinning.found();
    p.doing = 'busy';
    p.until = NEVER;
    if (spinning && isStealable(0, false)) this.wakep(p.clock);
  }

  #sleep(p: Proc): void {
    if (p.doing === 'spinning') i32[H.NMSPINNING]!--;
    if (p.patient) p.spinning.missed(p.clock);
    p.patient = false;
    tracer?.procStop();
    this.#world.spendInSystem(this.#world.costs.sleep);
    p.doing = 'asleep';
    p.until = NEVER;
    p.wakeAt = p.firstArrival + this.#world.costs.wake; // who is under way wakes it
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

  /** The current P wakes the one at `pp`, if it sleeps. */
  wake(pp: PAddr, toSpin = false): void {
    const p = this.#byAddress.get(pp)!;
    if (i32[field(pp, P.PARK)] !== park.asleep) return;
    const { costs } = this.#world;
    this.#awake(p);
    // Its thread may not have come up yet: then that is what it waits for.
    const at = this.#world.now() + costs.wake;
    p.wakeAt = i32[field(pp, P.UP)] === 1 || p.wakeAt === NEVER ? at : Math.max(at, p.wakeAt);
    p.wokenToSpin = toSpin;
    if (toSpin) i32[H.NMSPINNING]!++;
    this.#world.spendInSystem(costs.notify);
    this.#world.file(p);
  }

  /** There is new work that any P may take: one that looks for work will see it, or one that sleeps is woken. */
  wakep(now = this.#world.now()): void {
    const spinner = this.#spinners.pop();
    if (spinner !== undefined) {
      spinner.lookAt = now + this.#world.costs.handoff;
      this.#world.file(spinner);
    } else if (i32[H.NPIDLE]! > 0 && i32[H.NMSPINNING] === 0) this.wake(idlest() as PAddr, true);
  }

  #forget(p: Proc): void {
    const k = this.#spinners.lastIndexOf(p);
    if (k !== -1) this.#spinners.splice(k, 1);
  }

  /** A goroutine at home on the P at `pp`, another one, gets there at `at`. */
  send(pp: PAddr, gp: GAddr, at: number): void {
    const p = this.#byAddress.get(pp)!;
    p.expect(at, gp);
    this.wake(pp);
    this.#world.file(p);
  }
}
