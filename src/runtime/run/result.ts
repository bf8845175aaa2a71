// Results of runs: made from the endings of the threads, and from the counters in the shared memory.

import { field, type Offset, type Words } from '../memory/address.js';
import { message, UsageError } from '../memory/errors.js';
import { G, gAddressIn, gStatus, H, P, pAddress, runStatus, tables } from '../memory/layout.js';
import { deadlockOf } from '../report/circles.js';
import type { Work } from '../sched/work.js';
import type { Ending } from './ending.js';
import type { StrayReport } from './findings.js';

/** The reason of an abort signal (RunOptions.signal) that ends a run as SIGQUIT does, with every goroutine in its report. */
export const QUIT = 'SIGQUIT';

export interface RunResult {
  readonly status: 'ok' | 'panic' | 'deadlock' | 'interrupted';
  /** Exit status for a command: 0 or that of exit(); 2 after a panic, a deadlock or SIGQUIT; 130 if interrupted. */
  readonly exitCode: number;
  /** The value that main returned. */
  readonly value: unknown;
  /**
   * The text for standard error, in Go's form: a panic, a deadlock, or every goroutine after SIGQUIT; then stray errors, such as
   * rejections that nothing awaits. Empty if there is none of these.
   */
  readonly report: string;
  readonly stats: RunStats;
}

/** Counts over the whole run. */
export interface RunStats {
  readonly procs: number;
  /** Goroutines created, main included. */
  readonly goroutines: number;
  /** Times that a P began to run, or resumed, a goroutine. */
  readonly switches: number;
  /** Goroutines that were created on one P and took their first step on another. */
  readonly steals: number;
  /** Times that a goroutine parked. */
  readonly parks: number;
  /** Times that a P fell asleep. */
  readonly wakes: number;
  /** Sends and receives that were completed. */
  readonly sends: number;
  readonly receives: number;
  /** Largest size of the run's objects in the shared memory, in bytes: freed blocks are used again and stay counted. */
  readonly memory: number;
}

/** The result of a run, from the endings of all its threads. @throws Error if the run could not be started */
export function resultOf(words: Words, endings: readonly Ending[]): RunResult {
  const differs = endings.find((e) => e.differs !== undefined)?.differs;
  if (differs !== undefined) throw new UsageError(differs);
  const stats = statsOf(words);
  const report = endings.map((e) => e.report ?? '').join('');
  const strays = straysOf(endings);
  const panicked = (text: string): RunResult => ({
    status: 'panic',
    exitCode: 2,
    value: undefined,
    report: withStrays(text, strays),
    stats,
  });
  switch (words[H.STATUS]) {
    case runStatus.exited: {
      const main = endings.find((e) => e.main);
      const exitCode = main?.exitCode ?? endings.find((e) => e.strayExit !== undefined)?.strayExit;
      if (exitCode === undefined && strays.length > 0) return panicked('');
      const code = exitCode ?? exitCodeSet(endings, main);
      return { status: 'ok', exitCode: code, value: main?.value, report: withStrays('', strays, false), stats };
    }
    case runStatus.panicked:
      return panicked(report);
    case runStatus.deadlocked: {
      const text = withStrays(deadlockReport(words, endings), strays);
      return { status: 'deadlock', exitCode: 2, value: undefined, report: text, stats };
    }
    case runStatus.interrupted:
      return { status: 'interrupted', exitCode: 130, value: undefined, report: withStrays('', strays, false), stats };
    default:
      throw failure(report.trim(), endings);
  }
}

/** The stray errors, by P. Those that several threads report alike, because each loads the program, appear once. */
function straysOf(endings: readonly Ending[]): StrayReport[] {
  if (!endings.some((e) => e.strays !== undefined)) return [];
  const inOrder = [...endings].sort((a, b) => a.id - b.id).flatMap((e) => e.strays ?? []);
  return [...new Map(inOrder.map((stray) => [`${stray.headline}\n${stray.trace}`, stray])).values()];
}

/** The report with the stray errors after it. If `panics`, the first stray error has ended the run, and is shown as a panic. */
function withStrays(report: string, strays: readonly StrayReport[], panics = report === ''): string {
  const texts = strays.map(({ headline, trace }, k) => {
    const intro = panics && k === 0 ? 'panic: ' : 'besides, ';
    return `${intro}${headline}\n${trace === '' ? '' : `\n${trace}`}`;
  });
  return [...(report === '' ? [] : [report]), ...texts].join('\n');
}

/** The value of process.exitCode on the thread where main returned, else on the first P where it is set. */
function exitCodeSet(endings: readonly Ending[], main: Ending | undefined): number {
  const set = endings.filter((e) => e.exitCodeSet !== undefined).sort((a, b) => a.id - b.id);
  return main?.exitCodeSet ?? set[0]?.exitCodeSet ?? 0;
}

/** The error of a run that could not be started. */
function failure(report: string, endings: readonly Ending[]): Error {
  if (endings.some((e) => e.misuse)) return new UsageError(report);
  return new Error(report || 'runtime: the run failed, and no thread said why');
}

function deadlockReport(words: Words, endings: readonly Ending[]): string {
  const { waiting, circles } = deadlockOf(words, endings);
  const round = circles.length === 0 ? [] : [circles.map((circle) => `${circle}\n`).join('')];
  return [`fatal error: ${message.deadlock}\n`, ...round, ...waiting.map((w) => w.text)].join('\n');
}

/** The counters of the run so far. */
export function statsOf(words: Words): RunStats {
  return {
    procs: words[H.NPROCS]!,
    goroutines: sum(words, P.NCREATED),
    switches: sum(words, P.NSWITCHES),
    steals: sum(words, P.NSTEALS),
    parks: sum(words, P.NPARKS),
    wakes: sum(words, P.NWAKES),
    sends: sum(words, P.NSENDS),
    receives: sum(words, P.NRECVS),
    memory: (words[H.BUMP]! - words[H.ARENA]!) * 4,
  };
}

/** Number of goroutines that have not ended. A hint while the run is under way. */
export function aliveIn(words: Words): number {
  const { gbase, gmax } = tables(words.length, words[H.NPROCS]!);
  const count = Math.min(words[H.GNEXT]!, gmax);
  let alive = 0;
  for (let k = 0; k < count; k++) {
    const status = words[field(gAddressIn(gbase, k), G.STATUS)]!;
    if (status !== gStatus.idle && status !== gStatus.dead) alive++;
  }
  return alive;
}

/** Sum of a counter over all Ps. */
function sum(words: Words, counter: Offset<'P'>): number {
  let total = 0;
  for (let id = 0; id < words[H.NPROCS]!; id++) total += words[field(pAddress(id), counter)]! >>> 0;
  return total;
}

/** Units of this kind of work that goroutines have charged, on all Ps. */
export function workOf(words: Words, kind: Work): number {
  const doubles = new Float64Array(words.buffer);
  let total = 0;
  for (let id = 0; id < words[H.NPROCS]!; id++) total += doubles[(field(pAddress(id), P.WORK) >> 1) + kind]!;
  return total;
}
