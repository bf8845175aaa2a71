// The summary of a trace as text.

import type { Distribution } from '../../lib/distribution.js';
import { foldLine, sparkline } from '../../lib/lines.js';
import { count, plural } from '../../lib/numbers.js';
import { percent, size, table, time } from '../../terminal/text.js';
import { type ReasonWaits, type Wait, whereabouts } from '../../trace/analysis/blocking.js';
import { mostlyWoken } from '../../trace/analysis/counts.js';
import { type Body, isOwn, spentOn } from '../../trace/analysis/goroutines.js';
import type { Annotation } from '../../trace/analysis/ranges.js';
import type { Summary } from '../../trace/analysis/summary.js';
import { ev } from '../../trace/event.js';
import { entryName, fakeP, type Trace } from '../../trace/model.js';
import { ObjectReader, objectText, type WaitObject } from '../../trace/objects.js';

/** Most Ps, and most bodies, tasks or regions, that are listed: more than a person reads. -json has all of them. */
const MAX_PROCS = 64;
const MAX_BODIES = 12;
/** Smallest part of all execution for which a body of Go's runtime is listed: such as the collector's. */
const MUCH = 0.05;
/** Columns of a line besides the curve in it: the name before it, and the value of a full block after it. */
const CURVE_MARGIN = 36;
/** Fewest and most columns of a curve: fewer show no shape, more are no easier to read. */
const MIN_CURVE = 16;
const MAX_CURVE = 240;

/** What a goroutine does, in words. */
const activityNames: Readonly<Record<string, string>> = {
  execution: 'execution',
  calling: 'in system calls',
  runnable: 'scheduler wait',
  send: 'chan send',
  receive: 'chan receive',
  select: 'select',
  sync: 'sync',
  cond: 'sync.Cond',
  network: 'network',
  syscall: 'syscall',
  sleep: 'sleep',
  gc: 'GC assist wait',
  block: 'other wait',
  before: 'since before',
};

/** The activity in words. */
export function activityText(activity: string): string {
  return activityNames[activity] ?? activity;
}

/** Why a goroutine waits: in the words of Go's runtime, if the trace has them. */
function reasonText(version: number, { reason, activity }: Pick<ReasonWaits, 'reason' | 'activity'>): string {
  if (reason !== '') return reason;
  // Only a switch between coroutines has no reason in format v2.
  return version >= 22 && activity === 'block' ? 'coroutine switch' : activityText(activity);
}

/** The summary for a terminal of so many columns. `summarize` makes a summary whose curves have so many spans. */
export function summaryText(
  file: string,
  trace: Trace,
  summarize: (spans: number) => Summary,
  columns: number,
): string {
  const spans = Math.max(MIN_CURVE, Math.min(MAX_CURVE, columns - CURVE_MARGIN));
  const summary = summarize(spans);
  return [
    headline(file, summary, columns),
    procs(summary, columns),
    curves(summary),
    wakeups(summary, columns),
    bodies(summary, columns),
    reasons(summary),
    waits(trace, summary, columns),
    annotationTables(summary),
    gc(summary),
  ]
    .filter((section) => section !== '')
    .join('\n');
}

/** That the file is not whole: its last complete record, or generation in format v2, ends at `offset`. */
export function cutText({ version, cut }: Pick<Summary, 'version' | 'cut'>): string {
  if (cut === undefined) return 'whole';
  const { offset, size } = cut;
  if (version >= 22) return `cut or broken after byte ${offset} of ${size}, where its last whole generation ends`;
  if (offset === size) return `cut after ${size} bytes, between two records`;
  return `cut after ${size} bytes; read up to the last whole record, which ends at byte ${offset}`;
}

