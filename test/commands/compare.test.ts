// mandel compare: the modes as whole processes, their figures, and what becomes of it when something goes wrong.

import { cpSync, readdirSync, readFileSync, symlinkSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modes } from 'mandel/modes';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cli, cliPath, type Ended, startCli } from '../support/cli.js';
import { goroutinesOf } from '../support/goldens.js';
import { hostedCli } from '../support/hosted.js';
import { tempDir } from '../support/tempdir.js';
import { CLEAR_LINE, onTerminal } from '../support/terminal.js';

const tiny = ['-w', '64', '-h', '64', '-procs', '2'];
const modeNames = modes.map(({ name }) => name);

/** Runs `mandel compare ...args` with a folder of its own for what is temporary, which must be empty again. */
async function compare(...args: readonly string[]): Promise<Ended> {
  const cwd = tempDir();
  const ended = await cli(['compare', ...args], { cwd, env: { TMPDIR: cwd } });
  expect(readdirSync(cwd)).toEqual([]);
  return ended;
}

let rounds: Promise<Ended> | undefined;
/** What a comparison of three modes says as JSON: the same one for all tests. */
function threeRounds(): Promise<Ended> {
  rounds ??= compare(...tiny, '-n', '3', '-workers', '3', '-json', 'workers', 'px');
  return rounds;
}

interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}
interface Run {
  readonly wall: number;
  readonly user: number;
  readonly sys: number;
  readonly stats: Readonly<Record<string, number>>;
}
interface Row {
  readonly mode: string;
  readonly wall: Spread;
  readonly user: Spread;
  readonly sys: Spread;
  readonly speedup: Spread;
  readonly cpu: Spread;
  readonly stats: Readonly<Record<string, number>>;
  readonly traced: {
    readonly run: Run;
    readonly events: number;
    readonly bytes: number;
    readonly totals: { readonly runningNs: number; readonly runnableNs: number; readonly blockedNs: number };
  };
  readonly rounds: readonly Run[];
}

describe('mandel compare', () => {
  test('runs all modes and shows what they cost, a row a mode in the order of the lesson', async () => {
    const { status, stdout, stderr } = await compare(...tiny, '-n', '1');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [about, cost = '', counts = '', traced = '', notes] = stdout.split('\n\n');
    expect(about).toMatch(/^workshop 64x64, 2 Ps on \d+ cores?, 4 workers, 1 round, Node v/);
    expect(notes).toMatch(/^wall {8}whole processes/);
    const cellsOf = (line = '') => line.trim().split(/ {2,}/);
    const [costHeads, costUnits, ...costRows] = cost.split('\n').map(cellsOf);
    const [heads, ...rows] = counts.split('\n').map(cellsOf);
    const [tracedHeads, tracedUnits, ...tracedRows] = traced.split('\n').map(cellsOf);
    expect(costHeads).toEqual(['mode', 'wall', 'spread', 'speed-up', 'user', 'sys', 'cpu']);
    expect(costUnits).toEqual(['s', 's', 'x seq', 's', 's', 'x seq']);
    expect(heads).toEqual(['mode', 'goroutines', 'switches', 'steals', 'parks']);
    expect(tracedHeads).toEqual(['mode', 'blocked', 'runnable', 'events', 'trace']);
    expect(tracedUnits).toEqual(['g-s', 'g-s', 'MB']);
    expect(costRows.map(([mode]) => mode)).toEqual(modeNames);
    for (const each of [rows, tracedRows]) expect(each.map(([mode]) => mode)).toEqual(modeNames);
    for (const cells of costRows) {
      expect(cells).toHaveLength(7);
      expect(cells[2]).toMatch(/^\d+\.\d\d-\d+\.\d\d$/);
      for (const cell of [cells[1], ...cells.slice(3)]) expect(cell).toMatch(/^\d+\.\d\d$/);
    }
    for (const cells of [...rows, ...tracedRows]) {
      expect(cells).toHaveLength(5);
      for (const cell of cells.slice(1)) expect(cell).toMatch(/^[\d,]+(\.\d\d)?$/);
    }
    expect(costRows[0]?.[3]).toBe('1.00');
    expect(costRows[0]?.[6]).toBe('1.00');
    const goroutines = modes.map((mode) => goroutinesOf(mode, { w: 64, h: 64 }, 4).toLocaleString('en-US'));
    expect(rows.map((cells) => cells[1])).toEqual(goroutines);
  });

  test('is one table on a terminal that is wide enough for it', async (context) => {
    const cwd = tempDir();
    const through = onTerminal(context, 140);
    const { stdout } = await startCli(['compare', ...tiny, '-n', '1', 'row'], { cwd, env: { TMPDIR: cwd }, through })
      .ended;
    const head =
      'mode wall spread speed-up user sys cpu goroutines switches steals parks blocked runnable events trace';
    expect(stdout).toMatch(new RegExp(`\\n${head.replaceAll(' ', ' +')}\r\n`));
  });

  test('-json has every run, and the figures come from them', async () => {
    const { status, stdout, stderr } = await threeRounds();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { modes, ...about } = JSON.parse(stdout) as { modes: readonly Row[] };
    expect(about).toMatchObject({ scene: 'workshop', w: 64, h: 64, procs: 2, workers: 3, rounds: 3 });
    expect(modes.map((row) => row.mode)).toEqual(['seq', 'px', 'workers']);
    expect(modes.map((row) => row.stats.goroutines)).toEqual([1, 4097, 4]);
    const [seq] = modes;
    for (const row of modes) {
      expect(row.rounds).toHaveLength(3);
      const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[1];
      expect(row.wall.median).toBe(middle(row.rounds.map((run) => run.wall)));
      expect(row.wall.max).toBe(Math.max(...row.rounds.map((run) => run.wall)));
      expect(row.stats.switches).toBe(middle(row.rounds.map((run) => run.stats.switches!)));
      expect(row.speedup.median).toBe(middle(row.rounds.map((run, k) => seq!.rounds[k]!.wall / run.wall)));
      const cpu = (run: Run) => run.user + run.sys;
      expect(row.cpu.median).toBe(middle(row.rounds.map((run, k) => cpu(run) / cpu(seq!.rounds[k]!))));
    }
  });

  test('what the trace adds is about the run that was traced', async () => {
    const { stdout } = await threeRounds();
    const { modes } = JSON.parse(stdout) as { modes: readonly Row[] };
    const [seq, px, workers] = modes.map((row) => row.traced);
    // Every goroutine is created, started and ended; every wait is a block, an unblock and a start.
    expect(px!.events).toBeGreaterThanOrEqual(3 * 4097);
    expect(workers!.events).toBeGreaterThanOrEqual(3 * workers!.run.stats.parks!);
    for (const traced of [seq!, px!, workers!]) {
      expect(traced.bytes).toBeGreaterThan(2 * traced.events);
      expect(traced.totals.runningNs).toBeGreaterThan(0);
      expect(traced.totals.runningNs).toBeLessThan(2e9 * traced.run.wall); // on two Ps
    }
    expect(workers!.totals.blockedNs).toBeGreaterThan(0);
    expect(px!.totals.runnableNs).toBeGreaterThan(seq!.totals.runnableNs);
  });
});

