import { describe, expect, test } from 'vitest';
import { corpus, damaged, modelVerdict, verdict } from '../../programs/lib/tracefuzz2.js';

const inputs = 5000;
const maxMB = 256;

describe('reading damaged traces of format v2', () => {
  test('gives a legal trace that is true to its tables or one line, and never takes much memory', () => {
    const files = corpus();
    for (const file of files) expect(verdict(file)).toBe('whole');
    const before = process.resourceUsage().maxRSS;
    const counts = { whole: 0, part: 0, none: 0 };
    for (let seed = 0; seed < inputs; seed++) {
      try {
        const bytes = damaged(files, seed);
        verdict(bytes);
        counts[modelVerdict(bytes, seed)]++;
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    // Damage that is always noticed, or never, would not show much.
    expect(Math.min(counts.whole, counts.none)).toBeGreaterThan(inputs / 20);
    expect(counts.part).toBeGreaterThan(10);
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(maxMB);
  });
});
