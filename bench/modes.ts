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

import { fileURLToPath } from 'node:url';
import { benchmark, type Flags, machine } from './flags.js';
import { type Cost, interleave, range, ratio, run, type Spread, spread, table, tellsUsage } from './measure.js';
import { buildGo, type GoProgram } from './peers/go.js';
import { dotSum, fullSum, painter } from './picture.js';

const startUp = 'start-up, peer: node -e 0';
const startUpLimit = 3; // times an empty Node program, or small commands feel slow to whoever types them
const fed = ['workers', 'buffered', 'rowworkers'].flatMap((mode) => [mode, `${mode} -workers 4`]);
const cases = [startUp, 'seq', 'px', 'row', 'col', ...fed];

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

async function measure(name: string, flags: Flags, peer: GoProgram | null): Promise<Row> {
  const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
  const ours = flags.own.ours?.trim().split(/\s+/) ?? [process.execPath, cli];
  const args = name === startUp ? ['-w', '1', '-h', '1'] : ['-mode', ...name.split(' ')];
  const subjects = [painter([...ours, ...args, '-quiet'], name === startUp ? dotSum : fullSum)];
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
  const peer = buildGo('.');
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
    const about = { machine: machine(), node: process.version, go: peer?.version ?? null, rounds: flags.rounds };
    console.log(JSON.stringify({ ...about, cases: rows }, null, 2));
    return;
  }
  console.log(`${machine()}; Node ${process.version}; peer: ${peer?.version ?? 'none, for want of a go command'}`);
  console.log(`Whole processes, seconds: median (min-max) of ${flags.rounds} rounds; ratio: ours to the peer's`);
  if (!tellsUsage) {
    console.log('Wall time only: user, sys and peak memory need GNU time as /usr/bin/time');
  }
  const usage = ['user', 'sys', 'peak MB'];
  console.log(
    `\n${table(['case', 'ours', 'peer', 'ratio', ...usage, ...usage.map((u) => `peer ${u}`)], rows.map(line))}`,
  );
}

await benchmark('modes', cases, main, ['ours']);