describe('progress of mandel compare', () => {
  test('is shown on a terminal, a run at a time, and taken away before the table', async (context) => {
    const cwd = tempDir();
    const args = ['compare', ...tiny, '-n', '2', 'px'];
    const { stdout, status } = await startCli(args, { cwd, env: { TMPDIR: cwd }, through: onTerminal(context) }).ended;
    expect(status).toBe(0);
    const [before, ...shown] = stdout.split(CLEAR_LINE);
    expect(before).toBe('');
    expect(shown.pop()).toMatch(/^workshop 64x64, [^\r\n]*\r\n\r\nmode /);
    const rounds = [1, 2].flatMap((k) => [`seq, round ${k} of 2`, `px, round ${k} of 2`]);
    expect(shown).toEqual(['seq, traced', 'px, traced', ...rounds].map((what) => `mandel: compare: ${what}`));
  });
});

describe('bad usage of mandel compare', () => {
  const whole = (flag: string, max: number, got: string) =>
    `-${flag}: expected a whole number from 1 to ${max}, got "${got}"`;
  test.each([
    { args: ['nope'], says: `compare: expected one of ${modeNames.join(', ')}, got "nope"` },
    { args: ['seq', 'rwo'], says: `compare: expected one of ${modeNames.join(', ')}, got "rwo"; did you mean row?` },
    { args: ['row', '-n', '2'], says: 'compare: expected flags before the modes, got "-n"' },
    { args: ['-n', '0'], says: whole('n', 1000, '0') },
    { args: ['-n', 'x'], says: whole('n', 1000, 'x') },
    { args: ['-workers', '0'], says: whole('workers', 65536, '0') },
    { args: ['-procs', '1000'], says: whole('procs', 256, '1000') },
    { args: ['-w', '0'], says: whole('w', 65536, '0') },
    { args: ['-w', '65536', '-h', '65536'], says: whole('h', 4096, '65536') },
    { args: ['-scene', 'moon'], says: '-scene: expected one of workshop, web, justforfunc, got "moon"' },
    { args: ['-jsno'], says: "unknown option '-jsno' (did you mean -json?); see mandel compare -help" },
    { args: ['-n'], says: '-n: expected a value, got nothing' },
  ])('$args is refused in one line', async ({ args, says }) => {
    const cwd = tempDir();
    const ended = await hostedCli(['compare', ...args], { cwd, env: { TMPDIR: cwd } });
    expect(ended).toMatchObject({ status: 2, stdout: '', stderr: `mandel: ${says}\n` });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('a wrong GOMAXPROCS is refused as well', async () => {
    const ended = await hostedCli(['compare'], { cwd: tempDir(), env: { GOMAXPROCS: '0' } });
    const says = 'GOMAXPROCS: expected a whole number from 1 to 256, got "0"';
    expect(ended).toMatchObject({ status: 2, stdout: '', stderr: `mandel: ${says}\n` });
  });
});

/** A copy of the command in which the compiled file `name` of src/ says `to` for `from`. */
function tampered(name: string, from: string, to: string): string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const copy = tempDir();
  cpSync(join(root, 'dist/src'), join(copy, 'dist/src'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  const path = join(copy, 'dist/src', name);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
  return join(copy, 'dist/src/cli.js');
}

/** Compares with that copy. */
async function compareWith(cliOfCopy: string, ...args: readonly string[]): Promise<Ended> {
  const cwd = tempDir();
  const through = ([node = '', script = '', ...rest]: readonly string[]) => {
    expect(script).toBe(cliPath);
    return [node, cliOfCopy, ...rest] as const;
  };
  const ended = await startCli(['compare', ...args], { cwd, env: { TMPDIR: cwd }, through }).ended;
  expect(readdirSync(cwd)).toEqual([]);
  return ended;
}

describe('a mode that does wrong', () => {
  test('by painting another picture is told, and there are no figures', async () => {
    const copy = tampered('modes/row.js', 'fillRow(m, i)', 'fillRow(m, 0)');
    expect(await compareWith(copy, ...tiny, 'row')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'mandel: compare: expected the same picture of every run, got another one of mode row\n',
    });
  });

  test('by not painting at all is told in its own words', async () => {
    const copy = tampered('modes/row.js', 'fillRow(m, i)', "(() => { throw new Error('out of paint'); })()");
    const { status, stdout, stderr } = await compareWith(copy, ...tiny, 'row');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^mandel: compare: mode row: expected a picture, got 2: panic: .*out of paint[^\n]*\n$/);
  });
});

/** Resolves when a run has begun: it has opened its picture beside the place where it will be. */
function runIn(dir: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (readdirSync(dir, { recursive: true }).some((name) => String(name).endsWith('.tmp'))) resolve();
    };
    const watcher = watch(dir, { recursive: true }, look);
    onTestFinished(() => watcher.close());
    look();
  });
}

