import '../../support/memory/shared.js';

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { field, type GAddr, nth } from '#src/runtime/memory/address.js';
import { G, H, P, pAddress, RING } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import {
  drainInbox,
  globrunqget,
  hasWork,
  inboxput,
  inOrder,
  localget,
  localput,
  newqget,
  nextsteal,
  postponeNew,
  readyNext,
  ringget,
  ringIsFull,
  ringsteal,
  runqput,
  takeNext,
  takeNextNew,
} from '#src/runtime/sched/runq.js';
import { interleave, interrupt, underLock } from '../../support/atomics.js';
import {
  bits,
  count,
  fillGlobalQueue,
  globalQueue,
  linked,
  newRun,
  nothing,
  parkingGs,
  plainGs,
  queues,
  raw,
  STALE,
  startRing,
} from '../../support/core.js';

const p0 = pAddress(0);
const p1 = pAddress(1);
const p2 = pAddress(2);

/** HEADs at which a ring begins in these tests: new, in the middle, and about to pass the largest and the smallest word. */
const starts = [0, 200, 2 ** 31 - 100, -100];

/** Puts plain Gs into the ring of P `pp`, and leaves its runnext empty. */
function fillRing(pp: typeof p0, gps: readonly GAddr[]): void {
  for (const gp of gps) runqput(pp, gp);
  const last = takeNextNew(pp);
  if (last === 0) return;
  runqput(pp, last);
  const [spare] = plainGs(1);
  runqput(pp, spare!); // pushes the last one into the ring
  takeNextNew(pp);
}

beforeEach(() => newRun());

describe('runnext', () => {
  test('is the new G, and the one before goes to the tail of the ring if it is plain', () => {
    const [a, b, c] = plainGs(3) as [GAddr, GAddr, GAddr];
    runqput(p0, a);
    expect(queues(p0)).toEqual({ ...nothing, runnext: a });
    runqput(p0, b);
    expect(queues(p0)).toEqual({ ...nothing, runnext: b, ring: [a] });
    runqput(p0, c);
    expect(queues(p0)).toEqual({ ...nothing, runnext: c, ring: [a, b] });
    expect(queues(p1)).toEqual(nothing);
  });

  test('goes to the tail of the new queue if it may park', () => {
    const [a, b] = parkingGs(2) as [GAddr, GAddr];
    const [c] = plainGs(1) as [GAddr];
    runqput(p0, a);
    runqput(p0, b);
    expect(queues(p0)).toEqual({ ...nothing, runnext: b, fresh: [a] });
    runqput(p0, c);
    expect(queues(p0)).toEqual({ ...nothing, runnext: c, fresh: [a, b] });
  });

  test('is taken once', () => {
    const [a] = plainGs(1) as [GAddr];
    runqput(p0, a);
    expect(takeNextNew(p0)).toBe(a);
    expect(queues(p0)).toEqual(nothing);
    expect(takeNextNew(p0)).toBe(0);
  });

  test('is not exchanged while there is none', () => {
    expect(interleave(() => takeNextNew(p0))).toEqual([]);
    expect(interleave(() => postponeNew(p0))).toEqual([]);
    expect(queues(p0)).toEqual(nothing);
  });

  test('is in no mask where Ps have threads of their own', () => {
    const [a] = plainGs(1) as [GAddr];
    runqput(p0, a);
    fillRing(p0, plainGs(3));
    ringsteal(p1, p0);
    fillGlobalQueue(plainGs(3));
    globrunqget(p2, 3);
    expect(bits(H.STEALMASK)).toEqual([]);
  });

  test('is 0 for the owner if a thief has been faster', () => {
    const [a] = plainGs(1) as [GAddr];
    runqput(p0, a);
    let stolen: GAddr | 0 = 0;
    let taken: GAddr | 0 = a;
    const steal = () => {
      stolen = nextsteal(p0, () => true);
    };
    const take = () => {
      taken = takeNextNew(p0);
    };
    expect(interrupt(take, 'exchange', field(p0, P.RUNNEXT), steal)).toBe(true);
    expect([stolen, taken]).toEqual([a, 0]);
  });

  test('of another P is exchanged once, so that it is never in two places', () => {
    const [a, b] = plainGs(2) as [GAddr, GAddr];
    runqput(p0, a);
    let stolen: GAddr | 0 = 0;
    const steal = () => {
      stolen = nextsteal(p0, () => true);
    };
    expect(interrupt(() => runqput(p0, b), 'exchange', field(p0, P.RUNNEXT), steal)).toBe(true);
    expect(stolen).toBe(a);
    expect(queues(p0)).toEqual({ ...nothing, runnext: b });
  });

  test('moves to the new queue if it may park and has to wait', () => {
    const [a, b] = parkingGs(2) as [GAddr, GAddr];
    runqput(p0, a);
    postponeNew(p0);
    expect(queues(p0)).toEqual({ ...nothing, fresh: [a] });
    postponeNew(p0);
    expect(queues(p0)).toEqual({ ...nothing, fresh: [a] });
    runqput(p0, b);
    postponeNew(p0);
    expect(queues(p0)).toEqual({ ...nothing, fresh: [a, b] });
  });

  test('stays if it is plain', () => {
    const [a] = plainGs(1) as [GAddr];
    runqput(p0, a);
    postponeNew(p0);
    expect(queues(p0)).toEqual({ ...nothing, runnext: a });
  });

  test('is not queued as well if a thief takes it while it is to be moved', () => {
    const [a] = parkingGs(1) as [GAddr];
    runqput(p0, a);
    let stolen: GAddr | 0 = 0;
    const steal = () => {
      stolen = nextsteal(p0, () => true);
    };
    expect(interrupt(() => postponeNew(p0), 'compareExchange', field(p0, P.RUNNEXT), steal)).toBe(true);
    expect(stolen).toBe(a);
    expect(queues(p0)).toEqual(nothing);
  });
});

