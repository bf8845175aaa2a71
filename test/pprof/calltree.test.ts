// The graph of calls as a tree, which real Go draws as well. Boxes of one name that are as heavy have no order there: what
// is compared is the way to each box.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Config, defaultConfig } from '#src/pprof/config.js';
import { dot, drawingOf } from '#src/pprof/dot.js';
import type { Profile } from '#src/pprof/profile.js';
import { encodeProfile } from '#src/pprof/proto.js';
import { pruneProfile } from '#src/pprof/prune.js';
import { readProfile } from '#src/pprof/read.js';
import { newReport } from '#src/pprof/report.js';
import { treeText } from '#src/pprof/tree.js';
import { handmade } from '../programs/lib/handmade.js';
import { foldedProfile } from '../support/folded.js';
import { call, goTools } from '../support/gotool.js';
import { skipLoudly } from '../support/loudskip.js';
import { tempDir } from '../support/tempdir.js';

const treeOf = (profile: Profile, config: Partial<Config> = {}) =>
  dot(drawingOf(newReport(profile, 'dot', { ...defaultConfig, call_tree: true, ...config })));

/** For each box of a picture, what is on the way to it from a box that nobody calls; and the legend. */
function ways(text: string): string[] {
  const lines = text.split('\n');
  const boxes = new Map<string, string>();
  const entering = new Map<string, { from: string; says: string }>();
  for (const line of lines) {
    const [, from, to, says = ''] = /^(N\w+)(?: -> (N\w+))? \[(.*)\]$/.exec(line) ?? [];
    if (from === undefined) continue;
    if (to === undefined) boxes.set(from, says.replace(/ id="\w+"/, ''));
    else entering.set(to, { from, says });
  }
  const way = (box: string): string => {
    const arrow = entering.get(box);
    return `${arrow === undefined ? '' : `${way(arrow.from)}\n--${arrow.says}-> `}${boxes.get(box)}`;
  };
  return [...[...boxes.keys()].map(way).sort(), ...lines.filter((line) => line.startsWith('subgraph'))];
}

const real = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../testdata/profiles/${name}.pprof`, import.meta.url)));
const files: Readonly<Record<string, () => Uint8Array>> = {
  ...Object.fromEntries(['cpu26', 'heap26', 'block26'].map((name) => [name, () => real(name)])),
  ...Object.fromEntries(
    ['inlined', 'labelled', 'negative'].map((name) => [name, () => encodeProfile(handmade[name]!)]),
  ),
};

const options: readonly Partial<Config>[] = [
  {},
  { nodefraction: 0.3, edgefraction: 0.4 },
  { granularity: 'lines', nodefraction: 0.1, nodecount: 1000 },
  { granularity: 'addresses', noinlines: true, drop_negative: true, nodecount: 1000 },
];

describe('a tree of calls', () => {
  test('has a box for each way to a function', () => {
    const profile = foldedProfile({ 'main;a;leaf': 300, 'main;b;leaf': 200, 'main;b;b': 100, other: 1 });
    expect(ways(treeOf(profile)).map((way) => [...way.matchAll(/label="([^"]*)"/g)].map(([, text]) => text))).toEqual([
      ['main\\n0 of 600ns (99.83%)'],
      ['main\\n0 of 600ns (99.83%)', ' 300ns', 'a\\n0 of 300ns (49.92%)'],
      ['main\\n0 of 600ns (99.83%)', ' 300ns', 'a\\n0 of 300ns (49.92%)', ' 300ns', 'leaf\\n300ns (49.92%)'],
      ['main\\n0 of 600ns (99.83%)', ' 300ns', 'b\\n0 of 300ns (49.92%)'],
      ['main\\n0 of 600ns (99.83%)', ' 300ns', 'b\\n0 of 300ns (49.92%)', ' 100ns', 'b\\n100ns (16.64%)'],
      ['main\\n0 of 600ns (99.83%)', ' 300ns', 'b\\n0 of 300ns (49.92%)', ' 200ns', 'leaf\\n200ns (33.28%)'],
      [expect.stringContaining('Dropped 1 node (cum <= 3ns)')],
    ]);
  });

  test('is for pictures alone', () => {
    const tree = (config: Partial<Config>) => [
      ...treeText(newReport(handmade.small!, 'tree', { ...defaultConfig, ...config })),
    ];
    expect(tree({ call_tree: true })).toEqual(tree({}));
  });

  test.for(Object.entries(files))('is what Go draws: %s', async ([, bytes], context) => {
    const tool = (await goTools()).at(-1) ?? skipLoudly(context, 'there is no go here to compare with');
    const file = join(tempDir(), 'profile');
    writeFileSync(file, bytes());
    const profile = pruneProfile(readProfile(bytes(), file));
    const drawn = options.map(async (config) => {
      const flags = Object.entries(config).map(([name, value]) =>
        name === 'granularity' ? `-${value}` : `-${name}=${value}`,
      );
      const { stdout } = await call(tool.go, [
        'tool',
        'pprof',
        '-symbolize=none',
        '-call_tree',
        '-dot',
        ...flags,
        file,
      ]);
      const theirs = stdout.toString().replace(/\\lSee https:\S+ for how to read the graph\\l/, '');
      expect(ways(treeOf(profile, config))).toEqual(ways(theirs));
    });
    await Promise.all(drawn);
  });
});
