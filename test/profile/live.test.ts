// Profiles of a run that goes on: every P answers, whether it works, looks for work or sleeps.

import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { enableProfiles, liveGoroutines, liveProfile } from 'mandel/profile';
import { type ProfileKind, Runtime } from 'mandel/run';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Profile } from '#src/pprof/profile.js';
import { tempDir } from '../support/tempdir.js';

const program = new URL('../../dist/test/programs/lib/served.js', import.meta.url).href;
const stuck = new URL('../../dist/test/programs/lib/neveryields.js', import.meta.url).href;

/** Does something while the program runs on so many Ps, and ends it. */
async function during<T>(
  procs: number,
  args: readonly unknown[],
  act: (runtime: Runtime) => Promise<T>,
  module = program,
): Promise<T> {
  const runtime = new Runtime(procs);
  const ending = new AbortController();
  try {
    const run = runtime.run({ modules: [module], args }, { signal: ending.signal, seed: procs });
    const result = await act(runtime);
    ending.abort();
    expect((await run).status).toBe('interrupted');
    return result;
  } finally {
    ending.abort();
    await runtime.close();
  }
}

function total({ samples }: Profile, value = 0): number {
  return samples.reduce((sum, { values }) => sum + values[value]!, 0);
}

function labels({ samples }: Profile, name: string): string[] {
  return [...new Set(samples.flatMap((sample) => sample.labels?.[name] ?? []))].sort();
}

