import { describe, expect, test } from 'vitest';
import { Largest } from '#src/lib/largest.js';
import { Rng } from '#src/lib/rng.js';

describe('the largest of many numbers', () => {
  test.each([0, 1, 5, 100, 1000])('are those that come first in the sorted list: %d of 500', (most) => {
    const rng = new Rng(most);
    const keys = Array.from({ length: 500 }, () => rng.below(most === 5 ? 3 : 200));
    const order = [...keys.keys()];
    for (let k = order.length - 1; k > 0; k--) {
      const other = rng.below(k + 1);
      [order[k], order[other]] = [order[other]!, order[k]!];
    }
    const largest = new Largest(most);
    for (const id of order) largest.offer(id, keys[id]!);
    const wanted = [...keys.keys()].sort((a, b) => keys[b]! - keys[a]! || a - b).slice(0, most);
    expect([...largest.sorted().ids]).toEqual(wanted);
    expect([...largest.sorted().keys]).toEqual(wanted.map((id) => keys[id]!));
  });
});
