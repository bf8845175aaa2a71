// Results of runs: how a run has ended, put together from the endings of its threads and from what they have counted.

import { field, type Offset, type Words } from '../memory/address.js';
import { message, UsageError } from '../memory/errors.js';
import { G, gAddressIn, gStatus, H, P, pAddress, runStatus, tables } from '../memory/layout.js';
import { deadlockOf } from '../report/circles.js';
import type { Work } from '../sched/work.js';
import type { Ending } from './ending.js';
import type { StrayReport } from './findings.js';

/** The reason of a signal (RunOptions.signal) that interrupts a run as SIGQUIT does: its report has every goroutine. */
export const QUIT = 'SIGQUIT';

export interface RunResult {
  readonly status: 'ok' | 'panic' | 'deadlock' | 'interrupted';
  /** What a command should exit with: 0 or what exit() was given; 2 for a panic, a deadlock or SIGQUIT; 130. */
  readonly exitCode: number;
  /** What main returned. */
  readonly value: unknown;
  /**
   * What to print on standard error, in Go's form: a panic, a deadlock, or every goroutine after SIGQUIT; and errors outside of the goroutines, such as
   * rejections that nothing waits for. Else empty.
   */
  readonly report: string;
  readonly stats: RunStats;
}

/** Counts over the whole run. */
export interface RunStats {
  readonly procs: number;
  /** Goroutines created, main included. */
  readonly goroutines: number;
  /** Times a goroutine was given a thread. */
  readonly switches: number;
  /** Goroutines that were created on one P and began on another. */
  readonly steals: number;
  /** Times a goroutine had to wait. */
  readonly parks: number;
  /** Times a P slept. */
  readonly wakes: number;
  /** Channel operations that went through. */
  readonly sends: number;
  readonly receives: number;
  /** Bytes of shared memory that its objects have taken, at most: what is given back is used again, and stays. */
  readonly memory: number;
}

/** What the run came to, as all of its threads tell it. @throws Error if it could not be started */
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
    report: besides(text, strays),
    stats,
  });
  switch (words[H.STATUS]) {
    case runStatus.exited: {
      const main = endings.find((e) => e.main);
      const exitCode = main?.exitCode ?? endings.find((e) => e.strayExit !== undefined)?.strayExit;
      if (exitCode === undefined && strays.length > 0) return panicked('');
      const code = exitCode ?? exitCodeSet(endings, main);
      return { status: 'ok', exitCode: code, value: main?.value, report: besides('', strays, false), stats };
    }
    case runStatus.panicked:
      return panicked(report);
    case runStatus.deadlocked: {
      const text = besides(deadlockReport(words, endings), strays);
      return { status: 'deadlock', exitCode: 2, value: undefined, report: text, stats };
    }
    case runStatus.interrupted:
      return { status: 'interrupted', exitCode: 130, value: undefined, report: besides('', strays, false), stats };
    default:
      throw failure(report.trim(), endings);
  }
}

/** What has gone wrong outside of the goroutines: what every thread has found, while it loaded the program, is there once. */
function straysOf(endings: readonly Ending[]): StrayReport[] {
  if (!endings.some((e) => e.strays !== undefined)) return [];
  const inOrder = [...endings].sort((a, b) => a.id - b.id).flatMap((e) => e.strays ?? []);
  return [...new Map(inOrder.map((stray) => [`${stray.headline}\n${stray.trace}`, stray])).values()];
}

/** The report of a run, and after it the strays. If there is none, the first of them has ended the run: it is the panic. */
function besides(report: string, strays: readonly StrayReport[], panics = report === ''): string {
  const texts = strays.map(({ headline, trace }, k) => {
    const intro = panics && k === 0 ? 'panic: ' : 'besides, ';
    return `${intro}${headline}\n${trace === '' ? '' : `\n${trace}`}`;
  });
  return [...(report === '' ? [] : [report]), ...texts].join('\n');
}

/** The status that the program has set: where main returned, else on the first P that has one. */
function exitCodeSet(endings: readonly Ending[], main: Ending | undefined): number {
  const set = endings.filter((e) => e.exitCodeSet !== undefined).sort((a, b) => a.id - b.id);
  return main?.exitCodeSet ?? set[0]?.exitCodeSet ?? 0;
}

/** Why the run could not be started. */
function failure(report: string, endings: readonly Ending[]): Error {
  if (endings.some((e) => e.misuse)) return new UsageError(report);
  return new Error(report || 'runtime: the run failed, and no thread said why');
}

function deadlockReport(words: Words, endings: readonly Ending[]): string {
  const { waiting, circles } = deadlockOf(words, endings);
  const round = circles.length === 0 ? [] : [circles.map((circle) => `${circle}\n`).join('')];
  return [`fatal error: ${message.deadlock}\n`, ...round, ...waiting.map((w) => w.text)].join('\n');
}

/** The counts so far. */
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

/** Goroutines that there are, as far as one can see while they run. */
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

/** A counter over all Ps. */
function sum(words: Words, counter: Offset<'P'>): number {
  let total = 0;
  for (let id = 0; id < words[H.NPROCS]!; id++) total += words[field(pAddress(id), counter)]! >>> 0;
  return total;
}

/** Units of this kind of work that all Ps have been charged. */
export function workOf(words: Words, kind: Work): number {
  const doubles = new Float64Array(words.buffer);
  let total = 0;
  for (let id = 0; id < words[H.NPROCS]!; id++) total += doubles[(field(pAddress(id), P.WORK) >> 1) + kind]!;
  return total;
}
