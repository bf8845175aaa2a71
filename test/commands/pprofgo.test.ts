// Reports of mandel pprof that flags ask for: they are those of real Go.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pxTrace } from '../programs/lib/pxtrace.js';
import { call, type GoTool, go119, newestGo } from '../support/gotool.js';
import { hostedCli } from '../support/hosted.js';
import { goPrompt, ourPrompt } from '../support/prompt.js';
import { tempDir } from '../support/tempdir.js';

const dir = fileURLToPath(new URL('../testdata/profiles/', import.meta.url));

/** What `mandel pprof ...args` says, among the profiles. */
const pprof = (...args: string[]) => hostedCli(['pprof', ...args], { cwd: dir, env: { TZ: 'UTC' } });

describe('what mandel pprof prints, and go tool pprof', () => {
  /** Lines of `o` that only one of the two has. */
  const alone = /^ {2}(intel_syntax|showcolumns|source_path) /;

  const byGo = async (go: GoTool, args: readonly string[]) =>
    (await call('env', ['TZ=UTC', go.go, 'tool', 'pprof', ...args], dir)).stdout.toString();

  test.for<string[][]>([
    [
      ['-top', 'cpu26.pprof'],
      ['-traces', 'heap26.pprof'],
      ['-raw', 'mutex26.pprof'],
    ],
    [
      ['-tree', '-diff_base', 'cpu19.pprof', 'cpu26.pprof'],
      ['-top', '-base', 'cpu19.pprof', 'cpu26.pprof'],
    ],
    [
      ['-raw', 'block19.pprof', 'block26.pprof', 'mutex26.pprof'],
      ['-raw', '-diff_base', 'cpu19.pprof', 'cpu26.pprof'],
    ],
    [
      ['-top', '-cum', '-sample_index=alloc_objects', 'heap26.pprof'],
      ['-list', 'work|fib', '-source_path=..', 'cpu26.pprof'],
    ],
    [
      ['-tree', '-tagroot=dish,cook', '-prune_from=work', 'cpu26.pprof'],
      ['-traces', '-tagleaf=bytes', 'heap26.pprof'],
      ['-tags', '-tagshow=dish', '-taghide=cook', 'cpu26.pprof'],
    ],
    [
      ['-tree', '-mean', '-call_tree', 'mutex26.pprof'],
      ['-top', '-mean', '-divide_by=2.5', '-relative_percentages', '-focus=work', 'cpu26.pprof'],
      ['-top', '-normalize', '-diff_base', 'cpu19.pprof', 'cpu26.pprof'],
      ['-raw', '-normalize', '-base', 'cpu19.pprof', 'cpu26.pprof'],
    ],
    ['inuse_space', 'inuse_objects', 'alloc_space', 'alloc_objects'].map((name) => [
      '-top',
      `-${name}`,
      'heap26.pprof',
    ]),
    ['total_delay', 'mean_delay', 'contentions'].map((name) => ['-tree', `-${name}`, 'block26.pprof']),
    [
      ['-top', '-alloc_space', '-inuse_objects', 'heap26.pprof'],
      ['-top', '-mean_delay', '-sample_index=contentions', 'mutex26.pprof'],
    ],
  ])('are the same, with all that a report begins with: %j', async (calls, context) => {
    const go = await newestGo(context);
    for (const args of calls) {
      const [ours, theirs] = await Promise.all([pprof(...args), byGo(go, args)]);
      expect(ours.stdout).toBe(theirs);
    }
  });

  test('have the same options, in one order', async (context) => {
    const go = await newestGo(context);
    const flags = [
      '-mean_delay',
      '-call_tree',
      '-lines',
      '-divide_by=2.5',
      '-tagroot=dish',
      '-taghide=x',
      'block26.pprof',
    ];
    const lines = ['prune_from=y', 'normalize', 'tagleaf=cook,dish', 'tagshow=.', 'o'];
    const [ours, theirs] = await Promise.all([ourPrompt(flags, lines, dir), goPrompt(go, flags, lines, dir)]);
    const shown = ({ stderr }: { stderr: string }) => stderr.split('\n').filter((line) => !alone.test(line));
    expect(shown(ours)).toEqual(shown(theirs));
    expect(ours.stdout).toBe(theirs.stdout);
  });

  test('are the same in Go 1.19, but for the form of the time', async (context) => {
    const go = await go119(context);
    const timeless = (text: string) => text.replace(/^Time: .*$/m, 'Time:');
    for (const args of [
      ['-top', '-cum', 'heap26.pprof'],
      ['-tree', 'block19.pprof'],
    ]) {
      const [ours, theirs] = await Promise.all([pprof(...args), byGo(go, args)]);
      expect(timeless(ours.stdout)).toBe(timeless(theirs));
    }
  });

  test('are the same for a profile that mandel trace made', async (context) => {
    const go = await newestGo(context);
    const cwd = tempDir();
    writeFileSync(join(cwd, 'trace.out'), pxTrace(2000, 4));
    const made = await hostedCli(['trace', '-pprof=sched', '-o', 'sched.pprof', 'trace.out'], { cwd });
    expect(made).toMatchObject({ stderr: '', status: 0 });
    const script = [
      'top',
      'top -cum',
      'tree',
      'peek .',
      'traces',
      'raw',
      'sample_index=contentions',
      'top',
      'granularity=lines',
      'top',
    ];
    const [ours, theirs] = await Promise.all([
      ourPrompt(['sched.pprof'], script, cwd),
      goPrompt(go, ['sched.pprof'], script, cwd),
    ]);
    expect(ours.stdout).toBe(theirs.stdout);
    expect(ours.stdout).toContain('main.fillImg');
  });
});