function headline(file: string, summary: Summary, columns: number): string {
  const { version, durationNs, cut, counts, procs, generations, samples, experimental } = summary;
  const { events, goroutines, ended, switches, parks, steals, preemptions, yields, syscalls } = counts;
  const lines = [
    `${file}: go 1.${version} trace, ${time(durationNs, 4)}, ${plural(procs.length, 'P')}, ${plural(events, 'event')}` +
      (generations.length > 1 ? `, ${plural(generations.length, 'generation')}` : ''),
    `${plural(goroutines, 'goroutine')}, ${count(ended)} ended; ${plural(switches, 'switch', 'switches')}, ` +
      `${plural(parks, 'park')}, ${plural(steals, 'steal')}, ${plural(preemptions, 'preemption')}, ${plural(yields, 'yield')}, ` +
      `${plural(syscalls, 'syscall')}`,
    ...beginning(summary),
    ...(cut ? [`The file is ${cutText(summary)}.`] : []),
    ...(samples > 0
      ? [`${plural(samples, 'CPU sample')}: -pprof=cpu makes a profile of ${samples > 1 ? 'them' : 'it'}.`]
      : []),
    ...(experimental.batches + experimental.events > 0
      ? [
          `Not read: ${plural(experimental.events, 'event')} and ${plural(experimental.batches, 'batch', 'batches')} of experiments.`,
        ]
      : []),
  ];
  return lines.map((line) => `${foldLine(line, columns, 2)}\n`).join('');
}

/** When the trace began, and in the middle of what. */
function beginning({ beganNs, existing, generations }: Summary): readonly string[] {
  const parts = [
    ...(beganNs === undefined ? [] : [`It begins at ${wallText(beganNs)}`]),
    ...(existing > 0 ? [`${plural(existing, 'goroutine')} existed before`] : []),
  ];
  const first = generations[0] ?? 1;
  return [
    ...(parts.length > 0 ? [`${parts.join('; ')}.`] : []),
    ...(first > 1
      ? [`Its first generation is number ${first}: a flight recorder wrote it, or the program had traced before.`]
      : []),
  ];
}

/** A time as `2026-11-30 21:37:02.123456 UTC`. */
function wallText(ns: bigint): string {
  const date = new Date(Number(ns / 1_000_000n)).toISOString();
  const us = String((ns / 1000n) % 1000n).padStart(3, '0');
  return `${date.slice(0, 10)} ${date.slice(11, -1)}${us} UTC`;
}

function procs({ procs, durationNs, idleNs, threads, concurrency }: Summary, columns: number): string {
  const rows = procs
    .slice(0, MAX_PROCS)
    .map(({ p, runningNs, share, switches }) => [`P ${p}`, time(runningNs), percent(share), count(switches)]);
  const hidden = procs.length - rows.length;
  const all = durationNs * procs.length;
  const ran = threads.filter(({ starts }) => starts > 0);
  const starts = ran.reduce((sum, thread) => sum + thread.starts, 0);
  const { runningAtOnceNs, running } = concurrency;
  const atOnce = runningAtOnceNs
    .map((ns, n) => ({ n, share: durationNs > 0 ? ns / durationNs : 0 }))
    .filter(({ share }) => share > 0)
    .map(({ n, share }) => `${n}: ${percent(share)}`);
  return (
    table([['Utilization', 'running', 'share', 'switches'], ...rows], [16, 10, 8, 12], '') +
    (hidden > 0 ? `and ${plural(hidden, 'more P')}\n` : '') +
    table([['all', time(all - idleNs), percent(all > 0 ? 1 - idleNs / all : 0)]], [16, 10, 8], '') +
    (ran.length > 0 ? `Threads          ${count(ran.length)} got a P, ${plural(starts, 'time')} in all\n` : '') +
    `\nParallelism      ${running.mean.toFixed(2)} goroutines running on average, at most ${running.max}\n` +
    (atOnce.length > 0
      ? `${foldLine(`  time with n running  ${atOnce.slice(0, MAX_PROCS).join('  ')}`, columns, 23)}\n`
      : '')
  );
}

function curves({ concurrency, procs, durationNs }: Summary): string {
  const { running, runnable, waiting } = concurrency;
  const line = (name: string, spans: Float64Array, max: number, what: string) =>
    `  ${name.padEnd(9)} ${sparkline(spans, max)}| ${what}\n`;
  const most = runnable.spans.reduce((a, b) => Math.max(a, b), 0);
  const most3 = waiting.spans.reduce((a, b) => Math.max(a, b), 0);
  const level = (n: number) => (n >= 100 ? short(Math.round(n)) : String(Number(n.toPrecision(3))));
  return (
    `Over time (${time(durationNs)}; a full block is the number on the right)\n` +
    line('running', running.spans, procs.length, plural(procs.length, 'P')) +
    line('runnable', runnable.spans, most, `${level(most)} (at once ${short(runnable.max)})`) +
    line('waiting', waiting.spans, most3, `${level(most3)} (at once ${short(waiting.max)})`)
  );
}

