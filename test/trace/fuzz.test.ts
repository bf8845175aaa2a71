import { describe, expect, test } from 'vitest';
import { corpus, damaged, verdict } from '../programs/lib/tracefuzz.js';

const inputs = 20_000;
const maxMB = 256;

describe('reading damaged traces', () => {
  test('gives a trace that is true to itself or one line with an offset, and never takes much memory', () => {
    // The larger files are for the campaign (bench/campaigns/tracefuzz.ts), which takes a million of these.
    const files = corpus().filter((bytes) => bytes.length < 4000);
    for (const file of files) expect(verdict(file)).toBe('trace');
    const before = process.resourceUsage().maxRSS;
    const counts = { trace: 0, cut: 0, error: 0 };
    for (let seed = 0; seed < inputs; seed++) {
      try {
        counts[verdict(damaged(files, seed))]++;
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    // Damage that is always noticed, or never, would not show much.
    expect(Math.min(counts.trace, counts.cut, counts.error)).toBeGreaterThan(inputs / 50);
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(maxMB);
  });
});
