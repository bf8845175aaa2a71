// The graph of calls in dot: Go's own, line for line, and what Graphviz makes of it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';
import { type Config, defaultConfig } from '#src/pprof/config.js';
import { dot, drawingOf } from '#src/pprof/dot.js';
import { flameHeading, flameOf, flameSvg } from '#src/pprof/flamesvg.js';
import { graphvizSvg } from '#src/pprof/graphviz.js';
import { shortName } from '#src/pprof/info.js';
import type { Profile } from '#src/pprof/profile.js';
import { encodeProfile } from '#src/pprof/proto.js';
import { pruneProfile } from '#src/pprof/prune.js';
import { readProfile, readProfileFile } from '#src/pprof/read.js';
import { newReport } from '#src/pprof/report.js';
import { handmade } from '../programs/lib/handmade.js';
import { foldedProfile } from '../support/folded.js';
import { call, goTools } from '../support/gotool.js';
import { skipLoudly } from '../support/loudskip.js';
import { tempDir } from '../support/tempdir.js';
import { elements, parseXml, textOf } from '../support/xml.js';

const lesson = foldedProfile({
  'main.main;main.paint;main.fillPixel': 600_000_000,
  'main.main;main.paint': 100_000_000,
  'main.main;image/png.Encode;compress/flate.Write': 200_000_000,
  'runtime.mcall;runtime.park': 100_000_000,
});
const dotOf = (profile: Profile, config: Partial<Config> = {}) =>
  dot(drawingOf(newReport(profile, 'dot', { ...defaultConfig, ...config })));

/** A profile with many functions that call each other at random, by a fixed rule. */
function tangle(functions: number, samples: number): Profile {
  let seed = 1;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  return foldedProfile(
    Object.fromEntries(
      Array.from({ length: samples }, () => [
        ['main.main', ...Array.from({ length: 2 + next(6) }, () => `pkg/sub${next(5)}.F${next(functions)}`)].join(';'),
        1_000_000 * (1 + next(50)),
      ]),
    ),
  );
}

const labelled: Profile = {
  ...lesson,
  samples: lesson.samples.map((sample, k) => ({
    ...sample,
    labels: { P: [`${k % 2}`], body: ['worker "<a> \\b'] },
    numLabels: { bytes: Array.from({ length: 3 * k + 1 }, (_, n) => ({ value: 2 ** (n + k) * 512, unit: 'bytes' })) },
  })),
};

const inlined: Profile = {
  ...lesson,
  locations: lesson.locations.map((location, k) =>
    k === 2 ? { ...location, lines: [...location.lines, { func: 1, line: 9 }] } : location,
  ),
};

const nameless: Profile = {
  ...lesson,
  locations: lesson.locations.map((location) => ({ ...location, lines: [], mapping: 0 })),
  mappings: [
    {
      start: 0x1000,
      limit: 0x2000,
      offset: 0,
      file: '/usr/lib/libc.so',
      buildId: 'abc',
      hasFunctions: true, // so that nobody looks for the file
      hasFilenames: true,
      hasLineNumbers: true,
      hasInlineFrames: true,
    },
  ],
};

const strange = foldedProfile({
  'main.main[...];a::b::C::d;"q" \\ back': 50,
  'main.main[...];github.com/x/y/v2.(*T[...]).F': 30,
  '(anonymous namespace)::f;com.example.Foo.bar(int)': 20,
});

const profiles: Readonly<Record<string, Profile>> = {
  'of the lesson': lesson,
  'with labels': labelled,
  'with inlined calls': inlined,
  'without names': nameless,
  'with strange names': strange,
  'that is a difference': foldedProfile({ 'main;a;x': 300, 'main;b;x': -200, 'main;a': 40, 'main;c;y': -5 }),
  'that has to be trimmed': tangle(200, 400),
  'of nothing': foldedProfile({ 'main;a': 0 }),
  'with calls that cancel out': foldedProfile({ 'main;a;x': 30, 'main;x': -20, 'b;x': -10, 'main;a': 5 }),
};

/** Profiles that real Go wrote, and the sample types to look at. */
const real = [
  ['cpu26', 'cpu'],
  ['cpu19', 'samples'],
  ['heap26', 'inuse_space'],
  ['heap26', 'alloc_objects'],
  ['block19', 'delay'],
  ['mutex26', 'contentions'],
  ['goroutine26', 'goroutine'],
] as const;

