import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Entry, IdHeap, MinHeap } from '#src/lib/minheap.js';

/** Few different keys, so that many are equal; and some that are not small integers. */
const key = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ noNaN: true }));

function drain<T>(heap: MinHeap<T>): T[] {
  const items: T[] = [];
  while (heap.size > 0) items.push(heap.pop()!);
  return items;
}

describe('MinHeap', () => {
  test('pops what a stable sort would give', () => {
    fc.assert(
      fc.property(fc.array(key), (keys) => {
        const heap = new MinHeap<number>();
        for (const [index, k] of keys.entries()) heap.push(k, index);
        const sorted = keys.map((_, index) => index).sort((a, b) => compare(keys[a]!, keys[b]!));
        expect(drain(heap)).toEqual(sorted);
      }),
    );
  });

  test('does what a sorted list does, when pushes and pops are mixed', () => {
    fc.assert(
      fc.property(fc.array(fc.option(key, { freq: 2 }), { maxLength: 200 }), (steps) => {
        const heap = new MinHeap<number>();
        let list: { key: number; item: number }[] = [];
        steps.forEach((step, item) => {
          if (step === null) {
            expect(heap.pop()).toBe(list.shift()?.item);
          } else {
            heap.push(step, item);
            list.push({ key: step, item });
            list = list.toSorted((a, b) => compare(a.key, b.key));
          }
          expect(heap.size).toBe(list.length);
          expect(heap.minKey).toBe(list[0]?.key ?? Number.POSITIVE_INFINITY);
        });
      }),
    );
  });

  test('does what a sorted list does, when entries are removed and their keys change', () => {
    const index = fc.nat({ max: 50 });
    const step = fc.oneof(
      fc.record({ act: fc.constant('push'), key, index }),
      fc.record({ act: fc.constant('remove'), key, index }),
      fc.record({ act: fc.constant('change'), key, index }),
      fc.record({ act: fc.constant('pop'), key, index }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new MinHeap<number>();
        let list: Entry<number>[] = [];
        const sort = () => {
          list = list.toSorted((a, b) => compare(a.key, b.key));
        };
        steps.forEach(({ act, key, index }, item) => {
          const entry = list[index % Math.max(1, list.length)];
          if (act === 'push') list.push(heap.push(key, item));
          else if (act === 'pop') expect(heap.pop()).toBe(list.shift()?.item);
          else if (entry !== undefined) {
            list = list.filter((other) => other !== entry);
            if (act === 'remove') heap.remove(entry);
            else {
              heap.change(entry, key);
              list.push(entry); // the last of those with this key
            }
          }
          sort();
          expect(heap.size).toBe(list.length);
          expect(heap.minKey).toBe(list[0]?.key ?? Number.POSITIVE_INFINITY);
          expect(heap.first).toBe(list[0]?.item);
        });
        expect(drain(heap)).toEqual(list.map(({ item }) => item));
      }),
    );
  });

  test('what has been removed or taken can be removed again', () => {
    const heap = new MinHeap<string>();
    const [a, b] = [heap.push(1, 'a'), heap.push(2, 'b')];
    heap.remove(b);
    heap.remove(b);
    expect(heap.pop()).toBe('a');
    heap.remove(a);
    expect(heap.size).toBe(0);
  });

  test('an empty one has no item, and no key is smaller than its smallest', () => {
    const heap = new MinHeap<string>();
    expect(heap.pop()).toBeUndefined();
    expect(heap.size).toBe(0);
    expect(heap.minKey).toBe(Number.POSITIVE_INFINITY);
  });

  test('items may be undefined', () => {
    const heap = new MinHeap<undefined>();
    heap.push(1, undefined);
    heap.push(2, undefined);
    expect(drain(heap)).toEqual([undefined, undefined]);
  });
});

describe('IdHeap', () => {
  test('does what a sorted list does, and grows with the ids', () => {
    const id = fc.nat({ max: 40 });
    const step = fc.record({ act: fc.constantFrom('set', 'remove', 'take', 'setMinKey'), key, id });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new IdHeap(4);
        const keys = new Map<number, number>();
        const first = () => [...keys].sort(([a, x], [b, y]) => compare(x, y) || a - b)[0];
        for (const { act, key, id } of steps) {
          if (act === 'set') {
            heap.set(id, key);
            keys.set(id, key);
          } else if (act === 'remove' && keys.has(id)) {
            heap.remove(id);
            keys.delete(id);
          } else if (act === 'take' && keys.size > 0) {
            const [min] = first()!;
            expect(heap.take()).toBe(min);
            keys.delete(min);
          } else if (act === 'setMinKey' && keys.size > 0) {
            keys.set(first()![0], key);
            heap.setMinKey(key);
          }
          expect(heap.size).toBe(keys.size);
          expect(heap.minKey).toBe(first()?.[1] ?? Number.POSITIVE_INFINITY);
          if (keys.size > 0) expect(heap.min).toBe(first()![0]);
        }
      }),
    );
  });

  test('has equal keys by their ranks', () => {
    const heap = new IdHeap();
    heap.set(0, 7, 2);
    heap.set(1, 7, 1);
    heap.set(2, 7);
    heap.set(2, 7, 0);
    expect([heap.take(), heap.take(), heap.take()]).toEqual([2, 1, 0]);
  });
});

/** -0 and 0 are the same key, as they are the same time. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
