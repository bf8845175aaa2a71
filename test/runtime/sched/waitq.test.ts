import '../../support/memory/shared.js';

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { field, type GAddr, type ObjectAddr, type SudogAddr } from '#src/runtime/memory/address.js';
import { COLD, G, INLINE_SLOTS, SG, SG_WORDS } from '#src/runtime/memory/layout.js';
import { malloc, mallocZeroed } from '#src/runtime/memory/malloc.js';
import { gColdAddress, i32 } from '#src/runtime/memory/memory.js';
import { newG } from '#src/runtime/sched/g.js';
import {
  dequeue,
  dropElem,
  enqueue,
  enqueueFirst,
  freeSudog,
  newSudog,
  ownElem,
  ownSudog,
  queued,
  sudogOf,
  unlink,
  type WaitQueue,
  wakeParam,
} from '#src/runtime/sched/waitq.js';
import { interleave } from '../../support/atomics.js';
import { checkNil, count, newRun, raw } from '../../support/core.js';

let on: ObjectAddr;
let q: WaitQueue;

/** The sudogs of the queue. @throws Error if they are not linked the same both ways */
function queue(at: WaitQueue = q): SudogAddr[] {
  checkNil();
  const found: SudogAddr[] = [];
  let before: SudogAddr | 0 = 0;
  for (let sg = i32[at]!; sg !== 0; sg = i32[field(sg, SG.NEXT)]!) {
    if (i32[field(sg, SG.PREV)] !== before) throw new Error('test: PREV is not the sudog before');
    if (found.push(sg) > 1000) throw new Error('test: links in a circle');
    before = sg;
  }
  if (raw[at + 1] !== before) throw new Error('test: the last word is not the last sudog');
  return found;
}

/** Sudogs of new Gs, with links of an earlier queue. */
function sudogs(n: number): SudogAddr[] {
  return count(n).map(() => {
    const sg = sudogOf(newG(), on);
    raw[field(sg, SG.NEXT)] = 999;
    raw[field(sg, SG.PREV)] = 998;
    return sg;
  });
}

beforeEach(() => {
  newRun();
  on = mallocZeroed(16);
  q = (on + 2) as WaitQueue;
});

describe('a wait queue', () => {
  test('is first in, first out', () => {
    const [a, b, c] = sudogs(3) as [SudogAddr, SudogAddr, SudogAddr];
    enqueue(q, a);
    expect(queue()).toEqual([a]);
    enqueue(q, b);
    enqueue(q, c);
    expect(queue()).toEqual([a, b, c]);
    expect(dequeue(q)).toBe(a);
    expect(queue()).toEqual([b, c]);
    expect([dequeue(q), dequeue(q), dequeue(q)]).toEqual([b, c, 0]);
    expect([raw[q - 1], raw[q], raw[q + 1], raw[q + 2]]).toEqual([0, 0, 0, 0]);
  });

  test('that is empty has nothing taken out: address 0 is no sudog', () => {
    expect(dequeue(q)).toBe(0);
    checkNil();
    expect(raw[q + 1]).toBe(0);
  });

  test('takes a sudog at its head as well', () => {
    const [a, b, c] = sudogs(3) as [SudogAddr, SudogAddr, SudogAddr];
    enqueueFirst(q, a);
    expect(queue()).toEqual([a]);
    enqueueFirst(q, b);
    expect(queue()).toEqual([b, a]);
    enqueue(q, c);
    expect(queue()).toEqual([b, a, c]);
  });

  test.each([
    [0, [1, 2, 3]],
    [1, [0, 2, 3]],
    [2, [0, 1, 3]],
    [3, [0, 1, 2]],
  ])('loses number %i of four, and links the others', (k, left) => {
    const all = sudogs(4);
    for (const sg of all) enqueue(q, sg);
    unlink(q, all[k]!);
    expect(queue()).toEqual(left.map((other) => all[other]));
    expect([i32[field(all[k]!, SG.NEXT)], i32[field(all[k]!, SG.PREV)]]).toEqual([0, 0]);
  });

  test('knows which sudogs it has, alone and among others', () => {
    const [a, b, c] = sudogs(3) as [SudogAddr, SudogAddr, SudogAddr];
    const known = () => [a, b, c].map((sg) => queued(q, sg));
    for (const sg of [a, b, c]) enqueue(q, sg);
    expect(known()).toEqual([true, true, true]);
    unlink(q, b);
    expect(known()).toEqual([true, false, true]);
    unlink(q, a);
    expect(known()).toEqual([false, false, true]);
    unlink(q, c);
    expect(known()).toEqual([false, false, false]);
  });

  test('does what an array does', () => {
    const step = fc.record({ act: fc.constantFrom('last', 'first', 'unlink', 'dequeue'), k: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        newRun();
        on = mallocZeroed(16);
        const free = sudogs(8);
        const model: SudogAddr[] = [];
        for (const { act, k } of steps) {
          if (act === 'dequeue') {
            const sg = model.shift();
            expect(dequeue(q)).toBe(sg ?? 0);
            if (sg !== undefined) free.push(sg);
          } else if (act === 'unlink') {
            if (model.length === 0) continue;
            const [sg] = model.splice(k % model.length, 1) as [SudogAddr];
            unlink(q, sg);
            free.push(sg);
          } else {
            const sg = free.shift();
            if (sg === undefined) continue;
            if (act === 'last') {
              enqueue(q, sg);
              model.push(sg);
            } else {
              enqueueFirst(q, sg);
              model.unshift(sg);
            }
          }
          expect(queue()).toEqual(model);
        }
      }),
      { seed: 4, numRuns: 60 },
    );
  });
});

