// Benchmark of trace tools: `go tool trace` and `mandel trace` on the same files.
//
//   node dist/bench/tracetools.js [-n ROUNDS] [-only REGEX] [-json] [-ours CMD]
//
// Whole processes in alternation, on traces of Go programs (test/go/traces) and of ours. Go's tool prints its profile of waits for a
// P, which is what it can do without a browser: it reads the whole file and puts its events in order first. It takes Go 1.22 or
// later.

import { execFile, spawnSync } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readProfile } from 'mandel/pprof';
import { interleave } from './measure.js';
import { buildTraced, goTraceTool } from './peers/go.js';
import { type Figures, figures, run } from './process.js';
import { scratch } from './scratch.js';
import { alone, type Conditions, type Row, type Section } from './section.js';

/** Writes a trace to a file. */
export type Maker = (file: string, ours: readonly string[]) => void | Promise<void>;

/** A trace of a Go program, see test/go/traces. */
export function goProgram(name: string, procs: number, flags: string, env: NodeJS.ProcessEnv = {}): Maker {
  return (file) => {
    const { program } = buildTraced(name)!;
    const out = openSync(file, 'w');
    const { status, error, stderr } = spawnSync(program, flags.split(' '), {
      env: { ...process.env, ...env, GOMAXPROCS: String(procs) },
      stdio: ['ignore', out, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(out);
    if (status !== 0) throw new Error(`${name} ${flags}: ${error?.message ?? stderr.trim()}`);
  };
}

/** A trace of ours. */
function picture(mode: string): Maker {
  return async (file, ours) => {
    const png = join(scratch, 'traced.png');
    await run([...ours, '-mode', mode, '-workers', '4', '-quiet', '-o', png, '-trace', file]);
  };
}

/** A generation every 2 ms instead of every second. */
const manyGenerations = { GODEBUG: 'traceadvanceperiod=2000000' };

/** By case: what writes the trace. */
const cases: Readonly<Record<string, Maker>> = {
  'http, 100 connections, 8 Ps': goProgram('web', 8, '-clients 100 -requests 3000'),
  'http, 8 connections, 8 Ps': goProgram('web', 8, '-clients 8 -requests 2500'),
  'http, 64 Ps, generations of 2 ms': goProgram('web', 64, '-clients 64 -requests 100', manyGenerations),
  'GC under load, 4 Ps': goProgram('heap', 4, '-depth 16 -trees 20'),
  'the same with a CPU profile': goProgram('heap', 4, '-depth 16 -trees 20 -profile'),
  'channels, 1 P': goProgram('channels', 1, '-values 400000'),
  'channels, 4 Ps': goProgram('channels', 4, '-values 400000'),
  'coroutines, 2 Ps': goProgram('coroutines', 2, '-iterators 100000'),
  'system calls, 4 Ps': goProgram('syscalls', 4, '-calls 100000'),
  'mandel -mode px, 1024x1024': picture('px'),
  'mandel -mode workers, 1024x1024': picture('workers'),
  'mandel -mode buffered, 1024x1024': picture('buffered'),
};

const PROFILE = '-pprof=sched';

interface ToolsRow extends Row {
  readonly bytes: number;
  readonly events: number;
  /** Go's profile, our summary, our profile. */
  readonly tools: readonly Figures[];
}

async function measure(name: string, { rounds, ours }: Conditions): Promise<ToolsRow> {
  const tool = goTraceTool();
  if (tool === null) return { case: name, bytes: 0, events: 0, tools: [], skipped: 'it takes Go' };
  const file = join(scratch, 'tools.trace');
  await cases[name]!(file, ours);
  const commands = [
    [tool.program, PROFILE, file],
    [...ours, 'trace', file],
    [...ours, 'trace', PROFILE, file],
  ];
  const { version, events } = await aboutTrace([...ours, 'trace', '-json', file]);
  // In files of format v1 our profile is that of Go 1.19, which counts fewer waits than the newest.
  if (version >= 22) await compareProfiles(commands[0]!, commands[2]!);
  const taken = await interleave(
    rounds,
    commands.map((command) => () => run(command)),
  );
  return { case: name, bytes: statSync(file).size, events, tools: taken.map(figures) };
}

const call = promisify(execFile);

/** What a command prints. */
async function printed([program, ...args]: readonly string[]): Promise<Buffer> {
  const { stdout } = await call(program!, args, { encoding: 'buffer', maxBuffer: 2 ** 30 });
  return stdout;
}

async function aboutTrace(command: readonly string[]): Promise<{ readonly version: number; readonly events: number }> {
  const { version, counts } = JSON.parse((await printed(command)).toString());
  return { version, events: counts.events };
}

/** @throws Error unless the sums of two profiles are the same: number of waits, nanoseconds */
async function compareProfiles(go: readonly string[], ours: readonly string[]): Promise<void> {
  const totals: string[] = [];
  for (const command of [go, ours]) {
    const { samples } = readProfile(await printed(command), command[0]!);
    const sum = (k: number) => samples.reduce((total, { values }) => total + BigInt(values[k]!), 0n);
    totals.push(`${sum(0)} waits of ${sum(1)} ns`);
  }
  if (totals[0] !== totals[1]) throw new Error(`Go's profile has ${totals[0]}, ours has ${totals[1]}`);
}

function lines({ case: name, bytes, events, tools }: ToolsRow): string[][] {
  const cells = ({ wall, usage }: Figures) => [wall.median.toFixed(2), usage ? (usage.peak / 1e6).toFixed(0) : '-'];
  return [[name, (bytes / 1e6).toFixed(1), (events / 1e6).toFixed(2), ...tools.flatMap(cells)]];
}

export const traceTools: Section<ToolsRow> = {
  name: 'trace tools',
  title: 'how long do go tool trace and mandel trace take for the same files?',
  about:
    'Whole processes: seconds, and the MB of memory at the peak. Medians.\n' +
    `Go is \`go tool trace ${PROFILE}\`, ours the summary and the same profile.`,
  cases: Object.keys(cases),
  head: [
    'trace',
    'MB',
    'M events',
    'go tool trace, s',
    'MB',
    'mandel trace, s',
    'MB',
    `mandel trace ${PROFILE}, s`,
    'MB',
  ],
  measure,
  lines,
};

await alone(import.meta.url, traceTools);
