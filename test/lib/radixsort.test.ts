import { describe, expect, test } from 'vitest';
import { sortedIndices } from '#src/lib/radixsort.js';
import { Rng } from '#src/lib/rng.js';

const rng = new Rng(3);
const many = (key: () => number) => Float64Array.from({ length: 3000 }, key);
const word = () => rng.next();

describe('indices in the order of keys', () => {
  test.each<[string, Float64Array]>([
    ['no keys', new Float64Array(0)],
    ['one key', Float64Array.of(7)],
    ['equal keys', new Float64Array(10).fill(-3)],
    ['small keys, many of them equal', many(() => rng.below(5))],
    ['keys of one digit and a negative one', many(() => rng.below(2048) - 1)],
    ['keys of 32 bits', many(word)],
    ['keys around 2^32', many(() => 2 ** 32 - 1000 + rng.below(2000))],
    ['keys with equal low words', many(() => rng.below(1000) * 2 ** 32)],
    ['keys of 53 bits', many(() => rng.below(2 ** 21) * 2 ** 32 + word())],
    ['the least and the largest', Float64Array.of(Number.MAX_SAFE_INTEGER, 0, 5, Number.MAX_SAFE_INTEGER - 1)],
  ])('are those of a stable sort: %s', (_, keys) => {
    const indices = [...keys.keys()];
    expect([...sortedIndices(keys)]).toEqual([...indices].sort((a, b) => keys[a]! - keys[b]!));
    expect([...sortedIndices(keys, 'descending')]).toEqual([...indices].sort((a, b) => keys[b]! - keys[a]!));
  });
});
