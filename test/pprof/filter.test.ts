import { describe, expect, test } from 'vitest';
import { type Config, defaultConfig } from '#src/pprof/config.js';
import { tagRange } from '#src/pprof/filter.js';
import { mergeProfiles, normalizeProfile, subtractProfile } from '#src/pprof/merge.js';
import type { Profile } from '#src/pprof/profile.js';
import { pruneProfile } from '#src/pprof/prune.js';
import { newReport } from '#src/pprof/report.js';
import { sampleIndex, stacksOf } from '#src/pprof/samples.js';
import { topRows } from '#src/pprof/top.js';
import { handmade } from '../programs/lib/handmade.js';

const small = handmade.small!;

/** The stacks that are left, root first, and their values. */
function left(profile: Profile, config: Partial<Config>, warnings: string[] = []): string[] {
  const report = newReport(profile, 'traces', { ...defaultConfig, ...config }, (line) => warnings.push(line));
  return stacksOf(report.profile, report.index).map(
    ({ frames, value }) => `${frames.map(({ info }) => info.label).join('>')} ${value}`,
  );
}

describe('a filter', () => {
  const all = [
    'main.main>main.work>main.leaf 3',
    'main.main>main.work 1',
    'main.main>main.leaf>main.work>main.work>main.leaf 2',
    ' 1',
  ];

  test('that is not given leaves everything', () => {
    expect(left(small, {})).toEqual(all);
  });

  test.for<[Partial<Config>, string[]]>([
    [{ focus: 'leaf' }, [all[0]!, all[2]!]],
    [{ ignore: 'leaf' }, [all[1]!]],
    [{ hide: 'main.work' }, ['main.main>main.leaf 3', 'main.main 1', 'main.main>main.leaf>main.leaf 2']],
    [{ show: 'leaf' }, ['main.leaf 3', 'main.leaf>main.leaf 2']],
    [
      { show_from: 'leaf|main.work' },
      ['main.work>main.leaf 3', 'main.work 1', 'main.leaf>main.work>main.work>main.leaf 2'],
    ],
    [
      { prune_from: 'main.work' },
      ['main.main>main.work 3', all[1]!, 'main.main>main.leaf>main.work>main.work 2', ' 1'],
    ],
    [{ tagroot: 'P' }, [`<unknown>>${all[0]!}`, `<unknown>>${all[1]!}`, `<unknown>>${all[2]!}`, '<unknown> 1']],
    [{ focus: '/opt/work/demo' }, all.slice(0, 3)],
    [{ focus: 'main\\.work\\.go' }, all.slice(0, 3)],
  ])('leaves what it says: %o', ([config, stacks]) => {
    expect(left(small, config)).toEqual(stacks);
  });

  test('of labels goes by key and value, or by a range', () => {
    const labelled = handmade.labelled!;
    expect(left(labelled, { tagfocus: 'key=a' })).toHaveLength(1);
    expect(left(labelled, { tagfocus: 'b' })).toHaveLength(2);
    expect(left(labelled, { tagfocus: 'bytes=4kb' })).toHaveLength(1);
    expect(left(labelled, { tagignore: 'key=.' })).toHaveLength(2);
  });

  test('of labels may go by their names alone, and labels may be frames', () => {
    const labelled = handmade.labelled!;
    const named = (config: Partial<Config>) => {
      const { samples } = newReport(labelled, 'traces', { ...defaultConfig, ...config }).profile;
      return samples.map(({ labels, numLabels }) => Object.keys({ ...labels, ...numLabels }).join());
    };
    expect(named({ tagshow: 'key|ms' })).toEqual(['key,µ-key', 'key,ms', '', '']);
    expect(named({ taghide: 'key|ms|odd|con' })).toEqual(['bytes', 'request', 'alignment', '__proto__x']);
    const config = { tagroot: 'key,ms', tagleaf: 'bytes', granularity: 'filefunctions', unit: 'us' } as const;
    expect(left(labelled, config).slice(0, 2)).toEqual([
      'a,b key>ms>main.main /src/main.main.go>main.work /src/main.work.go>main.leaf /src/main.leaf.go>4096B,12us bytes 20000000',
      'b key>3000us ms>main.main /src/main.main.go>main.work /src/main.work.go>bytes 30000000',
    ]);
  });

  test('that matches nothing says so', () => {
    const warnings: string[] = [];
    expect(left(small, { focus: 'nothing' }, warnings)).toEqual([]);
    expect(left(small, { ignore: 'nothing', hide: 'nothing' }, warnings)).toHaveLength(3);
    expect(warnings).toEqual([
      'Focus expression matched no samples',
      'Ignore expression matched no samples',
      'Hide expression matched no samples',
    ]);
    const none = { tagshow: 'nothing', taghide: 'nothing', tagroot: ',', tagleaf: 'nothing', prune_from: 'nothing' };
    expect(left(small, none, warnings)).toHaveLength(4);
    expect(warnings.slice(3)).toEqual([
      'TagRoot expression matched no samples',
      'TagLeaf expression matched no samples',
      'TagShow expression matched no samples',
      'TagHide expression matched no samples',
    ]);
  });

  test('that is no regular expression is refused', () => {
    expect(() => left(small, { focus: '(' })).toThrow(
      'focus: expected a regular expression, got "(": missing closing )',
    );
    expect(() => left(small, { tagfocus: 'a=[' })).toThrow(
      'tagfocus: expected a regular expression, got "[": missing closing ]',
    );
  });
});

