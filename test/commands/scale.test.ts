// mandel scale: the curve of a mode as its user sees it, in a table, a picture, and files; and what becomes of it when
// something goes wrong.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTrace, readTrace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { fitAmdahl, fitUsl } from '#src/scale/fit.js';
import { appears } from '../support/appears.js';
import { startCli } from '../support/cli.js';
import { hostedCli } from '../support/hosted.js';
import { tempDir } from '../support/tempdir.js';
import { linesTakenAway, onTerminal } from '../support/terminal.js';

const small = ['-w', '32', '-h', '32'];
/** Where painting takes long enough for Ps to help, on a machine whose Ps are up at once. */
const busy = ['-scene', 'justforfunc', '-w', '128', '-h', '128', '-machine', 'workshop'];
/** Takes minutes. */
const long = ['-scene', 'justforfunc', '-w', '8192', '-h', '8192'];

interface Law {
  readonly sigma: number;
  readonly kappa: number;
  readonly rms: number;
  readonly r2: number | null;
  readonly peak: { readonly procs: number; readonly speedup: number } | null;
  readonly limit: number | null;
}
interface Figures {
  readonly workers: number;
  readonly runs: readonly {
    readonly procs: number;
    readonly time: number;
    readonly user: number;
    readonly sys: number;
    readonly speedup: number;
    readonly efficiency: number;
    readonly amdahl: number | null;
    readonly usl: number | null;
    readonly stats: Readonly<Record<string, number>>;
  }[];
  readonly amdahl: Law | null;
  readonly usl: Law | null;
}

/** Runs `mandel scale ...args` in a folder of its own, which it returns with what was printed. */
async function scale(...args: readonly string[]) {
  const cwd = tempDir();
  const { status, stdout, stderr } = await hostedCli(['scale', ...args], { cwd });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return { cwd, stdout, files: readdirSync(cwd, { recursive: true }).map(String).sort() };
}
const figuresOf = (json: string) => JSON.parse(json) as Figures;

