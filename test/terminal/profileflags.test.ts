// -cpuprofile and the like: what is in the files, judged by real Go, and what becomes of them when they cannot be written.

import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Profile } from '#src/pprof/profile.js';
import { readProfileFile } from '#src/pprof/read.js';
import { cli } from '../support/cli.js';
import { call, goTools } from '../support/gotool.js';
import { hostedCli } from '../support/hosted.js';
import { skipLoudly } from '../support/loudskip.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

const kinds = ['cpu', 'mem', 'block', 'mutex', 'goroutine'] as const;
const all = kinds.flatMap((kind) => [`-${kind}profile`, `${kind}.pprof`]);

/** The names of the functions of each sample, leaf first, and its last value. */
function stacksOf({ samples, locations, functions }: Profile): { names: string[]; value: number; P: string }[] {
  return samples.map(({ locations: stack, values, labels }) => ({
    names: stack.flatMap((at) => locations[at]!.lines.map(({ func }) => functions[func]!.name)),
    value: values.at(-1)!,
    P: labels?.P?.[0] ?? '',
  }));
}

describe('a CPU profile', () => {
  test('of row shows the kernel, main, the mode and the encoder, and what every P has done', async () => {
    const cwd = tempDir();
    const ended = await cli(['-mode', 'row', '-procs', '2', '-cpuprofile', 'cpu.pprof', '-o', 'p.png', '-quiet'], {
      cwd,
    });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const stacks = stacksOf(readProfileFile(join(cwd, 'cpu.pprof')));
    const sum = (found: typeof stacks) => found.reduce((total, { value }) => total + value, 0);
    const under = (name: string) => sum(stacks.filter(({ names }) => names.includes(name)));
    expect(under('fill.fillPixel') / sum(stacks)).toBeGreaterThan(0.75);
    // Not row.onePerRowFillImg: it starts the rows within a millisecond, which samples may miss.
    for (const name of ['paint.main', 'row.row', 'png.encode']) {
      expect(under(name), name).toBeGreaterThan(0);
    }
    for (const P of ['0', '1']) expect(sum(stacks.filter((stack) => stack.P === P)), `P ${P}`).toBeGreaterThan(0);
  });

  test('of the fast kernel names its functions', async () => {
    const cwd = tempDir();
    await cli(['-kernel', 'fast', '-w', '2048', '-h', '2048', '-cpuprofile', 'cpu.pprof', '-o', 'p.png'], { cwd });
    const names = new Set(stacksOf(readProfileFile(join(cwd, 'cpu.pprof'))).flatMap((stack) => stack.names));
    expect([...names]).toEqual(
      expect.arrayContaining(['kernel.span', 'module.fastRow', 'seq.seqFillImg', 'paint.main']),
    );
  });
});

describe('the profiles of a run', () => {
  test('are all read by real Go, whose top is ours', async (context) => {
    const tools = await goTools();
    if (tools.length === 0) skipLoudly(context, 'no Go is here');
    const cwd = tempDir();
    const args = [
      '-mode',
      'buffered',
      '-workers',
      '3',
      '-w',
      '300',
      '-h',
      '300',
      ...all,
      '-trace',
      'trace.out',
      '-o',
      'p.png',
    ];
    expect((await cli(args, { cwd })).status).toBe(0);
    for (const kind of kinds) {
      const file = `${kind}.pprof`;
      for (const report of [['-raw'], ['-top'], ['-top', '-cum']]) {
        const [ours, ...theirs] = await Promise.all([
          hostedCli(['pprof', ...report, file], { cwd }),
          ...tools.map(({ go }) => call(go, ['tool', 'pprof', ...report, file], cwd)),
        ]);
        expect(
          theirs.map(({ status }) => status),
          `${file} ${report}`,
        ).toEqual(tools.map(() => 0));
        const rows = (text: string) => text.split('\n').filter((line) => /^ +\S+ +\S+%/.test(line));
        for (const { stdout } of theirs)
          expect(rows(ours!.stdout), `${file} ${report}`).toEqual(rows(stdout.toString()));
      }
    }
  });

  test('of a program are made by mandel run, whatever its end', async () => {
    const cwd = tempDir();
    const program = writeProgram(
      cwd,
      'p',
      `export function* waits(c) { yield* c.recv(); }
       export function* main() { const c = chan(int); go(waits, c); yield* c.recv(); }`,
    );
    const ended = await cli(['run', ...all, program], { cwd });
    expect(ended).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^fatal error: all goroutines are asleep/),
    });
    const goroutines = stacksOf(readProfileFile(join(cwd, 'goroutine.pprof')));
    expect(goroutines.map(({ names, value }) => [...names, value]).sort()).toEqual([
      ['runtime.chanrecv1', 'p.main', 1],
      ['runtime.chanrecv1', 'p.waits', 1],
    ]);
  });

  test('are not there after bad usage', async () => {
    const cwd = tempDir();
    const program = writeProgram(cwd, 'p', 'export const x = 1;');
    const before = readdirSync(cwd);
    expect((await cli(['run', ...all, program], { cwd })).status).toBe(2);
    expect(readdirSync(cwd)).toEqual(before);
  });

  test.each([
    { file: 'no/such/place', says: 'no/such/place: no such directory', status: 1 },
    { file: 'folder', says: 'folder: expected a file, got a directory', status: 1 },
    { file: '', says: undefined, status: 2 },
  ])('$file is refused in one line, and nothing is left', async ({ file, says, status }) => {
    const cwd = tempDir();
    mkdirSync(join(cwd, 'folder'));
    const ended = await hostedCli(['-cpuprofile', 'c.pprof', '-mutexprofile', file, '-o', 'p.png'], { cwd });
    const line = says === undefined ? '-mutexprofile: expected a file name, got nothing' : `-mutexprofile ${says}`;
    expect(ended).toMatchObject({ status, stdout: '', stderr: `mandel: ${line}\n` });
    expect(readdirSync(cwd)).toEqual(['folder']);
  });

  test.each(kinds)('-%sprofile is refused with the simulator', async (kind) => {
    const ended = await hostedCli(['-engine', 'sim', `-${kind}profile`, 'x'], { cwd: tempDir() });
    const line = `-${kind}profile: expected -engine threads with it, got -engine sim, where time is virtual`;
    expect(ended).toMatchObject({ status: 2, stderr: `mandel: ${line}\n` });
  });
});