describe('the sudog of a select', () => {
  const selectDone = (gp: GAddr) => field(gColdAddress(gp), COLD.SELECTDONE);

  test('belongs to the thread that is the first to set SELECTDONE of its goroutine', () => {
    const gp = newG();
    const sg = newSudog(gp, on, 1, 0);
    enqueue(q, sg);
    const accesses = interleave(() => expect(dequeue(q)).toBe(sg));
    expect(accesses).toEqual([['compareExchange', selectDone(gp), 0, 1]]);
    expect(i32[selectDone(gp)]).toBe(1);
    expect(queue()).toEqual([]);
  });

  test('is passed over if another case has fired, and leaves the queue', () => {
    const [fired, waits] = [newG(), newG()];
    const [a, b, c] = [newSudog(fired, on, 0, 1), newSudog(waits, on, 0, 2), newSudog(waits, on, 0, 3)];
    for (const sg of [a, b, c]) enqueue(q, sg);
    i32[selectDone(fired)] = 1;
    expect(dequeue(q)).toBe(b);
    expect(queue()).toEqual([c]);
    expect(dequeue(q)).toBe(0);
    expect(queue()).toEqual([]);
  });

  test('has its case, its object and room for an element, in one block that it gives back', () => {
    const gp = newG();
    const before = malloc(8);
    const sg = newSudog(gp, on, 4, 2);
    expect(sg).toBe(before + 8);
    expect(i32[field(sg, SG.G)]).toBe(gp);
    expect(i32[field(sg, SG.ON)]).toBe(on);
    expect(i32[field(sg, SG.CASE)]).toBe(3);
    expect(i32[field(sg, SG.ELEM)]).toBe(sg + SG_WORDS);
    const next = newSudog(gp, on, 0, 0);
    expect(next).toBe(sg + 16);
    expect(malloc(8)).toBe(next + 8);
    freeSudog(sg, 4);
    freeSudog(next, 0);
    expect(newSudog(gp, on, 3, 0)).toBe(sg);
    expect(newSudog(gp, on, 0, 0)).toBe(next);
    const large = newSudog(gp, on, 5, 0);
    expect(large).toBe(next + 16);
    expect(malloc(8)).toBe(large + 32);
    freeSudog(large, 5);
    expect(malloc(18)).toBe(large);
  });
});

describe("a goroutine's own sudog", () => {
  test('is the beginning of its cold record', () => {
    const [a, b] = [newG(), newG()];
    expect(ownSudog(a)).toBe(gColdAddress(a) + COLD.SUDOG);
    expect(ownSudog(b)).toBe(gColdAddress(b) + COLD.SUDOG);
  });

  test('says which G waits on which object, and is no case of a select', () => {
    const gp = newG();
    i32[field(ownSudog(gp), SG.CASE)] = 5;
    const sg = sudogOf(gp, on);
    expect(sg).toBe(ownSudog(gp));
    expect([i32[field(sg, SG.G)], i32[field(sg, SG.ON)], i32[field(sg, SG.CASE)]]).toEqual([gp, on, 0]);
  });

  test('is dequeued without a look at SELECTDONE', () => {
    const gp = newG();
    i32[field(gColdAddress(gp), COLD.SELECTDONE)] = 1;
    const sg = sudogOf(gp, on);
    enqueue(q, sg);
    expect(interleave(() => expect(dequeue(q)).toBe(sg))).toEqual([]);
    expect(i32[field(gColdAddress(gp), COLD.SELECTDONE)]).toBe(1);
  });

  test.each([0, 1, INLINE_SLOTS])('has room for an element of %i slots in the cold record', (slots) => {
    const gp = newG();
    const first = malloc(8);
    expect(ownElem(gp, slots)).toBe(gColdAddress(gp) + COLD.ELEM);
    expect(i32[field(ownSudog(gp), SG.ELEM)]).toBe(gColdAddress(gp) + COLD.ELEM);
    dropElem(gp, slots);
    expect(malloc(8)).toBe(first + 8);
  });

  test.each([5, 8, 9])('has a block for an element of %i slots, and gives that back', (slots) => {
    const gp = newG();
    const words = slots === 9 ? 32 : 16;
    const first = malloc(words);
    const elem = ownElem(gp, slots);
    expect(elem).toBe(first + words);
    expect(i32[field(ownSudog(gp), SG.ELEM)]).toBe(elem);
    expect(malloc(words)).toBe(elem + words);
    dropElem(gp, slots);
    expect(malloc(words)).toBe(elem);
  });
});

describe('what has woken a goroutine', () => {
  test('is noted in its G, which is that of the sudog', () => {
    const [a, b] = [newG(), newG()];
    expect(wakeParam(sudogOf(a, on), 3)).toBe(a);
    expect(wakeParam(newSudog(b, on, 0, 0), -1)).toBe(b);
    expect([i32[field(a, G.PARAM)], i32[field(b, G.PARAM)]]).toEqual([3, -1]);
  });
});