describe('stealing runnext', () => {
  test('asks whether this G of that P may be taken', () => {
    const [a] = parkingGs(1) as [GAddr];
    runqput(p1, a);
    const asked: unknown[] = [];
    const refuse = (...args: unknown[]) => asked.push(args) === 0;
    expect(nextsteal(p1, refuse)).toBe(0);
    expect(asked).toEqual([[a, p1]]);
    expect(queues(p1)).toEqual({ ...nothing, runnext: a });
    expect(nextsteal(p1, () => true)).toBe(a);
    expect(queues(p1)).toEqual(nothing);
  });

  test('asks nothing if there is none', () => {
    const accept = () => {
      throw new Error('asked');
    };
    expect(nextsteal(p1, accept)).toBe(0);
  });

  test('gets nothing if the owner takes it meanwhile, or puts another one there', () => {
    const [a, b] = plainGs(2) as [GAddr, GAddr];
    runqput(p1, a);
    expect(nextsteal(p1, () => takeNextNew(p1) === a)).toBe(0);
    expect(queues(p1)).toEqual(nothing);
    runqput(p1, a);
    const replaceNext = () => {
      takeNextNew(p1);
      runqput(p1, b);
      return true;
    };
    expect(nextsteal(p1, replaceNext)).toBe(0);
    expect(queues(p1)).toEqual({ ...nothing, runnext: b });
  });
});

describe('next', () => {
  test('is the last started G that was made ready; those before it wait in the local queue', () => {
    const [a, b, c] = parkingGs(3) as [GAddr, GAddr, GAddr];
    readyNext(p0, a);
    expect(queues(p0)).toEqual({ ...nothing, next: a });
    readyNext(p0, b);
    readyNext(p0, c);
    expect(queues(p0)).toEqual({ ...nothing, next: c, local: [a, b] });
  });

  test('leaves the local queue alone if there was none', () => {
    const [a, b] = parkingGs(2) as [GAddr, GAddr];
    localput(p0, a);
    readyNext(p0, b);
    expect(queues(p0)).toEqual({ ...nothing, next: b, local: [a] });
  });

  test('is taken once', () => {
    const [a] = parkingGs(1) as [GAddr];
    readyNext(p0, a);
    expect(takeNext(p0)).toBe(a);
    expect(takeNext(p0)).toBe(0);
    expect(queues(p0)).toEqual(nothing);
  });
});

