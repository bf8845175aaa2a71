// profile.start: one line at the top of main, and the file is there however the run ends.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTrace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import type { Profile } from '#src/pprof/profile.js';
import { readProfileFile } from '#src/pprof/read.js';
import { cli, startCli } from '../support/cli.js';
import { tempDir } from '../support/tempdir.js';

const program = fileURLToPath(new URL('../../dist/test/programs/lib/profiled.js', import.meta.url));
const stuck = fileURLToPath(new URL('../../dist/test/programs/lib/neveryields.js', import.meta.url));

/** Names of all functions at stacks with a value. */
function functionsOf({ samples, locations, functions }: Profile): Set<string> {
  return new Set(
    samples.flatMap(({ locations: stack }) =>
      stack.flatMap((at) => locations[at]!.lines.map(({ func }) => functions[func]!.name)),
    ),
  );
}

const modes = [
  { mode: 'cpu', file: 'cpu.pprof', says: 'cpu profiling', shows: ['profiled.spin', 'profiled.worker'] },
  { mode: 'mem', file: 'mem.pprof', says: 'memory profiling', shows: [] },
  { mode: 'allocs', file: 'mem.pprof', says: 'memory profiling', shows: [] },
  {
    mode: 'block',
    file: 'block.pprof',
    says: 'block profiling',
    shows: ['sync.(*Mutex).Lock', 'profiled.worker', 'runtime.chanrecv1', 'profiled.main'],
  },
  { mode: 'mutex', file: 'mutex.pprof', says: 'mutex profiling', shows: ['sync.(*Mutex).Unlock', 'profiled.worker'] },
  {
    mode: 'goroutine',
    file: 'goroutine.pprof',
    says: 'goroutine profiling',
    shows: ['profiled.main', 'runtime.chanrecv1'],
    ending: 'deadlock',
  },
  { mode: 'threadcreate', file: 'threadcreation.pprof', says: 'thread creation profiling', shows: ['runtime.newm'] },
] as const;

describe('profile.start', () => {
  test.each(modes)('makes a profile of mode $mode, and says so', async ({ mode, file, says, shows, ...more }) => {
    const cwd = tempDir();
    const ending = 'ending' in more ? more.ending : 'return';
    const { stderr } = await cli(['run', '-procs', '2', program, mode, ending, '.'], { cwd });
    const rate = says === 'memory profiling' ? ' (rate 524288)' : '';
    expect(stderr).toMatch(
      new RegExp(
        `^profile: ${says} enabled${rate.replace(/[()]/g, '\\$&')}, ${file}\nprofile: ${says} disabled, ${file}\n`,
      ),
    );
    expect(readdirSync(cwd)).toEqual([file]);
    expect([...functionsOf(readProfileFile(join(cwd, file)))]).toEqual(expect.arrayContaining([...shows]));
  });

  test('makes a trace as well', async () => {
    const cwd = tempDir();
    const { stderr, status } = await cli(['run', program, 'trace', 'return', '.'], { cwd });
    expect({ stderr, status }).toEqual({ stderr: 'profile: trace enabled, trace.out\n', status: 0 });
    expect(readTrace(join(cwd, 'trace.out')).goroutines.id.length).toBeGreaterThanOrEqual(4);
  });

  test.each([
    { ending: 'stop', status: 0, stderr: /disabled, cpu.pprof\n$/ },
    { ending: 'return', status: 0, stderr: /disabled, cpu.pprof\n$/ },
    { ending: 'panic', status: 2, stderr: /disabled, cpu.pprof\npanic: Error: as it was told to\n/ },
    { ending: 'deadlock', status: 2, stderr: /disabled, cpu.pprof\nfatal error: all goroutines are asleep/ },
  ])('is written when the run ends by $ending', async ({ ending, status, stderr }) => {
    const cwd = tempDir();
    const ended = await cli(['run', '-procs', '2', program, 'cpu', ending, '.'], { cwd });
    expect(ended).toMatchObject({ status, stderr: expect.stringMatching(stderr) });
    expect(functionsOf(readProfileFile(join(cwd, 'cpu.pprof')))).toContain('profiled.spin');
  });

  test('is written when Ctrl-C ends the run', async () => {
    const cwd = tempDir();
    const running = startCli(['run', '-procs', '2', program, 'mutex', 'spin', '.'], { cwd });
    await running.printed(/enabled/);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({
      status: 130,
      stderr: expect.stringContaining('disabled, mutex.pprof'),
    });
    expect(readdirSync(cwd)).toEqual(['mutex.pprof']);
  });

  test.each([
    { mode: 'cpu', file: 'cpu.pprof', shows: ['neveryields.work', 'neveryields.spin', 'neveryields.main'] },
    { mode: 'goroutine', file: 'goroutine.pprof', shows: ['neveryields.spin', 'neveryields.main'] },
  ])('in mode $mode reaches a P that never yields', async ({ mode, file, shows }) => {
    const cwd = tempDir();
    const running = startCli(['run', '-procs', '2', stuck, 'spin', '', mode], { cwd });
    await running.printed(/up\n/);
    running.child.kill('SIGINT');
    const { status, stderr } = await running.ended;
    const says = `profile: ${mode} profiling`;
    expect({ status, stderr }).toEqual({
      status: 130,
      stderr: `${says} enabled, ${file}\n${says} disabled, ${file}\n`,
    });
    expect([...functionsOf(readProfileFile(join(cwd, file)))]).toEqual(expect.arrayContaining(shows));
  });

  test('names a P that cannot be interrupted, whatever the program says of quiet', async () => {
    const cwd = tempDir();
    expect(spawnSync('mkfifo', [join(cwd, 'pipe')]).status).toBe(0);
    const running = startCli(['run', '-procs', '2', stuck, 'opens', 'pipe', 'cpu'], { cwd });
    await running.printed(/up\n/);
    running.child.kill('SIGINT');
    const { signal, stderr } = await running.ended;
    expect(signal).toBe('SIGINT');
    expect(stderr).toMatch(
      /^profile: cpu\.pprof: P [01] is missing: its thread is in a call that cannot be interrupted$/m,
    );
  });

  test.each([
    {
      args: [program, 'bogus', 'return', '.'],
      says: /^profile\.start: expected a mode out of cpu, mem, .* got "bogus"/,
      status: 2,
    },
    {
      args: ['-engine', 'sim', program, 'cpu', 'return', '.'],
      says: /^profile\.start: expected a run on threads, with onProfile/,
      status: 2,
    },
    {
      args: ['-cpuprofile', 'c', program, 'cpu', 'return', '.'],
      says: /^profile\.start: expected one cpu profile at a time/,
      status: 2,
    },
    {
      args: [program, 'mutex', 'stop', 'no/such'],
      says: /profile: no\/such\/mutex\.pprof: no such (file or )?directory\n$/,
      status: 1,
    },
    {
      args: [program, 'mutex', 'return', 'no/such'],
      says: /profile: no\/such\/mutex\.pprof: no such (file or )?directory\n$/,
      status: 1,
    },
  ])('refuses $args in one line', async ({ args, says, status }) => {
    const ended = await cli(['run', ...args], { cwd: tempDir() });
    expect(ended).toMatchObject({ status, stderr: expect.stringMatching(says) });
    expect(
      ended.stderr
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('profile: mutex profiling enabled')),
    ).toHaveLength(1);
  });
});
