import '../../support/memory/shared.js';

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { field, type GAddr } from '#src/runtime/memory/address.js';
import { G, pAddress, RING } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import {
  drainInbox,
  globrunqget,
  inboxput,
  localget,
  localput,
  newqget,
  nextsteal,
  postponeNew,
  readyNext,
  ringget,
  ringsteal,
  runqput,
  takeNext,
  takeNextNew,
} from '#src/runtime/sched/runq.js';
import {
  globalQueue,
  newRun,
  nothing,
  p0,
  p1,
  parkingGs,
  plainGs,
  queues,
  startRing,
  starts,
} from '../../support/core.js';

beforeEach(() => newRun());

describe('all queues together', () => {
  /** The same with arrays. */
  class Model {
    readonly global: GAddr[] = [];
    readonly ps = [p0, p1].map(() => structuredClone(nothing));

    put(id: number, gp: GAddr): void {
      const p = this.ps[id]!;
      const kicked = p.runnext;
      p.runnext = gp;
      if (kicked === 0) return;
      if ((i32[field(kicked, G.FN)]! & 1) === 1) p.fresh.push(kicked);
      else if (p.ring.length < RING) p.ring.push(kicked);
      else this.global.push(...p.ring.splice(0, RING / 2), kicked);
    }

    steal(id: number): GAddr | 0 {
      const from = this.ps[1 - id]!.ring;
      const half = from.splice(0, Math.ceil(from.length / 2));
      const last = half.pop() ?? 0;
      this.ps[id]!.ring.push(...half);
      return last;
    }

    share(id: number, most: number): GAddr | 0 {
      if (this.global.length === 0) return 0;
      const n = Math.min(Math.floor(this.global.length / 2) + 1, most, this.global.length, RING / 2);
      const [first, ...others] = this.global.splice(0, n);
      this.ps[id]!.ring.push(...others);
      return first!;
    }
  }

  const id = fc.constantFrom(0, 1);
  const action = fc.oneof(
    { weight: 3, arbitrary: fc.record({ act: fc.constant('plain'), id, n: fc.constantFrom(1, 1, 2, 50, 130) }) },
    { weight: 3, arbitrary: fc.record({ act: fc.constant('parking'), id, n: fc.nat(3) }) },
    {
      weight: 8,
      arbitrary: fc.record({
        act: fc.constantFrom(
          'takeNextNew',
          'postponeNew',
          'ringget',
          'ringsteal',
          'nextsteal',
          'newqget',
          'globrunqget',
          'readyNext',
          'takeNext',
          'localget',
          'localput',
          'inboxput',
          'drainInbox',
        ),
        id,
        n: fc.integer({ min: 1, max: 128 }),
      }),
    },
  );

  test('do what arrays do', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), fc.constantFrom(...starts), (actions, start) => {
        newRun({ procs: 2 });
        const model = new Model();
        startRing(p0, start);
        startRing(p1, start + 9);
        const started: GAddr[] = parkingGs(4);
        const pick = () => (started.length > 0 ? started.shift()! : parkingGs(1)[0]!);
        for (const { act, id, n } of actions) {
          const pp = pAddress(id);
          const other = pAddress(1 - id);
          const p = model.ps[id]!;
          const q = model.ps[1 - id]!;
          if (act === 'plain' || act === 'parking') {
            for (const gp of act === 'plain' ? plainGs(n) : parkingGs(n)) {
              runqput(pp, gp);
              model.put(id, gp);
            }
          } else if (act === 'takeNextNew') {
            expect(takeNextNew(pp)).toBe(p.runnext);
            p.runnext = 0;
          } else if (act === 'postponeNew') {
            postponeNew(pp);
            if (p.runnext !== 0 && (i32[field(p.runnext, G.FN)]! & 1) === 1) {
              p.fresh.push(p.runnext);
              p.runnext = 0;
            }
          } else if (act === 'ringget') expect(ringget(pp)).toBe(p.ring.shift() ?? 0);
          else if (act === 'ringsteal') {
            if (p.ring.length > 0) continue; // a thief's ring is empty
            expect(ringsteal(pp, other)).toBe(model.steal(id));
          } else if (act === 'nextsteal') {
            expect(nextsteal(other, () => n > 1)).toBe(n > 1 ? q.runnext : 0);
            if (n > 1) q.runnext = 0;
          } else if (act === 'newqget') expect(newqget(other)).toBe(q.fresh.shift() ?? 0);
          else if (act === 'globrunqget') {
            if (p.ring.length > RING / 2) continue;
            expect(globrunqget(pp, n)).toBe(model.share(id, n));
          } else if (act === 'readyNext') {
            const gp = pick();
            readyNext(pp, gp);
            if (p.next !== 0) p.local.push(p.next);
            p.next = gp;
          } else if (act === 'takeNext') {
            const gp = takeNext(pp);
            expect(gp).toBe(p.next);
            if (gp !== 0) started.push(gp);
            p.next = 0;
          } else if (act === 'localget') {
            const gp = localget(pp);
            expect(gp).toBe(p.local.shift() ?? 0);
            if (gp !== 0) started.push(gp);
          } else if (act === 'localput') {
            const gp = pick();
            localput(pp, gp);
            p.local.push(gp);
          } else if (act === 'inboxput') {
            const gp = pick();
            inboxput(other, gp);
            q.inbox.unshift(gp);
          } else {
            drainInbox(pp);
            p.local.push(...p.inbox.reverse());
            p.inbox = [];
          }
          expect([queues(p0), queues(p1), globalQueue()]).toEqual([...model.ps, model.global]);
        }
      }),
      { seed: 11, numRuns: 60 },
    );
  });
});