describe('the local queue', () => {
  test('is first in, first out, whatever its Gs were linked to before', () => {
    const [a, b, c] = parkingGs(3) as [GAddr, GAddr, GAddr];
    localput(p0, a);
    expect(queues(p0).local).toEqual([a]);
    localput(p0, b);
    localput(p0, c);
    expect(queues(p0)).toEqual({ ...nothing, local: [a, b, c] });
    expect([localget(p0), localget(p0)]).toEqual([a, b]);
    expect(queues(p0)).toEqual({ ...nothing, local: [c] });
    expect([localget(p0), localget(p0), localget(p0)]).toEqual([c, 0, 0]);
  });

  test('begins anew after it was empty', () => {
    const [a, b] = parkingGs(2) as [GAddr, GAddr];
    localput(p0, a);
    localget(p0);
    localput(p0, b);
    localput(p0, a);
    expect(queues(p0).local).toEqual([b, a]);
  });
});

describe('the inbox', () => {
  test('is a stack, which its owner moves behind the local queue in the order of arrival', () => {
    const [a, b, c, d] = parkingGs(4) as [GAddr, GAddr, GAddr, GAddr];
    localput(p1, d);
    for (const gp of [a, b, c]) inboxput(p1, gp);
    expect(queues(p1)).toEqual({ ...nothing, local: [d], inbox: [c, b, a] });
    drainInbox(p1);
    expect(queues(p1)).toEqual({ ...nothing, local: [d, a, b, c] });
    expect(queues(p0)).toEqual(nothing);
  });

  test('is not exchanged while it is empty', () => {
    expect(interleave(() => drainInbox(p1))).toEqual([]);
    expect(queues(p1)).toEqual(nothing);
  });

  test('keeps a G that another P pushes at the same time', () => {
    const [a, b, c] = parkingGs(3) as [GAddr, GAddr, GAddr];
    inboxput(p1, a);
    const push = () => inboxput(p1, b);
    expect(interrupt(() => inboxput(p1, c), 'compareExchange', field(p1, P.INBOX), push)).toBe(true);
    expect(queues(p1).inbox).toEqual([c, b, a]);
  });

  test('links a G to those below it anew if the owner takes these at the same time', () => {
    const [a, b] = parkingGs(2) as [GAddr, GAddr];
    inboxput(p1, a);
    const drain = () => drainInbox(p1);
    expect(interrupt(() => inboxput(p1, b), 'compareExchange', field(p1, P.INBOX), drain)).toBe(true);
    expect(queues(p1)).toEqual({ ...nothing, local: [a], inbox: [b] });
  });

  test('is linked before the G can be seen there', () => {
    const [a, b] = parkingGs(2) as [GAddr, GAddr];
    inboxput(p1, a);
    let link: number | undefined;
    interrupt(
      () => inboxput(p1, b),
      'compareExchange',
      field(p1, P.INBOX),
      () => {
        link = i32[field(b, G.LINK)];
      },
    );
    expect(link).toBe(a);
  });
});

describe('a stack in order', () => {
  test('is linked from the oldest to the youngest', () => {
    const [a, b, c] = parkingGs(3) as [GAddr, GAddr, GAddr];
    for (const gp of [a, b, c]) inboxput(p1, gp);
    expect(linked(inOrder(c))).toEqual([a, b, c]);
    expect(inOrder(0)).toBe(0);
  });
});

