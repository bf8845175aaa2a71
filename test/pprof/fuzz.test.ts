import { describe, expect, test } from 'vitest';
import { corpus, damaged, verdict } from '../programs/lib/pproffuzz.js';

const inputs = 300;
const maxMB = 256;

describe('reading damaged profiles', () => {
  test('gives reports or one line, and never takes much memory', () => {
    // The campaign (bench/campaigns/pproffuzz.ts) takes 200,000 of these.
    const files = corpus();
    for (const file of files) expect(verdict(file)).toBe('profile');
    const before = process.resourceUsage().maxRSS;
    const counts = { profile: 0, error: 0 };
    for (let seed = 0; seed < inputs; seed++) {
      try {
        counts[verdict(damaged(files, seed), seed)]++;
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    // Damage that is always noticed, or never, would not show much.
    expect(Math.min(counts.profile, counts.error)).toBeGreaterThan(inputs / 10);
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(maxMB);
  });
});
