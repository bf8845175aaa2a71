// Campaign of new traces of Go programs: they are read as Go reads them, and are legal.
//
//   GOTOOLCHAIN=go1.23.8 node dist/bench/campaigns/gotraces.js [-n RUNS] [-seed SEED] [-only REGEX]
//
// Runs the programs of test/go/traces, on 1 to 64 Ps, with generations of a second or of some milliseconds, and with what Go has of
// other ways to trace. The go that MANDEL_GO or the PATH gives builds them, as GOTOOLCHAIN says; Go 1.26's `go tool trace` judges.
// Of every trace: Go prints the same of it, to the last event, or finds it broken as well; all four profiles are Go's, by stack; it is
// legal in the model, and so is a part of it.

import { spawnSync } from 'node:child_process';
import { closeSync, copyFileSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkTrace, parse, type Trace } from 'mandel/trace';
import { encodeProfile } from '#src/pprof/proto.js';
import { blockingProfile } from '#src/pprof/tracewaits.js';
import { blocking, profileKinds } from '#src/trace/analysis/blocking.js';
import { partOf } from '#src/trace/part.js';
import { waitsOf } from '../../test/programs/lib/stackwaits.js';
import { checkFigures } from '../../test/programs/lib/tracefuzz2.js';
import { digest, parsed } from '../../test/programs/lib/tracesv2.js';
import { buildTraced, goTraceTool } from '../peers/go.js';
import { scratch } from '../scratch.js';
import { campaign, choices } from './campaign.js';

process.env.TZ = 'UTC'; // the wall clock is printed in the local time zone

const sources = fileURLToPath(new URL('../../../test/go/traces/', import.meta.url));
const procs = [1, 2, 3, 4, 8, 16, 64];
const debug = ['', 'traceallocfree=1', 'asyncpreemptoff=1', 'tracefpunwindoff=1', 'gctrace=0'];
/** Flags of the programs that make more events of them than they make by themselves. */
const larger: Readonly<Record<string, readonly string[]>> = {
  channels: ['', '-values 2000'],
  coroutines: ['', '-iterators 500'],
  heap: ['', '-depth 12 -trees 2', '-depth 12 -trees 1 -profile'],
  syscalls: ['', '-calls 300'],
  web: ['', '-clients 20 -requests 10'],
};
/** Most bytes that Go prints of a trace. */
const MAX_TEXT = 2 ** 30;

await campaign('gotraces', 20, async ({ n, seed, only }) => {
  const tool = judge();
  const file = join(scratch, 'go.trace');
  let traces = 0;
  let events = 0;
  for (const name of readdirSync(sources).flatMap((entry) => /^([a-z]+)\.go$/.exec(entry)?.[1] ?? [])) {
    if (!only.test(name)) continue;
    const { program, version } = buildTraced(name)!;
    for (let k = 0; k < n; k++) {
      const pick = choices(seed + k);
      const one = (list: readonly string[]) => list[pick(0, list.length - 1)]!;
      const period = pick(0, 1) === 0 ? '' : `traceadvanceperiod=${pick(1, 20)}000000`;
      const env = { GOMAXPROCS: String(procs[pick(0, procs.length - 1)]), GODEBUG: `${one(debug)},${period}` };
      const flags = one(larger[name] ?? ['']);
      const where = `${version}, seed ${seed + k}: GOMAXPROCS=${env.GOMAXPROCS} GODEBUG=${env.GODEBUG} ${name} ${flags}`;
      trace(program, flags, env, file);
      try {
        events += compare(tool, file, pick);
      } catch (error) {
        copyFileSync(file, 'gotraces.trace');
        throw new Error(`${where}: ${(error as Error).message}; its trace is in gotraces.trace`);
      }
      traces++;
    }
  }
  return `${traces} traces with ${events} events are read as Go reads them`;
});

/** The program behind `go tool trace` of Go 1.26 or later, whatever GOTOOLCHAIN says. */
function judge(): string {
  const asked = process.env.GOTOOLCHAIN;
  process.env.GOTOOLCHAIN = 'local';
  const tool = goTraceTool();
  if (asked === undefined) delete process.env.GOTOOLCHAIN;
  else process.env.GOTOOLCHAIN = asked;
  if (tool === null || Number(/^go1\.(\d+)/.exec(tool.version)?.[1]) < 26) {
    throw new Error(`expected Go 1.26 or later on the PATH, got ${tool?.version ?? 'no Go'}`);
  }
  return tool.program;
}

/** Runs a program, which writes its trace to standard output. */
function trace(program: string, flags: string, env: NodeJS.ProcessEnv, file: string): void {
  const out = openSync(file, 'w');
  const args = flags.split(' ').filter((flag) => flag !== '');
  const ended = spawnSync(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', out, 'pipe'] });
  closeSync(out);
  if (ended.status !== 0) throw new Error(`${program} ${flags}: ${ended.error?.message ?? ended.stderr.toString()}`);
}

/** Compares what Go and what we make of a trace. @returns the number of events @throws Error if that differs */
function compare(tool: string, file: string, pick: (from: number, to: number) => number): number {
  const bytes = readFileSync(file);
  const { text, reader } = parsed(bytes);
  const theirs = spawnSync(tool, ['-d=parsed', file], { maxBuffer: MAX_TEXT });
  need('-d=parsed', digest(text), digest(theirs.stdout.toString()));
  need('broken', reader.fault !== undefined, theirs.status !== 0);
  if (reader.generations.length === 0) return 0;
  const whole = parse(bytes);
  checkTrace(whole);
  checkFigures(whole);
  for (const kind of profileKinds) {
    const { status, stdout } = spawnSync(tool, [`-pprof=${kind}`, file], { maxBuffer: MAX_TEXT });
    if (status === 0 && reader.fault === undefined) need(kind, sorted(waits(whole, kind)), sorted(waitsOf(stdout)));
  }
  const [from, to] = [pick(0, 500), pick(501, 1000)].map((share) => Math.floor((whole.durationNs * share) / 1000));
  checkTrace(partOf(whole, from!, to!));
  return whole.events.length;
}

function waits(whole: Trace, kind: (typeof profileKinds)[number]): object {
  return waitsOf(encodeProfile(blockingProfile(whole, blocking(whole, kind))));
}

function sorted(of: object): readonly unknown[] {
  return Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1));
}

function need(what: string, ours: unknown, theirs: unknown): void {
  const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
  if (a === b) return;
  const at = [...a].findIndex((char, i) => char !== b[i]);
  throw new Error(
    `${what}: got ${a.slice(Math.max(0, at - 40), at + 80)}, Go has ${b.slice(Math.max(0, at - 40), at + 80)}`,
  );
}