describe.each(starts)('a ring that begins at %i', (start) => {
  beforeEach(() => {
    startRing(p0, start);
    startRing(p1, start);
  });

  test('is first in, first out, and writes a slot for each', () => {
    const gps = plainGs(5);
    fillRing(p0, gps);
    expect(queues(p0)).toEqual({ ...nothing, ring: gps });
    expect(count(5).map((k) => i32[nth(field(p0, P.RING), (start + k) & (RING - 1))])).toEqual(gps);
    expect(gps.map(() => ringget(p0))).toEqual(gps);
    expect(ringget(p0)).toBe(0);
    expect(i32[field(p0, P.RUNQHEAD)]).toBe((start + 5) | 0);
    expect(i32[field(p0, P.RUNQTAIL)]).toBe((start + 5) | 0);
  });

  test('is full with 256', () => {
    fillRing(p0, plainGs(RING - 1));
    expect(ringIsFull(p0)).toBe(false);
    fillRing(p0, plainGs(1));
    expect(ringIsFull(p0)).toBe(true);
    expect(queues(p0).ring).toHaveLength(RING);
    expect(globalQueue()).toEqual([]);
    ringget(p0);
    expect(ringIsFull(p0)).toBe(false);
  });

  test('that is full gives its older half and the new G to the tail of the global queue', () => {
    const [before, ...gps] = plainGs(RING + 2) as [GAddr, ...GAddr[]];
    fillGlobalQueue([before]);
    fillRing(p0, gps);
    expect(queues(p0)).toEqual({ ...nothing, ring: gps.slice(RING / 2, RING) });
    expect(globalQueue()).toEqual([before, ...gps.slice(0, RING / 2), gps[RING]]);
    const more = plainGs(RING / 2 + 1);
    fillRing(p0, more);
    expect(queues(p0).ring).toEqual(more.slice(0, RING / 2));
    expect(globalQueue()).toEqual([
      before,
      ...gps.slice(0, RING / 2),
      gps[RING],
      ...gps.slice(RING / 2, RING),
      more[RING / 2],
    ]);
  });

  test('that a thief has made room in gives nothing to the global queue', () => {
    for (const op of ['load', 'compareExchange'] as const) {
      newRun();
      startRing(p0, start);
      const gps = plainGs(RING + 1);
      fillRing(p0, gps.slice(0, RING));
      runqput(p0, gps[RING]!);
      const [other] = plainGs(1) as [GAddr];
      let stolen: GAddr | 0 = 0;
      const steal = () => {
        stolen = ringsteal(p1, p0);
      };
      expect(interrupt(() => runqput(p0, other), op, field(p0, P.RUNQHEAD), steal)).toBe(true);
      expect(stolen).toBe(gps[RING / 2 - 1]);
      expect(queues(p1).ring).toEqual(gps.slice(0, RING / 2 - 1));
      expect(queues(p0)).toEqual({ ...nothing, runnext: other, ring: gps.slice(RING / 2) });
      expect(globalQueue()).toEqual([]);
    }
  });

  test('in which one place is free is not full, whatever its owner has read before', () => {
    const gps = plainGs(RING + 1);
    fillRing(p0, gps.slice(0, RING));
    runqput(p0, gps[RING]!);
    const [other] = plainGs(1) as [GAddr];
    expect(
      interrupt(
        () => runqput(p0, other),
        'load',
        field(p0, P.RUNQHEAD),
        () => ringget(p0),
      ),
    ).toBe(true);
    expect(queues(p0)).toEqual({ ...nothing, runnext: other, ring: gps.slice(1) });
    expect(globalQueue()).toEqual([]);
  });

  test('publishes a slot after it was written', () => {
    const [a, b] = plainGs(2) as [GAddr, GAddr];
    runqput(p0, a);
    let slot: number | undefined;
    const look = () => {
      slot = i32[nth(field(p0, P.RING), start & (RING - 1))];
    };
    expect(interrupt(() => runqput(p0, b), 'store', field(p0, P.RUNQTAIL), look)).toBe(true);
    expect(slot).toBe(a);
  });

  test('gives its owner the next one if a thief takes the first meanwhile', () => {
    const [a, b, c] = plainGs(3) as [GAddr, GAddr, GAddr];
    fillRing(p0, [a, b, c]);
    const got: unknown[] = [];
    const steal = () => got.push(ringsteal(p1, p0));
    expect(interrupt(() => got.push(ringget(p0)), 'compareExchange', field(p0, P.RUNQHEAD), steal)).toBe(true);
    expect(got).toEqual([b, c]);
    expect([queues(p0).ring, queues(p1).ring]).toEqual([[], [a]]);
  });

  test.each([1, 2, 3, 4, 5, 127, 128, 255, 256])('of %i loses half, rounded up, to a thief', (n) => {
    const gps = plainGs(n);
    fillRing(p0, gps);
    startRing(p1, start + 77);
    const half = Math.ceil(n / 2);
    expect(ringsteal(p1, p0)).toBe(gps[half - 1]);
    expect(queues(p1)).toEqual({ ...nothing, ring: gps.slice(0, half - 1) });
    expect(queues(p0)).toEqual({ ...nothing, ring: gps.slice(half) });
    expect(i32[field(p0, P.RUNQHEAD)]).toBe((start + half) | 0);
    expect(i32[field(p1, P.RUNQHEAD)]).toBe((start + 77) | 0);
    // The other slots of the thief are not touched.
    const slots = count(RING).map((k) => i32[nth(field(p1, P.RING), (start + 77 + k) & (RING - 1))]);
    expect(slots).toEqual([...gps.slice(0, half), ...count(RING - half).map(() => STALE)]);
  });

  test('that loses its only G to a thief has that run, and shows nothing to others', () => {
    const [a] = plainGs(1) as [GAddr];
    fillRing(p0, [a]);
    const accesses = interleave(() => expect(ringsteal(p1, p0)).toBe(a));
    expect(accesses.filter(([op]) => op === 'store')).toEqual([]);
  });

  test('that is empty loses nothing', () => {
    expect(ringsteal(p1, p0)).toBe(0);
    expect([queues(p0), queues(p1)]).toEqual([nothing, nothing]);
  });

  test('that loses a G to its owner meanwhile is read again by the thief', () => {
    const [a, b, c, d] = plainGs(4) as [GAddr, GAddr, GAddr, GAddr];
    fillRing(p0, [a, b, c, d]);
    const got: unknown[] = [];
    const take = () => got.push(ringget(p0));
    expect(interrupt(() => got.push(ringsteal(p1, p0)), 'compareExchange', field(p0, P.RUNQHEAD), take)).toBe(true);
    expect(got).toEqual([a, c]);
    expect([queues(p0).ring, queues(p1).ring]).toEqual([[d], [b]]);
  });

  test('shows what was stolen to other thieves after the thief has it', () => {
    const gps = plainGs(6);
    fillRing(p0, gps);
    const heads: (number | undefined)[] = [];
    const look = () => heads.push(i32[field(p0, P.RUNQHEAD)]);
    expect(interrupt(() => ringsteal(p1, p0), 'store', field(p1, P.RUNQTAIL), look)).toBe(true);
    expect(heads).toEqual([(start + 3) | 0]);
  });

  test('whose HEAD and TAIL were read at different moments is read again, and nothing is copied', () => {
    fillRing(p0, plainGs(RING));
    const before = raw.slice(field(p1, P.RING), field(p1, P.RING) + RING);
    const tail = field(p0, P.RUNQTAIL);
    let reads = 0;
    let after: Int32Array | undefined;
    const accesses = interleave(
      () => ringsteal(p1, p0),
      ([op, word]) => {
        if (op === 'load' && word === tail && ++reads === 1) {
          ringget(p0);
          fillRing(p0, plainGs(1)); // a 257th since the thief has read HEAD
        } else if (op === 'load' && reads === 1) {
          after ??= raw.slice(field(p1, P.RING), field(p1, P.RING) + RING);
        }
      },
    );
    expect(after).toEqual(before);
    expect(accesses.filter(([op]) => op === 'compareExchange')).toHaveLength(1);
    expect(queues(p1).ring).toHaveLength(RING / 2 - 1);
  });
});