/** A count in at most five characters, for which CURVE_MARGIN has room: `9,999`, `12.3k`, `1.05M`. */
function short(n: number): string {
  if (n < 10_000) return count(n);
  // What rounds up to 1000k is 1.00M.
  return n < 999_500 ? `${(n / 1e3).toPrecision(3)}k` : `${(n / 1e6).toPrecision(3)}M`;
}

const quantiles = ['total', 'min', 'p50', 'p95', 'p99', 'max'] as const;
/** Widths of the columns of a distribution: 80 together, with a space between two. */
const spentWidths = [19, 11, 8, 7, 7, 7, 7, 7];

/** Characters of a label in the first column, which is indented by two. */
const MAX_LABEL = spentWidths[0]! - 2;

const spread = (label: string, d: Distribution) => [label, count(d.n), ...quantiles.map((q) => time(d[q]))];

/** A note on hand-offs, if most of them woke a sleeping thread. */
function wakeups({ handoffs }: Summary, columns: number): string {
  if (!mostlyWoken(handoffs)) return '';
  const text =
    `Hand-offs: ${count(handoffs.woken)} of ${count(handoffs.count)} woke a sleeping thread, which takes about ten times as long ` +
    'as the others: goroutines that wait for each other live on different Ps.';
  return `${foldLine(text, columns, 2)}\n`;
}

function bodies({ bodies: all }: Summary, columns: number): string {
  const executed = (body: Body) => spentOn(body, 'execution')?.each.total ?? 0;
  const much = MUCH * all.reduce((sum, body) => sum + executed(body), 0);
  const shown = all.filter((body) => isOwn(body) || executed(body) > much).slice(0, MAX_BODIES);
  const rest = all.filter((body) => !shown.includes(body)).reduce((n, body) => n + body.goroutines, 0);
  return (
    table([['Goroutines', 'n', ...quantiles]], spentWidths, '') +
    shown.map((each) => body(each, columns)).join('') +
    (rest > 0
      ? `and ${plural(rest, 'goroutine')} of ${plural(all.length - shown.length, 'other body', 'other bodies')}\n`
      : '')
  );
}

function body({ name, goroutines, started, ended, life, spent }: Body, columns: number): string {
  const parts = [
    plural(goroutines, 'goroutine'),
    ...(started < goroutines ? [`${count(goroutines - started)} never started`] : []),
    ...(ended < goroutines ? [`${count(goroutines - ended)} alive at the end`] : []),
  ];
  const rows = [spread('lifetime', life)];
  for (const { activity, perGoroutine, each } of spent) {
    const name = activityText(activity);
    // One goroutine has only one sum, so its single times are shown instead.
    if (goroutines > 1) rows.push(spread(name, perGoroutine));
    if (goroutines === 1) rows.push(spread(name, each));
    else if (each.n !== perGoroutine.n) rows.push(spread('  each time', each));
  }
  const head = foldLine(`${name === '' ? '(unknown)' : name}: ${parts.join(', ')}`, columns, 4);
  return `${head}\n${table(rows, spentWidths.with(0, spentWidths[0]! - 2))}`;
}

/** Widths of the columns of sums: a name, how many, and two times. */
const sumWidths = [42, 9, 9, 9];

function reasons({ reasons: all, version }: Summary): string {
  const shown = all.filter(({ system, totalNs }) => !system && totalNs > 0).slice(0, MAX_BODIES);
  if (shown.length === 0) return '';
  const rows = shown.map((each) => sumRow(reasonText(version, each), each));
  return (
    table([['Waits by reason', 'n', 'total', 'max']], sumWidths, '') + table(rows, sumWidths.with(0, sumWidths[0]! - 2))
  );
}

function sumRow(name: string, sum: { readonly count: number; readonly totalNs: number; readonly longestNs: number }) {
  return [name, count(sum.count), time(sum.totalNs), time(sum.longestNs)];
}