describe('mandel scale', () => {
  test('shows the curve as a table and a picture of at most 80 columns, and the laws that fit it', async () => {
    const { stdout, files } = await scale(
      ...small,
      '-mode',
      'row',
      '-procs',
      '1..3,8',
      '-json',
      'f.json',
      '-seed',
      '7',
    );
    expect(files).toEqual(['f.json']);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^[ -~\n]*$/);
    const [about, empty, heads, ...rest] = stdout.split('\n');
    expect(about).toMatch(/^row, workshop 32x32, machine \S+, seed 7$/);
    expect(empty).toBe('');
    expect(heads!.trim().split(/\s+/)).toEqual(
      'Ps time speed-up efficiency user+sys switches steals Amdahl USL'.split(' '),
    );
    const rows = rest.slice(0, rest.indexOf('')).map((line) => line.trim().split(/\s+/));
    expect(rows.map(([procs]) => procs)).toEqual(['1', '2', '3', '8']);
    expect(rows[0]!.slice(2, 4)).toEqual(['1.00', '100.0%']);
    expect(rows[0]!.slice(-2)).toEqual(['1.00', '1.00']);
    expect(stdout).toContain('\nspeed-up    O simulated   a Amdahl   u USL   * both   / ideal\n');
    expect(stdout.split('\n').filter((line) => line.includes('|') || line.includes('+')).length).toBeGreaterThan(15);
    expect(stdout).toMatch(
      /\nAmdahl {2}sigma [\d.e-]+; rms .+\n {8}.+\n {8}.+\nUSL {5}sigma [\d.e-]+, kappa [\d.e-]+; rms .+\n/,
    );
  });

  test('-json has the figures of the table, and its laws fit its speed-ups', async () => {
    const { stdout, cwd } = await scale(...busy, '-mode', 'row', '-procs', '2,4,1024', '-json', 'f.json');
    const figures = figuresOf(readFileSync(join(cwd, 'f.json'), 'utf8'));
    const { runs, amdahl, usl } = figures;
    expect(figures).toMatchObject({ mode: 'row', scene: 'justforfunc', w: 128, h: 128, seed: 1, traced: false });
    expect(runs.map(({ procs }) => procs)).toEqual([1, 2, 4, 1024]);
    expect(runs[1]!.speedup).toBeGreaterThan(1);
    expect(runs[2]!.speedup).toBeGreaterThan(runs[1]!.speedup);
    for (const run of runs) {
      expect(run.speedup).toBe(runs[0]!.time / run.time);
      expect(run.efficiency).toBe(run.speedup / run.procs);
      expect(run.stats).toMatchObject({ procs: run.procs, goroutines: 129 });
      const n = run.procs;
      expect(run.amdahl).toBeCloseTo(n / (1 + amdahl!.sigma * (n - 1)), 9);
      expect(run.usl).toBeCloseTo(n / (1 + usl!.sigma * (n - 1) + usl!.kappa * n * (n - 1)), 9);
      expect(stdout).toMatch(new RegExp(`^ *${n} +${run.time.toFixed(3)} +${run.speedup.toFixed(2)} `, 'm'));
    }
    expect(amdahl).toMatchObject({ ...fitAmdahl(runs)!, r2: fitAmdahl(runs)!.r2 ?? null, peak: null });
    expect(usl).toMatchObject({ ...fitUsl(runs)!, r2: fitUsl(runs)!.r2 ?? null });
  });

  test('is the same every time, in bytes: the table, the picture, the figures and the traces', async () => {
    const args = [...small, '-mode', 'workers', '-procs', '1,3', '-o', 's.svg', '-json', 'f.json', '-traces', 't/u'];
    const [one, two] = [await scale(...args), await scale(...args)];
    expect(one.files).toEqual(['f.json', 's.svg', 't', 't/u', 't/u/workers-1.out', 't/u/workers-3.out']);
    expect(two.stdout).toBe(one.stdout);
    for (const file of one.files.filter((name) => name.includes('.'))) {
      const [a, b] = [one, two].map(({ cwd }) => readFileSync(join(cwd, file)));
      expect(a!.equals(b!), file).toBe(true);
    }
    expect(one.stdout).toMatch(/^workers, workshop 32x32, 4 workers, machine \S+, seed 1, traced\n/);
    expect(readFileSync(join(one.cwd, 's.svg'), 'utf8')).toMatch(
      /^<svg [^>]*>\n<title [^>]*>Mode workers on 1 to 3 Ps<\/title>\n/,
    );
    for (const procs of [1, 3]) {
      const trace = readTrace(join(one.cwd, `t/u/workers-${procs}.out`));
      checkTrace(trace);
      expect(trace).toMatchObject({ procs, cut: undefined });
      expect(trace.goroutines.started.filter((event) => event >= 0).length).toBeGreaterThanOrEqual(5);
    }
  });

  test('has a worker for each of the most Ps, unless there is a number for it', async () => {
    const goroutines = async (...args: string[]) => {
      const { stdout } = await scale('-mode', 'rowworkers', '-w', '16', '-h', '16', '-json', '-', ...args);
      return figuresOf(stdout).runs.map(({ stats }) => stats.goroutines);
    };
    expect(await goroutines('-procs', '6')).toEqual([7, 7]);
    expect(await goroutines('-procs', '6', '-workers', '2')).toEqual([3, 3]);
  });

  test('has four workers on fewer Ps, and knows no law of one point', async () => {
    const { stdout } = await scale('-mode', 'buffered', '-w', '16', '-h', '16', '-procs', '1', '-json', '-');
    const one = { procs: 1, speedup: 1, stats: { goroutines: 5 } };
    expect(figuresOf(stdout)).toMatchObject({ workers: 4, runs: [one], amdahl: null, usl: null });
  });

  test('writes to standard output what is asked for there, and nothing else', async () => {
    const { stdout, files } = await scale('-w', '16', '-h', '16', '-procs', '1', '-o', '-');
    expect(files).toEqual([]);
    expect(stdout).toMatch(/^<svg [^>]*>\n<title [^>]*>Mode row on 1 P<\/title>\n[\s\S]*<\/svg>\n$/);
  });
});