describe('the new queue', () => {
  const put = (gps: readonly GAddr[]) => {
    for (const gp of gps) {
      runqput(p1, gp);
      postponeNew(p1);
    }
  };

  test('is first in, first out, for its owner and for thieves', () => {
    const [a, b, c] = parkingGs(3) as [GAddr, GAddr, GAddr];
    put([a, b, c]);
    expect(queues(p1)).toEqual({ ...nothing, fresh: [a, b, c] });
    expect(newqget(p1)).toBe(a);
    expect(newqget(p1, () => true)).toBe(b);
    expect(queues(p1)).toEqual({ ...nothing, fresh: [c] });
    expect([newqget(p1), newqget(p1)]).toEqual([c, 0]);
    expect(queues(p1)).toEqual(nothing);
    put([b]);
    put([a]);
    expect(queues(p1)).toEqual({ ...nothing, fresh: [b, a] });
  });

  test('keeps a G that is refused, and asks with the lock held', () => {
    const [a, b] = parkingGs(2) as [GAddr, GAddr];
    put([a, b]);
    const asked: unknown[] = [];
    const refuse = (gp: GAddr, from: unknown) => {
      asked.push([gp, from, i32[field(p1, P.NEWQ_LOCK)]]);
      return false;
    };
    expect(newqget(p1, refuse)).toBe(0);
    expect(asked).toEqual([[a, p1, 1]]);
    expect(queues(p1)).toEqual({ ...nothing, fresh: [a, b] });
  });

  test('is not locked while it is empty', () => {
    expect(interleave(() => newqget(p1))).toEqual([]);
  });

  test('is changed under its lock', () => {
    const [a] = parkingGs(1) as [GAddr];
    runqput(p1, a);
    const lock = field(p1, P.NEWQ_LOCK);
    const counter = field(p1, P.NEWQ_COUNT);
    const around = [
      ['compareExchange', lock, 0, 1],
      ['add', counter, 1],
      ['exchange', lock, 0],
    ];
    expect(interleave(() => postponeNew(p1)).slice(1)).toEqual(around);
    around[1] = ['add', counter, -1];
    expect(interleave(() => newqget(p1))).toEqual(around);
    const fresh = () => linked(i32[field(p1, P.NEWQ_HEAD)]!);
    runqput(p1, a);
    expect(underLock(() => postponeNew(p1), lock, fresh)).toEqual([[], [a]]);
    expect(underLock(() => newqget(p1), lock, fresh)).toEqual([[a], []]);
  });

  test('may lose its only G to another P before the lock is taken', () => {
    const [a] = parkingGs(1) as [GAddr];
    put([a]);
    const got: unknown[] = [];
    const take = () => got.push(newqget(p1));
    const accept = () => {
      throw new Error('asked');
    };
    const get = () => got.push(newqget(p1, accept));
    expect(interrupt(get, 'compareExchange', field(p1, P.NEWQ_LOCK), take)).toBe(true);
    expect(got).toEqual([a, 0]);
    expect(queues(p1)).toEqual(nothing);
  });
});