describe('a graph in dot', () => {
  test('has a box a function and an arrow a call', () => {
    expect(dotOf(lesson).split('\n')).toEqual([
      'digraph "unnamed" {',
      'node [style=filled fillcolor="#f8f8f8"]',
      'subgraph cluster_L { "Type: cpu" [shape=box fontsize=16 label="Type: cpu\\lShowing nodes accounting for 1000ms, 100% of 1000ms total\\l"] }',
      expect.stringMatching(/^N1 \[label="main\\nmain\\n0 of 900ms \(90\.00%\)" id="node1" fontsize=8 shape=box /),
      expect.stringMatching(/^N2 \[label="main\\nfillPixel\\n600ms \(60\.00%\)" id="node2" fontsize=24 shape=box /),
      expect.stringMatching(
        /^N3 \[label="main\\npaint\\n100ms \(10\.00%\)\\nof 700ms \(70\.00%\)" id="node3" fontsize=15 /,
      ),
      expect.stringMatching(
        /^N4 \[label="flate\\nWrite\\n200ms \(20\.00%\)" .* tooltip="compress\/flate\.Write \(200ms\)"/,
      ),
      expect.stringMatching(/^N5 \[label="runtime\\npark\\n100ms \(10\.00%\)" /),
      expect.stringMatching(/^N6 \[label="runtime\\nmcall\\n0 of 100ms \(10\.00%\)" /),
      expect.stringMatching(/^N7 \[label="png\\nEncode\\n0 of 200ms \(20\.00%\)" /),
      expect.stringMatching(
        /^N1 -> N3 \[label=" 700ms" weight=71 penwidth=4 color="#b2\w{4}" tooltip="main\.main -> main\.paint/,
      ),
      expect.stringMatching(/^N3 -> N2 \[label=" 600ms" weight=61 /),
      expect.stringMatching(/^N7 -> N4 \[label=" 200ms" weight=21 /),
      expect.stringMatching(/^N1 -> N7 \[label=" 200ms" weight=21 /),
      expect.stringMatching(/^N6 -> N5 \[label=" 100ms" weight=11 /),
      '}',
      '',
    ]);
  });

  test.for(real)('of real Go, %s, is what Go draws', async ([name, index], context) => {
    const tool = (await goTools()).at(-1) ?? skipLoudly(context, 'there is no go here to compare with');
    const file = fileURLToPath(new URL(`../testdata/profiles/${name}.pprof`, import.meta.url));
    const args = ['-symbolize=none', `-sample_index=${index}`, '-dot', file];
    const { stdout, stderr, status } = await call(tool.go, ['tool', 'pprof', ...args]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const ours = dotOf(pruneProfile(readProfileFile(file)), { sample_index: index });
    expect(ours.split('\n')).toEqual(withoutHint(stdout.toString()).split('\n'));
  });

  test.for(Object.entries(profiles))('%s is what Go draws', async ([, profile], context) => {
    const tool = (await goTools()).at(-1) ?? skipLoudly(context, 'there is no go here to compare with');
    const file = join(tempDir(), 'profile');
    writeFileSync(file, encodeProfile(profile));
    const { stdout, stderr, status } = await call(tool.go, ['tool', 'pprof', '-symbolize=none', '-dot', file]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(dotOf(profile).split('\n').map(unquoted)).toEqual(withoutHint(stdout.toString()).split('\n').map(unquoted));
  });
});

/** Options that change a picture, and a profile where they do. */
const options: readonly (readonly [profile: string, options: Partial<Config>])[] = [
  ['labelled', { mean: true }],
  ['labelled', { tagroot: 'key', tagleaf: 'bytes,ms', granularity: 'lines' }],
  ['inlined', { mean: true, divide_by: 3 }],
  ['bytes', { mean: true, unit: 'auto' }],
  ['small', { divide_by: 0.01, prune_from: 'work', sample_index: 'cpu' }],
];

describe('a graph in dot, with options,', () => {
  test.for(options)('of %s, %o, is what Go draws', async ([name, config], context) => {
    const tool = (await goTools()).at(-1) ?? skipLoudly(context, 'there is no go here to compare with');
    const file = join(tempDir(), 'profile');
    writeFileSync(file, encodeProfile(handmade[name]!));
    const flags = Object.entries(config).map(([option, value]) =>
      option === 'granularity' ? `-${value}` : `-${option}=${value}`,
    );
    const { stdout, status } = await call(tool.go, ['tool', 'pprof', '-symbolize=none', '-dot', ...flags, file]);
    expect(status).toBe(0);
    const ours = dotOf(readProfileFile(file), config);
    expect(ours.split('\n').map(unquoted)).toEqual(withoutHint(stdout.toString()).split('\n').map(unquoted));
  });
});

/** Unlike Go's, our box does not say where one learns to read the picture. */
const withoutHint = (theirs: string) => theirs.replace(/\\lSee https:\S+ for how to read the graph\\l/, '');

/** Labels of samples are escaped here, and not by Go, whose file Graphviz would refuse. */
const unquoted = (line: string) => line.replaceAll('\\\\', '\\').replaceAll('\\"', '"');

describe('Graphviz', () => {
  test('draws what is in the file', async () => {
    const root = parseXml(await graphvizSvg(dotOf(lesson)));
    const groups = elements(root, 'g').map(({ attributes }) => attributes);
    expect(groups.filter((attributes) => attributes.class === 'edge')).toHaveLength(5);
    expect(groups.filter(({ id }) => id?.startsWith('node'))).toHaveLength(8); // one is the legend
    expect(elements(root, 'text').map(textOf)).toEqual(
      expect.arrayContaining(['fillPixel', '600ms (60.00%)', 'Type: cpu', 'of 700ms (70.00%)']),
    );
  });

  test('shows names as they are, whatever they are', async () => {
    const names = [
      '<T>::f & "x"',
      '&lt',
      '\\d \\l back\\',
      'a\u0000b\u001b',
      '日本語',
      '<<b>html</b>>',
      '{a|b}',
      '];}',
      '%s',
    ];
    const root = parseXml(await graphvizSvg(dotOf(foldedProfile({ [names.join(';')]: 10 }))));
    const titles = elements(root, 'a').map(({ attributes }) => attributes['xlink:title']?.replace(/ \(\d+ns\)$/, ''));
    expect(titles).toEqual(
      expect.arrayContaining([
        '<T>::f & "x"',
        '&lt',
        '\\d \\l back\\',
        'a\ufffdb\ufffd',
        '日本語',
        '<<b>html</b>>',
        '{a|b}',
      ]),
    );
    expect(elements(root, 'script')).toEqual([]);
  });

  test('draws labels that Go leaves unquoted', async () => {
    const root = parseXml(await graphvizSvg(dotOf(labelled)));
    expect(elements(root, 'text').map(textOf)).toEqual(expect.arrayContaining(['P:0', 'body:worker "<a> \\b']));
  });

  test('draws units that are no units', async () => {
    const unit = 'parsecs"]; <x> \\ \u0001';
    const profile = { ...lesson, sampleTypes: [{ type: unit, unit }] };
    expect(elements(parseXml(await graphvizSvg(dotOf(profile))), 'g').length).toBeGreaterThan(12);
  });

  test('draws whatever of a spoilt profile can be read', async () => {
    const bytes = gunzipSync(readFileSync(new URL('../testdata/profiles/cpu26.pprof', import.meta.url)));
    const random = new Rng(19);
    let drawn = 0;
    for (let k = 0; k < 400; k++) {
      const spoilt = Uint8Array.from(bytes);
      for (let n = 0; n <= random.below(2); n++) spoilt[random.below(spoilt.length)] = random.below(256);
      let profile: Profile;
      try {
        profile = readProfile(spoilt, 'spoilt');
      } catch {
        continue; // it cannot be read, which others test
      }
      const text = dotOf(profile);
      const report = newReport(profile, 'flame', defaultConfig);
      parseXml(flameSvg(flameOf(report), flameHeading(report, flameOf(report))));
      if (drawn++ % 20 === 0) parseXml(await graphvizSvg(text));
    }
    expect(drawn).toBeGreaterThan(20);
  });

  test('says in one line what it does not take', async () => {
    await expect(graphvizSvg('digraph {')).rejects.toThrow(/^pprof: Graphviz: .*syntax error.*$/);
    await expect(graphvizSvg(dotOf(lesson))).resolves.toContain('<svg');
  });

  test('draws 80 functions', async () => {
    const root = parseXml(await graphvizSvg(dotOf(tangle(200, 400))));
    expect(elements(root, 'g').filter(({ attributes }) => attributes.id?.startsWith('node'))).toHaveLength(81);
  });
});

test.each([
  ['encoding/json.(*Decoder).Decode', 'json.(*Decoder).Decode'],
  ['github.com/google/pprof/v2/driver.PProf', 'driver.PProf'],
  ['main.main', 'main.main'],
  ['java.util.Map.<init>(int)', 'Map.<init>'],
  ['com.example.Foo.bar$1', 'Foo.bar$1'],
  ['std::chrono::Clock::now', 'Clock::now'],
  ['(anonymous namespace)::f', 'f'],
  ['fillPixel', 'fillPixel'],
])('the short name of %s is %s', (name, short) => {
  expect(shortName(name)).toBe(short);
});