function waits(trace: Trace, { waits }: Summary, columns: number): string {
  if (waits.length === 0) return '';
  const reader = new ObjectReader(trace);
  const lines = waits.flatMap((wait) =>
    waitText(trace, wait, reader).map((line) => `${foldLine(line, columns, 13)}\n`),
  );
  return `Longest waits\n${lines.join('')}`;
}

/** Two lines: the goroutine that waited, for what and where; and what ended the wait. */
function waitText(trace: Trace, wait: Wait, reader: ObjectReader): [string, string] {
  const { g, activity, from, startNs, durationNs, ended } = wait;
  const { stack } = trace.events;
  const at = whereabouts(trace, stack[from]!);
  const place = at === '' ? '' : ` at ${at}`;
  const object = reader.of(stack[from]!);
  const reason = reasonText(trace.version, wait);
  const what = object === undefined ? reason : objectPhrase(reason, object);
  const where = activity === 'before' ? `since before the trace${place}` : `${what}${place}, from ${time(startNs)}`;
  return [
    `  ${time(durationNs).padStart(7)}  ${goroutineText(trace, g)}, ${where}`,
    `           ${ended < 0 ? 'lasted to the end of the trace' : `ended by ${enderText(trace, ended, activity)}`}`,
  ];
}

/** What was done to an object: `chan receive on chan int 17 (sieve.ts:12)`. */
function objectPhrase(activity: string, object: WaitObject): string {
  if (object.kind === 'sleep') return activity;
  return object.kind === 'select' ? objectText(object) : `${activity} on ${objectText(object)}`;
}

function goroutineText(trace: Trace, g: number): string {
  return `G${trace.goroutines.id[g]} ${entryName(trace, g)}`.trimEnd();
}

/** What ended a wait. */
function enderText(trace: Trace, event: number, activity: string): string {
  const { type, g, p, stack } = trace.events;
  if (type[event] === ev.GoSysExit) return 'the return of the system call';
  if (p[event] === fakeP.timers || (g[event] === 0 && activity === 'sleep')) return 'a timer';
  if (p[event] === fakeP.netpoll && g[event] === 0) return 'the network';
  // Without a goroutine only timers send on channels.
  if (g[event] === 0 && (activity === 'receive' || activity === 'select') && trace.version >= 22) return 'a timer';
  if (g[event] === 0) return 'the scheduler (a timer, or the network)';
  const at = whereabouts(trace, stack[event]!);
  return `${goroutineText(trace, g[event]!)}${at === '' ? '' : ` at ${at}`}`;
}

function annotationTables({ annotations: { tasks, regions, logs } }: Summary): string {
  const section = (title: string, entries: readonly Annotation[]) => {
    if (entries.length === 0) return '';
    const rows = entries.slice(0, MAX_BODIES).flatMap(({ name, count: n, duration }) => {
      const figures = [count(n), ...(duration.n > 0 ? quantiles.map((q) => time(duration[q])) : ['none ended'])];
      const label = name === '' ? '(no name)' : name;
      return label.length > MAX_LABEL ? [[label], ['', ...figures]] : [[label, ...figures]];
    });
    const more = entries.length - MAX_BODIES;
    return (
      table([[title, 'n', ...quantiles]], spentWidths, '') +
      table(rows, spentWidths.with(0, spentWidths[0]! - 2)) +
      (more > 0 ? `and ${count(more)} more\n` : '')
    );
  };
  return (
    section('User tasks', tasks) + section('User regions', regions) + (logs > 0 ? `${plural(logs, 'user log')}\n` : '')
  );
}

function gc({ collections }: Summary): string {
  if (!collections) return '';
  const { cycles, share, maxHeap, ranges } = collections;
  const heap = maxHeap > 0 ? `heap at most ${size(maxHeap)}` : '';
  if (ranges.length === 0) return heap === '' ? '' : `GC  none; ${heap}\n`;
  const active = cycles > 0 ? `a collection was active for ${percent(share)} of the time` : 'no collection';
  return (
    table([['GC', 'n', 'total', 'max']], sumWidths, '') +
    table(
      ranges.map((range) => sumRow(range.name, range)),
      sumWidths.with(0, sumWidths[0]! - 2),
    ) +
    `  ${active}${heap === '' ? '' : `; ${heap}`}\n`
  );
}