describe('the global queue', () => {
  test.each([
    // size, most, got: a fourth of it and one more, at most as many as there are and as were asked for
    [1, 1, 1],
    [1, 128, 1],
    [2, 128, 1],
    [3, 128, 1],
    [4, 128, 2],
    [4, 1, 1],
    [7, 128, 2],
    [8, 128, 3],
    [100, 128, 26],
    [100, 10, 10],
    [100, 26, 26],
    [600, 1000, 128],
    [508, 1000, 128],
    [507, 1000, 127],
  ])('of %i gives a P that asks for at most %i its share: %i', (size, most, n) => {
    const gps = plainGs(size);
    fillGlobalQueue(gps);
    startRing(p1, 250);
    expect(globrunqget(p1, most)).toBe(gps[0]);
    expect(queues(p1)).toEqual({ ...nothing, ring: gps.slice(1, n) });
    expect(globalQueue()).toEqual(gps.slice(n));
  });

  test('of a run of two Ps gives each a half and one more', () => {
    newRun({ procs: 2 });
    const gps = plainGs(10);
    fillGlobalQueue(gps);
    globrunqget(p0, 128);
    expect(globalQueue()).toEqual(gps.slice(6));
  });

  test('puts behind what the ring has already, also where its numbers wrap', () => {
    for (const start of starts) {
      newRun({ procs: 1 });
      startRing(p0, start);
      const own = plainGs(100);
      fillRing(p0, own);
      const gps = plainGs(60);
      fillGlobalQueue(gps);
      expect(globrunqget(p0, 128)).toBe(gps[0]);
      expect(queues(p0)).toEqual({ ...nothing, ring: [...own, ...gps.slice(1)] });
      expect(globalQueue()).toEqual([]);
    }
  });

  test('that is empty is not locked', () => {
    expect(interleave(() => expect(globrunqget(p1, 1)).toBe(0))).toEqual([]);
  });

  test('is changed under its lock, and the slots are published before it is free again', () => {
    const gps = plainGs(8);
    fillGlobalQueue(gps);
    expect(interleave(() => globrunqget(p1, 128))).toEqual([
      ['compareExchange', H.GLOBQ_LOCK, 0, 1],
      ['add', H.GLOBQ_SIZE, -3],
      ['store', field(p1, P.RUNQTAIL), 2],
      ['exchange', H.GLOBQ_LOCK, 0],
    ]);
  });

  test('is linked under its lock', () => {
    const gps = plainGs(8);
    fillGlobalQueue(gps);
    const queue = () => linked(i32[H.GLOBQ_HEAD]!);
    expect(underLock(() => globrunqget(p1, 128), H.GLOBQ_LOCK, queue)).toEqual([gps, gps.slice(3)]);
    fillRing(p0, plainGs(RING));
    for (const gp of plainGs(1)) runqput(p0, gp);
    const [last] = plainGs(1) as [GAddr];
    const [before, after] = underLock(() => runqput(p0, last), H.GLOBQ_LOCK, queue);
    expect(before).toEqual(gps.slice(3));
    expect(after).toHaveLength(5 + RING / 2 + 1);
  });

  test('is grown under its lock', () => {
    fillRing(p0, plainGs(RING));
    runqput(p0, plainGs(1)[0]!);
    const [last] = plainGs(1) as [GAddr];
    expect(interleave(() => runqput(p0, last)).filter(([, word]) => word < p0)).toEqual([
      ['compareExchange', H.GLOBQ_LOCK, 0, 1],
      ['add', H.GLOBQ_SIZE, RING / 2 + 1],
      ['exchange', H.GLOBQ_LOCK, 0],
    ]);
  });

  test('may be emptied by another P before the lock is taken', () => {
    const [a] = plainGs(1) as [GAddr];
    fillGlobalQueue([a]);
    const got: unknown[] = [];
    const take = () => got.push(globrunqget(p2, 1));
    expect(interrupt(() => got.push(globrunqget(p1, 1)), 'compareExchange', H.GLOBQ_LOCK, take)).toBe(true);
    expect(got).toEqual([a, 0]);
    expect(globalQueue()).toEqual([]);
    expect(queues(p1)).toEqual(nothing);
  });
});

describe('a P has work', () => {
  test('unless all of its queues are empty', () => {
    expect(hasWork(p1)).toBe(false);
    startRing(p1, 3);
    expect(hasWork(p1)).toBe(false);
    for (const gp of parkingGs(2)) inboxput(p0, gp);
    expect(hasWork(p1)).toBe(false);
  });

  test.each(['INBOX', 'NETPOLL', 'RUNNEXT', 'NEXT', 'LOCALQ_HEAD', 'NEWQ_COUNT', 'RUNQTAIL', 'RUNQHEAD'] as const)(
    'if there is something in %s',
    (word) => {
      raw[p1 + P[word]] = 64;
      expect(hasWork(p1)).toBe(true);
      raw[p1 + P[word]] = -64;
      expect(hasWork(p1)).toBe(true);
    },
  );

  test('and sees what others have written through Atomics', () => {
    expect(interleave(() => hasWork(p1))).toEqual(
      (['INBOX', 'NETPOLL', 'RUNNEXT', 'RUNQHEAD', 'RUNQTAIL', 'NEWQ_COUNT'] as const).map((word) => [
        'load',
        p1 + P[word],
      ]),
    );
  });
});

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
