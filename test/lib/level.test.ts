import { describe, expect, test } from 'vitest';
import { Level } from '#src/trace/analysis/parallelism.js';

describe('a level', () => {
  test('has the average of each span, its area, its maximum, and the time at each value', () => {
    const level = new Level(4, 100, { times: true });
    level.set(2, 10); // 0 until 10, 2 until 30, 5 until 30: for no time, 1 until 80, 0 until 100
    level.set(5, 30);
    level.set(1, 30);
    level.set(0, 80);
    level.finish(100);
    expect(Array.from(level.means)).toEqual([(15 * 2) / 25, (5 * 2 + 20) / 25, 1, 5 / 25]);
    expect(level).toMatchObject({ area: 90, max: 2 });
    expect(Array.from(level.timeAt, (time) => time ?? 0)).toEqual([30, 50, 20]);
  });

  test('stays as it is until the end', () => {
    const level = new Level(2, 10);
    level.set(3, 5);
    level.finish(10);
    expect(Array.from(level.means)).toEqual([0, 3]);
  });

  test('of no time at all is nothing', () => {
    const level = new Level(2, 0);
    level.set(3, 0);
    level.finish(0);
    expect(Array.from(level.means)).toEqual([0, 0]);
    expect(level.max).toBe(0);
  });
});