describe('a run that goes on', () => {
  test.each([1, 2, 4])(
    'on %d Ps says how many goroutines it has, who they are and what they wait for',
    async (procs) => {
      await during(procs, [0, 20], async (runtime) => {
        // The first handshake may come before they have been made: sooner or later all of them wait.
        let profile = await liveProfile(runtime, 'goroutine');
        while (total(profile) < 21) profile = await liveProfile(runtime, 'goroutine');
        expect(total(profile)).toBe(21);
        let grouped = await liveGoroutines(runtime, 1);
        while (!grouped.includes('20 @\n#\truntime.chanrecv1')) grouped = await liveGoroutines(runtime, 1);
        expect(grouped).toMatch(
          /^goroutine profile: total 21\n20 @\n#\truntime\.chanrecv1\t:0\n#\tserved\.waiter\t.*served\.ts:22\n/,
        );
        const each = await liveGoroutines(runtime, 2);
        expect(each.match(/^goroutine \d+ \[/gm)).toHaveLength(21);
        expect(each).toMatch(
          /^goroutine 1 \[sleep, since \d+\.\d+s\]:\nserved\.main\(\.\.\.\)\n\t.*served\.ts:\d+:\d+\n/,
        );
      });
    },
  );

  test('shows where processor time goes, on every P', async () => {
    const profile = await during(2, [4, 0], async (runtime) => {
      await liveProfile(runtime, 'threadcreate'); // both are up
      return liveProfile(runtime, 'cpu', { seconds: 0.3 });
    });
    expect(labels(profile, 'goroutine')).toContain('served.worker');
    expect(labels(profile, 'P').length).toBeGreaterThanOrEqual(1);
    expect(total(profile, 1)).toBeGreaterThan(0);
  });

  test('shows who waits and who lets others wait, once that has been enabled', async () => {
    await during(2, [3, 1], async (runtime) => {
      expect(total(await liveProfile(runtime, 'block'))).toBe(0);
      await enableProfiles(runtime);
      for (const kind of ['block', 'mutex'] as const) {
        let profile = await liveProfile(runtime, kind);
        while (total(profile) === 0) profile = await liveProfile(runtime, kind);
        expect(total(profile, 1)).toBeGreaterThan(0);
      }
      const more = await liveProfile(runtime, 'mutex', { seconds: 0.2 });
      expect(total(more)).toBeGreaterThan(0);
      expect(total(more)).toBeLessThan(total(await liveProfile(runtime, 'mutex')));
      expect((await liveProfile(runtime, 'heap')).sampleTypes).toEqual([{ type: 'inuse_space', unit: 'bytes' }]);
      expect((await liveProfile(runtime, 'allocs', { seconds: 0.05 })).sampleTypes[0]).toEqual({
        type: 'alloc_space',
        unit: 'bytes',
      });
    });
  });

  test('answers many who ask at once, one after the other', async () => {
    await during(4, [2, 2], async (runtime) => {
      const asked = Array.from({ length: 40 }, () => liveProfile(runtime, 'threadcreate'));
      for (const profile of await Promise.all(asked)) expect(labels(profile, 'P')).toEqual(['0', '1', '2', '3']);
    });
  });

  test('is watched by one at a time', async () => {
    await during(1, [1, 0], async (runtime) => {
      const gone = new AbortController();
      const first = liveProfile(runtime, 'cpu', { seconds: 600, signal: gone.signal });
      await expect(liveProfile(runtime, 'cpu', { seconds: 1 })).rejects.toThrow('cpu profiling already in use');
      gone.abort(); // ends the watching at once
      await first;
    });
  });
});

const every: readonly ProfileKind[] = ['cpu', 'heap', 'allocs', 'block', 'mutex', 'goroutine', 'threadcreate'];

/** What is printed on standard error until the test is over. */
function standardError(): string[] {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  onTestFinished(() => spy.mockRestore());
  return lines;
}

describe('a P that never yields', () => {
  test.each([1, 2])('is in every profile, on %d Ps', async (procs) => {
    const lines = standardError();
    await during(
      procs,
      [procs === 1 ? 'main' : 'spin'],
      async (runtime) => {
        await enableProfiles(runtime);
        const body = procs === 1 ? 'neveryields.main' : 'neveryields.spin';
        for (const kind of every) {
          const profile = await liveProfile(runtime, kind, kind === 'cpu' ? { seconds: 0.3 } : { seconds: 0.01 });
          if (kind === 'cpu') expect(labels(profile, 'goroutine')).toContain(body);
          expect(profile.comments, kind).toBeUndefined();
        }
        expect(labels(await liveProfile(runtime, 'goroutine'), 'P')).toHaveLength(procs);
        expect(await liveGoroutines(runtime, 1)).toMatch(/^#\tneveryields\.spin\t.*neveryields\.ts:\d+$/m);
        expect(await liveGoroutines(runtime, 2)).toMatch(
          /^goroutine \d+ \[running\]:\n(neveryields\.work.*\n\t.*\n)?neveryields\.spin\(\.\.\.\)\n\t/m,
        );
      },
      stuck,
    );
    expect(lines).toEqual([]);
  });

  test('is missing where it cannot be interrupted, in one line for each profile, and in the profile', async () => {
    const lines = standardError();
    const pipe = join(tempDir(), 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const missing = /P [01] is missing: its thread is in a call that cannot be interrupted$/;
    await during(
      2,
      ['opens', pipe],
      async (runtime) => {
        await enableProfiles(runtime);
        let profile = await liveProfile(runtime, 'threadcreate');
        while (total(profile) === 2) profile = await liveProfile(runtime, 'threadcreate'); // it opens it a little later
        expect(total(profile)).toBe(1);
        lines.length = 0;
        for (const kind of ['goroutine', 'mutex'] as const) {
          expect((await liveProfile(runtime, kind)).comments).toEqual([expect.stringMatching(missing)]);
          expect(lines.splice(0)).toEqual([
            expect.stringMatching(new RegExp(`^profile: ${kind}: ${missing.source}\n$`, 'm')),
          ]);
        }
        expect(await liveGoroutines(runtime, 1)).toMatch(new RegExp(`^# ${missing.source}`, 'm'));
        closeSync(openSync(pipe, 'w')); // it goes on
        profile = await liveProfile(runtime, 'threadcreate');
        while (total(profile) < 2) profile = await liveProfile(runtime, 'threadcreate');
      },
      stuck,
    );
  });
});

describe('a run that has ended', () => {
  test('answers nobody, and leaves nobody waiting', async () => {
    const runtime = new Runtime(2);
    const ending = new AbortController();
    try {
      const run = runtime.run({ modules: [program], args: [1, 1] }, { signal: ending.signal });
      await liveProfile(runtime, 'threadcreate');
      const watching = liveProfile(runtime, 'cpu', { seconds: 0.05 });
      ending.abort();
      await run;
      await expect(watching).rejects.toThrow(/^runtime: expected a run that is under way/);
      await expect(liveProfile(runtime, 'heap')).rejects.toThrow('runtime: expected a run that is under way, got none');
    } finally {
      await runtime.close();
    }
  });
});
