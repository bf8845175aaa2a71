// What does each mode cost as a whole process, beside the same mode in Go?
//
//   node dist/bench/modes.js [-n ROUNDS] [-only REGEX] [-json] [-ours CMD]
//
// CMD stands in for `node dist/src/cli.js`, to measure another build. MANDEL_GO
// names another go than the one on the PATH.
//
// Every run, counted or not, must leave the right picture: a fast wrong one is
// worth nothing, and a race may show in one run of many. Without Go there is
// nothing to compare with, and our own figures are printed alone.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import { type Cost, interleave, range, ratio, run, type Spread, spread, table, tellsUsage } from './measure.js';

// SHA-256 of the grey planes that the Go original paints on amd64.
const fullSum = '264ab6151283450f1f49121569e3882a8915c26b630ba11cddfac272390adf74'; // 1024x1024
const dotSum = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'; // 1x1

const startUp = 'start-up, peer: node -e 0';
const startUpLimit = 3; // times an empty Node program, or small commands feel slow to whoever types them
const fed = ['workers', 'buffered', 'rowworkers'].flatMap((mode) => [mode, `${mode} -workers 4`]);
const cases = [startUp, 'seq', 'px', 'row', 'col', ...fed];

const folder = mkdtempSync(join(tmpdir(), 'mandel-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

interface Flags {
  readonly rounds: number;
  readonly only: RegExp;
  readonly json: boolean;
  readonly ours: readonly string[];
}

function parseFlags(argv: readonly string[]): Flags {
  const text = { type: 'string' } as const;
  // Flags as in Go, with one dash or two; parseArgs takes a single dash for a bundle of letters.
  const args = argv.map((arg) => arg.replace(/^-(?=[a-z])/, '--'));
  const { values } = parseArgs({ args, options: { n: text, only: text, ours: text, json: { type: 'boolean' } } });
  const rounds = Number(values.n ?? 7);
  const only = new RegExp(values.only ?? '');
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`-n: expected a whole number from 1, got ${values.n}`);
  }
  if (!cases.some((name) => only.test(name))) {
    throw new Error(`-only: expected to match one of ${cases.join('; ')}, got ${values.only}`);
  }
  const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
  return {
    rounds,
    only,
    json: values.json ?? false,
    ours: values.ours?.trim().split(/\s+/) ?? [process.execPath, cli],
  };
}

interface Peer {
  readonly program: string;
  readonly version: string;
}

/** Builds the Go program with the go that MANDEL_GO or the PATH gives; null where there is none. */
function buildPeer(): Peer | null {
  const go = process.env.MANDEL_GO || 'go';
  const program = join(folder, 'peer');
  const options = { cwd: fileURLToPath(new URL('../../bench/go', import.meta.url)), encoding: 'utf8' } as const;
  const version = spawnSync(go, ['env', 'GOVERSION'], options);
  if (version.error && !process.env.MANDEL_GO) {
    return null;
  }
  const built = spawnSync(go, ['build', '-buildvcs=false', '-o', program, '.'], options);
  if (built.status !== 0) {
    throw new Error(`${go} build: ${built.error?.message ?? built.stderr.trim()}`);
  }
  return { program, version: version.stdout.trim() };
}

/** Ours writes greys, Go writes RGB; pngjs turns both into RGBA. */
function greySum(file: string): string {
  const { data } = PNG.sync.read(readFileSync(file));
  const grey = Buffer.alloc(data.length / 4);
  for (let k = 0; k < grey.length; k++) {
    const pixel = data.readUInt32BE(4 * k);
    grey[k] = pixel >>> 24;
    if (pixel !== (grey[k] as number) * 0x01010100 + 0xff) {
      throw new Error(`expected opaque greys, got #${pixel.toString(16).padStart(8, '0')} at pixel ${k}`);
    }
  }
  return createHash('sha256').update(grey).digest('hex');
}

/** A subject that runs `command` with -o and looks at what it painted. */
function painter(command: readonly string[], want: string): () => Promise<Cost> {
  const picture = join(folder, 'picture.png');
  return async () => {
    rmSync(picture, { force: true }); // or the last run's picture would vouch for this one
    const cost = await run([...command, '-o', picture]);
    const got = greySum(picture);
    if (got !== want) {
      throw new Error(`${command.join(' ')}: wrong picture: sum of the grey plane is ${got}, want ${want}`);
    }
    return cost;
  };
}