describe('a range of a tag filter', () => {
  test.for<[string, [number, string][], [number, string][]]>([
    [
      '32kb',
      [
        [32, 'kb'],
        [32768, 'bytes'],
      ],
      [
        [33, 'kb'],
        [32, 'ms'],
      ],
    ],
    [
      ':64kb',
      [
        [64, 'kb'],
        [1, 'b'],
      ],
      [[65, 'kb']],
    ],
    [
      '4mb:',
      [
        [4, 'mb'],
        [1, 'gb'],
      ],
      [[3, 'mb']],
    ],
    [
      '12kb:64mb',
      [
        [12, 'kb'],
        [64, 'mb'],
      ],
      [
        [11, 'kb'],
        [65, 'mb'],
      ],
    ],
    [
      '-5:5',
      [
        [-5, ''],
        [5, ''],
      ],
      [[6, '']],
    ],
  ])('holds what it says: %s', ([text, inside, outside]) => {
    const range = tagRange(text)!;
    expect(inside.filter(([value, unit]) => !range(value, unit))).toEqual([]);
    expect(outside.filter(([value, unit]) => range(value, unit))).toEqual([]);
  });

  test.for(['', 'soup', '1kb:2ms', 'x1', ':1:', '1kb-'])('is not %o', (text) => {
    expect(tagRange(text)).toBeUndefined();
  });
});

describe('frames to drop', () => {
  test('go with all that they call, but never the whole stack', () => {
    expect(left(pruneProfile(handmade.dropping!), {})).toEqual([
      'main.main>main.work 10000000',
      'main.main>main.work 20000000',
      'main.main>main.work>runtime.keepMe 40000000',
      'main.leaf 80000000',
      'main.main>main.work 160000000',
      'main.main 30000000',
    ]);
  });

  test('are said by a regular expression', () => {
    expect(() => pruneProfile({ ...small, dropFrames: 'a(' })).toThrow(
      'drop_frames: expected a regular expression, got "^(a()$"',
    );
  });
});

