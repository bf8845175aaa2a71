// One operation in several ways, timed in turn: what the benchmarks of channels, goroutines and select have in common.
//
// A subject does its operation many times, a batch, on the values 0, 1, 2, ..., and times that itself, so that starting
// a program, a thread or a process is not counted. It must have handled each value once: their count and their sum are
// checked after each batch, counted or not, and a wrong one leaves the case without figures. tinybench runs each
// subject once a round.

import { Bench } from 'tinybench';
import { benchmark, type Flags, machine } from './flags.js';
import { closeRuntimes } from './mandel.js';
import { interleave, range, ratio, type Spread, spread, table } from './measure.js';
import { buildGo, type GoProgram } from './peers/go.js';

/** What came of a batch. */
export interface Outcome {
  /** What the batch took, in nanoseconds. */
  readonly ns: number;
  /** How many values were handled, and their sum. */
  readonly count: number;
  readonly sum: number;
}

export interface Subject {
  readonly name: string;
  /** Operations in a batch: as many as take some 50 ms. */
  readonly n: number;
  /** @throws Error if it did not go as the case's name says */
  batch(n: number): Promise<Outcome>;
  /** Ends what the subject has started. */
  close?(): Promise<void>;
}

export interface Contest {
  readonly name: string;
  /** Makes the subjects, ours first. `go` is null where there is no Go to compare with. */
  subjects(go: GoProgram | null): readonly Subject[];
}

interface Row {
  readonly case: string;
  readonly subjects: readonly {
    readonly name: string;
    /** Of one operation, in nanoseconds. */
    readonly ns: Spread;
    /** Ours to this one's. */
    readonly ratio?: Spread;
  }[];
  /** Why there are no figures. */
  readonly error?: string;
}

/** What tinybench is to take for the sample: the time of one operation in milliseconds, and what the batch cost. */
async function sample({ name, n, batch }: Subject) {
  const { ns, count, sum } = await batch(n);
  const want = (n * (n - 1)) / 2;
  if (count !== n || sum !== want) {
    throw new Error(`${name}: wrong result: ${count} values with the sum ${sum}, want ${n} with ${want}`);
  }
  return { overriddenDuration: ns / n / 1e6, overriddenIterationCost: ns / 1e6 };
}

async function compete(contest: Contest, rounds: number, go: GoProgram | null): Promise<Row> {
  const subjects = contest.subjects(go);
  const bench = new Bench({ iterations: 1, time: 0, warmup: false, throws: true });
  for (const subject of subjects) {
    bench.add(subject.name, () => sample(subject), { async: true });
  }
  const round = async () => {
    bench.reset();
    const tasks = await bench.run();
    return tasks.map(({ result }) => ('latency' in result ? result.latency.mean * 1e6 : Number.NaN));
  };
  try {
    const [taken = []] = await interleave(rounds, [round]);
    const samples = subjects.map((_, k) => taken.map((each) => each[k] as number));
    const ours = samples[0] as number[];
    const line = (ns: number[], k: number) => ({
      name: (subjects[k] as Subject).name,
      ns: spread(ns),
      ...(k === 0 ? {} : { ratio: ratio(ours, ns) }),
    });
    return { case: contest.name, subjects: samples.map(line) };
  } catch (error) {
    return { case: contest.name, subjects: [], error: (error as Error).message };
  } finally {
    await Promise.all(subjects.map((subject) => subject.close?.()));
  }
}

/** Three digits that mean something. */
function figure(s: Spread): string {
  return range(s, Math.max(0, 2 - Math.floor(Math.log10(s.median))));
}

function lines(row: Row): string[][] {
  if (row.error) {
    return [[row.case, '-', 'FAILED', '-']];
  }
  return row.subjects.map(({ name, ns, ratio }, k) => [
    k === 0 ? row.case : '',
    name,
    figure(ns),
    ratio ? figure(ratio) : '',
  ]);
}

/**
 * Runs the benchmark `name`: the contests that the command line picks.
 * @param what the operation that is timed, for the head of the table
 */
export async function contests(name: string, what: string, all: readonly Contest[]): Promise<void> {
  const main = async (flags: Flags) => {
    const go = buildGo('./chan');
    const rows: Row[] = [];
    for (const contest of all.filter((contest) => flags.only.test(contest.name))) {
      console.error(`${name}: ${contest.name}`);
      const row = await compete(contest, flags.rounds, go);
      rows.push(row);
      if (row.error) {
        console.error(`${name}: ${contest.name}: ${row.error}`);
        process.exitCode = 1;
      }
    }
    await closeRuntimes();
    if (flags.json) {
      const about = { machine: machine(), node: process.version, go: go?.version ?? null, rounds: flags.rounds };
      console.log(JSON.stringify({ ...about, cases: rows }, null, 2));
      return;
    }
    console.log(`${machine()}; Node ${process.version}; Go: ${go?.version ?? 'none, for want of a go command'}`);
    console.log(`Nanoseconds ${what}: median (min-max) of ${flags.rounds} rounds; ratio: ours to this one's`);
    console.log(`\n${table(['case', 'with', 'ns', 'ratio'], rows.flatMap(lines))}`);
  };
  await benchmark(
    name,
    all.map((contest) => contest.name),
    main,
  );
}