/** Resolves when no run has its picture beside its place any more. */
async function runOver(dir: string): Promise<void> {
  const writes = () => readdirSync(dir, { recursive: true }).some((name) => String(name).endsWith('.tmp'));
  while (writes()) await new Promise((resolve) => setImmediate(resolve));
}

describe('Ctrl-C', () => {
  /** A run takes minutes. */
  const long = ['-scene', 'justforfunc', '-w', '8192', '-h', '8192', '-procs', '2'];

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends the run that is going on and leaves nothing', async (signal) => {
    const cwd = tempDir();
    const { child, ended } = startCli(['compare', ...long], { cwd, env: { TMPDIR: cwd } });
    await runIn(cwd);
    child.kill(signal);
    expect(await ended).toMatchObject({ status: 130, signal: null, stdout: '', stderr: '' });
    expect(readdirSync(cwd)).toEqual([]);
    expect(() => process.kill(-child.pid!, 0)).toThrow(/ESRCH/); // no process of its group is left
  });

  test.each([{ format: 'the table' }, { format: '-json' }])(
    'after a round prints $format of it',
    async ({ format }) => {
      const cwd = tempDir();
      const args = ['compare', ...tiny, '-n', '1000', ...(format === '-json' ? [format] : []), 'row'];
      const { child, ended } = startCli(args, { cwd, env: { TMPDIR: cwd } });
      // Two traced runs, and at least one round.
      for (let runs = 0; runs < 5; runs++) await runIn(cwd).then(() => runOver(cwd));
      child.kill('SIGINT');
      const { status, stdout, stderr } = await ended;
      expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
      expect(readdirSync(cwd)).toEqual([]);
      if (format === '-json') {
        const { rounds, modes } = JSON.parse(stdout) as { rounds: number; modes: readonly Row[] };
        expect(rounds).toBeGreaterThan(0);
        expect(modes.map((row) => row.rounds.length)).toEqual([rounds, rounds]);
      } else {
        expect(stdout).toMatch(
          /^workshop 64x64, 2 Ps on \d+ cores?, 4 workers, \d of 1,?000 rounds, Node [^\n]*\n\nmode /,
        );
        expect(stdout).toMatch(/\nrow +\d/);
      }
    },
  );

  test('SIGINT to the run as well, as a terminal sends it, does the same', async () => {
    const cwd = tempDir();
    const { child, ended } = startCli(['compare', ...long], { cwd, env: { TMPDIR: cwd } });
    await runIn(cwd);
    process.kill(-child.pid!, 'SIGINT');
    expect(await ended).toMatchObject({ status: 130, signal: null, stdout: '', stderr: '' });
    expect(readdirSync(cwd)).toEqual([]);
  });
});
