// A section of the report: one question, its cases, and how one of them is measured.

import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { benchmark, type Flags, machine } from './flags.js';
import { own } from './kernel.js';
import { closeRuntimes } from './mandel.js';
import { table } from './measure.js';
import { goVersion } from './peers/go.js';

/** The result of a case. */
export interface Row {
  readonly case: string;
  /** Why there are no figures: there is nothing to measure it with. */
  readonly skipped?: string;
  /** Why there are no figures: a result was wrong, or a subject could not be run. */
  readonly error?: string;
}

/** The conditions of a measurement. */
export interface Conditions {
  readonly rounds: number;
  /** The command that is `mandel`. */
  readonly ours: readonly string[];
}

export interface Section<R extends Row = Row> {
  readonly name: string;
  /** The question. */
  readonly title: string;
  /** What the figures are, and what a ratio is of. */
  readonly about: string;
  readonly cases: readonly string[];
  readonly head: readonly string[];
  /** @throws Error if a result is wrong: then the case has no figures */
  measure(name: string, conditions: Conditions): Promise<R>;
  /** The table's lines for a row with figures. */
  lines(row: R): readonly (readonly string[])[];
}

/** Runs the sections, or what -only picks of them, and prints the report. Exit status 1 if any result was wrong. */
export async function report(name: string, sections: readonly Section[]): Promise<void> {
  const label = (section: Section, name: string) => `${section.name}: ${name}`;
  const labels = sections.flatMap((section) => section.cases.map((name) => label(section, name)));
  const main = async (flags: Flags) => {
    const go = goVersion();
    const conditions = { rounds: flags.rounds, ours: flags.own.ours?.trim().split(/\s+/) ?? own };
    if (!flags.json) {
      console.log(`${machine()}; Node ${process.version}; Go: ${go ?? 'none, for want of a go command'}`);
      console.log(`Median (min-max) of ${flags.rounds} rounds; ratios are formed within a round`);
    }
    const done: { name: string; title: string; cases: Row[] }[] = [];
    for (const section of sections) {
      const rows: Row[] = [];
      for (const name of section.cases.filter((name) => flags.only.test(label(section, name)))) {
        console.error(label(section, name));
        rows.push(await measured(section, name, conditions));
      }
      if (rows.length === 0) continue;
      done.push({ name: section.name, title: section.title, cases: rows });
      if (!flags.json) console.log(`\n${text(section, rows)}`);
    }
    await closeRuntimes();
    if (flags.json) {
      const about = { machine: machine(), node: process.version, go, rounds: flags.rounds };
      console.log(JSON.stringify({ ...about, sections: done }, null, 2));
    }
  };
  await benchmark(name, labels, main, ['ours']);
}

/** Runs a section by itself if its file, `url`, is what Node was started with. */
export async function alone(url: string, section: Section): Promise<void> {
  if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url)) {
    await report(section.name, [section]);
  }
}

async function measured(section: Section, name: string, conditions: Conditions): Promise<Row> {
  try {
    return await section.measure(name, conditions);
  } catch (error) {
    console.error(`${section.name}: ${name}: FAILED: ${(error as Error).message}`);
    process.exitCode = 1;
    return { case: name, error: (error as Error).message };
  }
}

function text(section: Section, rows: readonly Row[]): string {
  const without = (row: Row) => row.error ?? row.skipped;
  const word = (row: Row) => [row.case, row.error ? 'FAILED' : 'none', ...section.head.slice(2).map(() => '-')];
  const lines = rows.flatMap((row) => (without(row) ? [word(row)] : section.lines(row)));
  const why = rows.filter(without).map((row) => `\n${row.case}: no figures: ${without(row)}`);
  return `## ${section.name}: ${section.title}\n\n${section.about}\n\n${table(section.head, lines)}${['', ...why].join('\n')}`;
}