interface Figures {
  readonly wall: Spread;
  /** Medians; null where {@link tellsUsage} is false. */
  readonly usage: Cost['usage'];
}

function figures(costs: readonly Cost[]): Figures {
  const median = (what: 'user' | 'sys' | 'peak') => spread(costs.map((cost) => cost.usage?.[what] ?? 0)).median;
  const usage = tellsUsage ? { user: median('user'), sys: median('sys'), peak: median('peak') } : null;
  return { wall: spread(costs.map((cost) => cost.wall)), usage };
}

interface Row {
  readonly case: string;
  readonly ours?: Figures;
  readonly peer?: Figures;
  /** Of the walls, ours to the peer's. */
  readonly ratio?: Spread;
  /** What makes the benchmark fail. Without figures, no run of the case was worth counting. */
  readonly error?: string;
}

async function measure(name: string, flags: Flags, peer: Peer | null): Promise<Row> {
  const args = name === startUp ? ['-w', '1', '-h', '1'] : ['-mode', ...name.split(' ')];
  const subjects = [painter([...flags.ours, ...args, '-quiet'], name === startUp ? dotSum : fullSum)];
  if (name === startUp) {
    subjects.push(() => run([process.execPath, '-e', '0']));
  } else if (peer) {
    subjects.push(painter([peer.program, ...args], fullSum));
  }
  try {
    const [a = [], b] = await interleave(flags.rounds, subjects);
    const ours = figures(a);
    if (!b) {
      return { case: name, ours };
    }
    const walls = (costs: readonly Cost[]) => costs.map((cost) => cost.wall);
    const row = { case: name, ours, peer: figures(b), ratio: ratio(walls(a), walls(b)) };
    if (name === startUp && row.ratio.median > startUpLimit) {
      return { ...row, error: `takes ${row.ratio.median.toFixed(2)} times an empty program, limit ${startUpLimit}` };
    }
    return row;
  } catch (error) {
    return { case: name, error: (error as Error).message };
  }
}

function line(row: Row): string[] {
  const usage = (f: Figures | undefined) =>
    f?.usage ? [f.usage.user.toFixed(2), f.usage.sys.toFixed(2), (f.usage.peak / 1e6).toFixed(0)] : ['-', '-', '-'];
  const wall = (f: Figures | undefined) => (f ? range(f.wall, 3) : '-');
  const compared = row.ratio ? range(row.ratio, 2) : row.ours ? '-' : 'FAILED';
  return [row.case, wall(row.ours), wall(row.peer), compared, ...usage(row.ours), ...usage(row.peer)];
}

async function main(flags: Flags): Promise<void> {
  const peer = buildPeer();
  const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} CPUs`;
  const rows: Row[] = [];
  for (const name of cases.filter((name) => flags.only.test(name))) {
    console.error(`modes: ${name}`);
    const row = await measure(name, flags, peer);
    rows.push(row);
    if (row.error) {
      console.error(`modes: ${name}: ${row.error}`);
      process.exitCode = 1;
    }
  }
  if (flags.json) {
    const about = { machine, node: process.version, go: peer?.version ?? null, rounds: flags.rounds };
    console.log(JSON.stringify({ ...about, cases: rows }, null, 2));
    return;
  }
  console.log(`${machine}; Node ${process.version}; peer: ${peer?.version ?? 'none, for want of a go command'}`);
  console.log(`Whole processes, seconds: median (min-max) of ${flags.rounds} rounds; ratio: ours to the peer's`);
  if (!tellsUsage) {
    console.log('Wall time only: user, sys and peak memory need GNU time as /usr/bin/time');
  }
  const usage = ['user', 'sys', 'peak MB'];
  console.log(
    `\n${table(['case', 'ours', 'peer', 'ratio', ...usage, ...usage.map((u) => `peer ${u}`)], rows.map(line))}`,
  );
}

function exit(status: number, error: unknown): never {
  console.error(`modes: ${(error as Error).message}`);
  process.exit(status);
}

let flags: Flags;
try {
  flags = parseFlags(process.argv.slice(2));
} catch (error) {
  exit(2, error);
}
await main(flags).catch((error) => exit(1, error));