describe('profiles', () => {
  const sums = (profile: Profile) =>
    profile.sampleTypes.map((_, k) => profile.samples.reduce((sum, s) => sum + s.values[k]!, 0));

  test('are added up stack by stack', () => {
    const twice = mergeProfiles([small, small]);
    expect(twice.samples).toHaveLength(small.samples.length);
    expect(sums(twice)).toEqual(sums(small).map((sum) => 2 * sum));
    expect(twice.durationNs).toBe(2 * small.durationNs!);
  });

  test('less themselves are nothing', () => {
    const nothing = subtractProfile(small, small, false);
    expect([nothing.samples, nothing.locations, nothing.functions]).toEqual([[], [], []]);
  });

  test('less a base have percentages of it, if that is asked for', () => {
    const half = { ...small, samples: small.samples.slice(0, 1) };
    expect(newReport(subtractProfile(small, half, true), 'top', defaultConfig).total).toBe(3);
    expect(newReport(subtractProfile(small, half, false), 'top', defaultConfig).total).toBe(4);
  });

  test('are added up in the finest unit, of the types that all of them have', () => {
    const coarse = {
      ...small,
      sampleTypes: [
        { type: 'other', unit: 'count' },
        { type: 'cpu', unit: 'milliseconds' },
      ],
      samples: [{ locations: [0], values: [7, 3] }],
    };
    const sum = mergeProfiles([small, coarse]);
    expect(sum.sampleTypes).toEqual([{ type: 'cpu', unit: 'nanoseconds' }]);
    expect(sums(sum)).toEqual([70e6 + 3e6]);
  });

  test('are brought to the size of a base, type by type', () => {
    const twice = mergeProfiles([small, small]);
    expect(sums(normalizeProfile(small, twice))).toEqual(sums(twice));
    expect(normalizeProfile(handmade.nothing!, handmade.inlined!).samples).toEqual([]);
    expect(() => normalizeProfile(small, handmade.bytes!)).toThrow(
      'normalize: expected a base of the same sample types, got samples/count, cpu/nanoseconds with periods of cpu/nanoseconds and alloc_objects/count',
    );
  });

  test('of different kinds are not added up', () => {
    expect(() => mergeProfiles([small, handmade.bytes!])).toThrow(
      'expected profiles with a sample type in common to merge, got samples, cpu and alloc_objects, alloc_space',
    );
    const otherUnit = { ...small, sampleTypes: [{ type: 'samples', unit: 'bytes' }, small.sampleTypes[1]!] };
    expect(() => mergeProfiles([small, otherUnit])).toThrow(
      'expected values that can be added to merge, got samples/count and samples/bytes',
    );
  });
});

describe('a sample type', () => {
  test('is chosen by name or number, or by the profile', () => {
    expect(['', 'cpu', '1', 'samples', '0'].map((name) => sampleIndex(small, name))).toEqual([0, 1, 1, 0, 0]);
    expect(sampleIndex(handmade.inlined!, '')).toBe(1);
    expect(sampleIndex({ ...small, sampleTypes: [{ type: 'space', unit: 'bytes' }] }, 'inuse_space')).toBe(0);
  });

  test('that is not there is refused', () => {
    expect(() => sampleIndex(small, 'heap')).toThrow('sample_index: expected one of samples, cpu, got "heap"');
    expect(() => sampleIndex(small, '2')).toThrow(
      'sample_index: expected a number from 0 to 1 or one of samples, cpu, got 2',
    );
    expect(() => sampleIndex({ ...small, sampleTypes: [] }, '')).toThrow(
      'expected a profile with sample types, got none',
    );
  });
});

describe('a top', () => {
  test('counts a function once a sample, and says what was inlined', () => {
    const { rows } = topRows(newReport(handmade.inlined!, 'top', { ...defaultConfig, sample_index: 'samples' }));
    expect(rows.map(({ name, inline, flat, cum }) => [name, inline, flat, cum])).toEqual([
      ['main.leaf', '', 12, 12],
      ['main.work', '(inline)', 1, 13],
      ['main.main', '', 0, 13],
      ['runtime.goexit', '', 0, 5],
    ]);
  });
});
