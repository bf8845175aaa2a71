// Contests: one operation done in several ways, measured in alternation. The benchmarks of channels, goroutines and select are contests.
//
// A subject does its operation many times, a batch, on the values 0, 1, 2, ..., and times that itself, so that starting
// a program, a thread or a process is not counted. It must have handled each value once: their count and their sum are
// checked after each batch, counted or not, and a wrong one leaves the case without figures. tinybench runs each
// subject once a round.

import { Bench } from 'tinybench';
import { type Asked, verdict } from './asked.js';
import { interleave, range, ratio, type Spread, spread } from './measure.js';
import { buildGo, type GoProgram } from './peers/go.js';
import type { Conditions, Row, Section } from './section.js';
import type { Subject } from './subject.js';

export interface Contest {
  readonly name: string;
  /** Makes the subjects, ours first. `go` is null where there is no Go to compare with. */
  subjects(go: GoProgram | null): readonly Subject[];
  /** Of ours, in nanoseconds, and of its ratio to Go's. */
  readonly asked?: { readonly ns: Asked; readonly toGo: Asked };
}

/** The result of a contest. */
export interface ContestRow extends Row {
  readonly asked?: Contest['asked'];
  readonly subjects: readonly {
    readonly name: string;
    /** Of one operation, in nanoseconds. */
    readonly ns: Spread;
    /** Ours to this one's. */
    readonly ratio?: Spread;
  }[];
}

/** A sample for tinybench: the time of one operation and of the whole batch, in milliseconds. */
async function sample({ name, n, batch }: Subject) {
  const { ns, count, sum } = await batch(n);
  const want = (n * (n - 1)) / 2;
  if (count !== n || sum !== want) {
    throw new Error(`${name}: wrong result: ${count} values with the sum ${sum}, want ${n} with ${want}`);
  }
  return { overriddenDuration: ns / n / 1e6, overriddenIterationCost: ns / 1e6 };
}

/** Measures all subjects of a contest. */
async function compete(contest: Contest, rounds: number): Promise<ContestRow> {
  const subjects = contest.subjects(buildGo('./chan'));
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
    const { asked } = contest;
    return { case: contest.name, ...(asked ? { asked } : {}), subjects: samples.map(line) };
  } finally {
    await Promise.all(subjects.map((subject) => subject.close?.()));
  }
}

/** A spread with three significant digits. */
function figure(s: Spread): string {
  return range(s, Math.max(0, 2 - Math.floor(Math.log10(s.median))));
}

function lines(row: ContestRow): string[][] {
  return row.subjects.map(({ name, ns, ratio }, k) => {
    const asked = k === 0 ? verdict(row.asked?.ns, ns) : ratio && name === 'Go' ? verdict(row.asked?.toGo, ratio) : '';
    return [k === 0 ? row.case : '', name, figure(ns), ratio ? figure(ratio) : '', asked];
  });
}

/**
 * A section of contests.
 * @param what the operation that is timed
 */
export function contests(name: string, title: string, what: string, all: readonly Contest[]): Section<ContestRow> {
  return {
    name,
    title,
    about: `Nanoseconds ${what}. The ratio is ours to this one's.`,
    cases: all.map((contest) => contest.name),
    head: ['case', 'with', 'ns', 'ratio', 'asked'],
    measure: (name: string, { rounds }: Conditions) =>
      compete(all.find((contest) => contest.name === name) as Contest, rounds),
    lines,
  };
}