describe('mandel scale on a terminal', () => {
  test.for([
    { LC_ALL: 'C.UTF-8', legend: '● simulated   ˙·. Amdahl   ╱ ideal' },
    { LC_ALL: 'C', legend: 'O simulated   a Amdahl   / ideal' },
  ])('with LC_ALL $LC_ALL shows $legend', async ({ LC_ALL, legend }, context) => {
    const args = ['scale', '-w', '16', '-h', '16', '-procs', '2'];
    const { stdout, status } = await startCli(args, { cwd: tempDir(), env: { LC_ALL }, through: onTerminal(context) })
      .ended;
    expect(status).toBe(0);
    expect(stdout.split('\r\n')).toContain(`speed-up    ${legend}`);
  });

  test('says how far it is, and Ctrl-C leaves neither that nor anything else', async (context) => {
    const cwd = tempDir();
    const running = startCli(['scale', ...long, '-o', 's.svg'], { cwd, through: onTerminal(context) });
    await running.printed(/% simulated/);
    running.child.stdin?.write('\u0003');
    const { status, stdout } = await running.ended;
    expect(status).toBe(130);
    for (const line of linesTakenAway(stdout)) expect(line).toMatch(/^mandel: \d?\d% simulated, \d+\.\ds(\^C)?$/);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('Ctrl-C during mandel scale', () => {
  test('leaves no picture, no figures and no traces but those of runs that have ended', async () => {
    const cwd = tempDir();
    const files = ['-o', 's.svg', '-json', 'f.json', '-traces', '.'];
    const running = startCli(['scale', ...long, '-mode', 'seq', ...files], { cwd });
    await appears(cwd, '.seq-'); // the trace of a run that has begun, beside the place where it will be
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ status: 130, signal: null, stdout: '', stderr: '' });
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('bad input of mandel scale', () => {
  const whole = (flag: string, min: number, max: number, got: string) =>
    `-${flag}: expected a whole number from ${min} to ${max}, got "${got}"`;
  const procs = (got: string) =>
    `-procs: expected whole numbers from 1 to 1024 such as 8 or 1..64 or 1,2,4..8, got "${got}"`;
  test.each([
    ...['2000', '4..'].map((list) => ({
      args: ['-procs', list],
      says: procs(list),
      status: 2,
    })),
    { args: ['-mode', 'rwo'], says: /^-mode: expected one of .*, got "rwo"; did you mean row\?$/, status: 2 },
    { args: ['-seed', '-1'], says: whole('seed', 0, 2 ** 31 - 1, '-1'), status: 2 },
    {
      args: ['-porcs', '2'],
      says: /^unknown option '-porcs' \(did you mean -procs\?\); see mandel scale -help$/,
      status: 2,
    },
    { args: ['row'], says: /^expected flags and nothing else, got "row"; see mandel scale -help$/, status: 2 },
    { args: ['-json', ''], says: '-json: expected a file name, got nothing', status: 2 },
    { args: ['-traces', ''], says: '-traces: expected the name of a folder, got nothing', status: 2 },
    {
      args: ['-o', '-', '-json', '-'],
      says: '-json: expected a file while standard output is for -o, got "-"',
      status: 2,
    },
    { args: ['-json', 'no/f.json', '-o', 's.svg'], says: '-json no/f.json: no such directory', status: 1 },
    { args: ['-traces', 'f', '-o', 's.svg'], says: '-traces f: expected a folder, got a file', status: 1 },
    { args: ['-traces', 'd'], says: '-traces d/row-1.out: expected a file, got a directory', status: 1 },
    { args: ['-json', '/dev/full'], says: '-json /dev/full: no space left on device', status: 1 },
  ])('$args is refused in one line, and nothing is left', async ({ args, says, status }) => {
    const cwd = tempDir();
    mkdirSync(join(cwd, 'd/row-1.out'), { recursive: true });
    writeFileSync(join(cwd, 'f'), '');
    const tiny = ['-procs', '1', '-w', '16', '-h', '16'];
    const ended = await hostedCli(['scale', ...tiny, ...args], { cwd });
    const line = /^mandel: ([^\n]*)\n$/.exec(ended.stderr)?.[1];
    if (typeof says === 'string') expect(line).toBe(says);
    else expect(line).toMatch(says);
    expect(ended).toMatchObject({ status, signal: null, stdout: '' });
    expect(readdirSync(cwd, { recursive: true }).sort()).toEqual(['d', 'd/row-1.out', 'f']);
  });
});
