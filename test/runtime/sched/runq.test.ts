import '../../support/memory/shared.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { field, type GAddr } from '#src/runtime/memory/address.js';
import { G, H, P } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import {
  drainInbox,
  globrunqget,
  hasWork,
  inboxput,
  inOrder,
  localget,
  localput,
  nextsteal,
  postponeNew,
  readyNext,
  ringsteal,
  runqput,
  takeNext,
  takeNextNew,
} from '#src/runtime/sched/runq.js';
import { interleave, interrupt } from '../../support/atomics.js';
import {
  bits,
  fillGlobalQueue,
  fillRing,
  linked,
  newRun,
  nothing,
  p0,
  p1,
  p2,
  parkingGs,
  plainGs,
  queues,
  raw,
  startRing,
} from '../../support/core.js';

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
