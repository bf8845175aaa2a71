import { describe, expect, test } from 'vitest';
import { corpus, damaged, verdict } from '../../programs/lib/tracefuzz2.js';

const inputs = 10_000;
const maxMB = 256;

describe('reading damaged traces of format v2', () => {
  test('gives events that are true to their tables or one line, and never takes much memory', () => {
    const files = corpus();
    for (const file of files) expect(verdict(file)).toBe('whole');
    const before = process.resourceUsage().maxRSS;
    const counts = { whole: 0, part: 0, none: 0 };
    for (let seed = 0; seed < inputs; seed++) {
      try {
        counts[verdict(damaged(files, seed))]++;
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    // Damage that is always noticed, or never, would not show much.
    expect(Math.min(counts.whole, counts.part, counts.none)).toBeGreaterThan(inputs / 100);
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(maxMB);
  });
});
