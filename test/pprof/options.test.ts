// Options thrown together at random, by a fixed seed: what one of them leaves is what the next one gets, and real Go says what
// comes of it.

import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';
import { encodeProfile } from '#src/pprof/proto.js';
import { handmade } from '../programs/lib/handmade.js';
import { newestGo } from '../support/gotool.js';
import { goPrompt, ourPrompt } from '../support/prompt.js';
import { tempDir } from '../support/tempdir.js';

const dir = fileURLToPath(new URL('../testdata/profiles/', import.meta.url));

const patterns = ['', '', 'work', 'main', 'leaf|fib', 'runtime', 'key', 'a', 'dish|stew', 'bytes', 'pprof::base'];
const switches = ['mean', 'relative_percentages', 'noinlines', 'drop_negative', 'call_tree'];
const values: Readonly<Record<string, readonly string[]>> = {
  tagroot: ['', 'key', 'key,dish', 'bytes', 'pprof::base', 'ms,odd', 'µ-key,,size'],
  tagleaf: ['', 'key', 'cook,dish', 'size', 'alignment'],
  tagfocus: ['', '', 'key=.', 'dish=stew', '1:'],
  ...Object.fromEntries(
    ['tagshow', 'taghide', 'prune_from', 'focus', 'ignore', 'show_from'].map((name) => [name, patterns]),
  ),
  ...Object.fromEntries(switches.map((name) => [name, ['0', '1']])),
  divide_by: ['1', '3', '0.3', '1e6', '12345.678'],
  unit: ['minimum', 'auto', 'ms', 'kb'],
  granularity: ['functions', 'filefunctions', 'lines', 'addresses'],
  sample_index: ['0', '1'],
  nodefraction: ['0.005', '0.2'],
};
const reports = ['top', 'tree', 'traces', 'raw', 'tags', 'peek main|key|1', 'list leaf', 'top5 -cum', 'text 0'];

/** Lines for a prompt. */
function script(seed: number, length: number): string[] {
  const rng = new Rng(seed);
  const pick = <T>(from: readonly T[]): T => from[rng.below(from.length)]!;
  return Array.from({ length }, () => {
    const options = Array.from({ length: 1 + rng.below(3) }, () => pick(Object.entries(values)));
    return [...options.map(([name, all]) => `${name}=${pick(all)}`), pick(reports)];
  }).flat();
}

test.for<[seed: number, ...args: string[]]>([
  [1, 'labelled.pprof'],
  [2, 'cpu26.pprof'],
  [3, '-diff_base', 'cpu19.pprof', '-normalize', 'cpu26.pprof'],
  [4, '-base', 'labelled.pprof', 'oneUnit.pprof'],
  [5, '-diff_base', 'labelled.pprof', '-normalize', 'inlined.pprof'],
  [6, 'block26.pprof', 'mutex26.pprof'],
])('many options at once, with seed %j, give what Go gives', async ([seed, ...args], context) => {
  const go = await newestGo(context);
  const cwd = tempDir();
  for (const name of readdirSync(dir)) symlinkSync(join(dir, name), join(cwd, name));
  for (const name of ['labelled', 'oneUnit', 'inlined']) {
    writeFileSync(join(cwd, `${name}.pprof`), encodeProfile(handmade[name]!));
  }
  const lines = script(seed, 60);
  const [ours, theirs] = await Promise.all([ourPrompt(args, lines, cwd), goPrompt(go, args, lines, cwd)]);
  expect(ours.stdout).toBe(theirs.stdout);
});
