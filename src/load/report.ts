// Output of a load: the report, in the layout of rakyll/hey's, so that a reader who knows the one can read the other; and
// its answers as comma-separated values with hey's columns.
//
// Unlike hey's report, its latencies are those of the answers with a 2xx status; with a rate they count from when a request was
// due (schedule.ts); a percentile is always one of the latencies, where hey's index may be past their end; and each line
// of the details has its own fastest and slowest.

import type { Histogram } from '../lib/histogram.js';
import { noun } from '../lib/numbers.js';
import { type Done, type Phases, phaseNames } from './exchange.js';
import type { Stats } from './stats.js';

/** The percentiles that hey prints. */
const PERCENTS = [10, 25, 50, 75, 90, 95, 99];
/** Steps of the response time histogram from the fastest to the slowest, as hey's. */
const STEPS = 10;
/** Characters of the longest bar, as hey's. */
const BAR = 40;
/** This program's own delay in nanoseconds that the report mentions: 50 ms show in the tenths of a second of a latency. */
const LATE_NS = 50e6;

const titles: Readonly<Record<keyof Phases, string>> = {
  dial: 'DNS+dialup',
  lookup: 'DNS-lookup',
  write: 'req write',
  wait: 'resp wait',
  read: 'resp read',
};

/** The report as text, to its last line break. */
export function report(stats: Stats): string {
  const { latency, service, others, behind } = stats;
  const sections = [section('Summary', summary(stats))];
  if (latency.n > 0) {
    sections.push(section('Response time histogram', histogram(latency)));
    const from = behind > 0 ? ' (from when each request was due)' : '';
    sections.push(section(`Latency distribution${from}`, percentiles(latency)));
    if (behind > 0) {
      sections.push(section('Service time distribution (from when each request was sent)', percentiles(service)));
    }
    sections.push(section('Details (average, fastest, slowest)', details(stats)));
  }
  if (others.n > 0) sections.push(section('Latency distribution of other answers than 2xx', percentiles(others)));
  if (stats.statuses.size > 0) sections.push(section('Status code distribution', statuses(stats)));
  if (stats.errors.size > 0) sections.push(section('Error distribution', errors(stats)));
  const notes = notesOf(stats);
  if (notes.length > 0) sections.push(section('Notes', notes));
  return `\n${sections.join('\n')}`;
}

function section(title: string, lines: readonly string[]): string {
  return `${title}:\n${lines.map((line) => (line === '' ? '\n' : `  ${line}\n`)).join('')}`;
}

const secs = (ns: number) => `${(ns / 1e9).toFixed(4)} secs`;

function summary({ latency, totalNs, answers, failures, bytes }: Stats): string[] {
  const aSecond = (n: number) => (totalNs === 0 ? 0 : (n * 1e9) / totalNs).toFixed(4);
  const ended = answers + failures;
  return [
    `Total:\t${secs(totalNs)}`,
    ...(latency.n === 0
      ? ['Succeeded:\tnone']
      : [`Slowest:\t${secs(latency.max)}`, `Fastest:\t${secs(latency.min)}`, `Average:\t${secs(latency.mean)}`]),
    `Requests/sec:\t${aSecond(ended)}`,
    ...(latency.n > 0 && latency.n < ended ? [`2xx/sec:\t${aSecond(latency.n)}`] : []),
    ...(answers > 0 ? ['', `Total data:\t${bytes} bytes`, `Size/request:\t${Math.floor(bytes / answers)} bytes`] : []),
  ];
}

/** One bar for the fastest, and one for each step up to the slowest. */
function histogram(latency: Histogram): string[] {
  const { min, max } = latency;
  const bounds = Array.from({ length: STEPS + 1 }, (_, k) => (k === STEPS ? max : min + ((max - min) * k) / STEPS));
  const upTo = latency.upTo(bounds);
  const counts = upTo.map((n, k) => n - (upTo[k - 1] ?? 0));
  const most = Math.max(...counts);
  return bounds.map((bound, k) => {
    const bar = '■'.repeat(Math.round((BAR * counts[k]!) / most));
    return `${(bound / 1e9).toFixed(3)} [${counts[k]}]\t|${bar}`;
  });
}

function percentiles(times: Histogram): string[] {
  return PERCENTS.map((percent) => `${percent}% in ${secs(times.percentile(percent))}`);
}

function details({ latency, phases }: Stats): string[] {
  return phaseNames.map((name) => {
    const { total, min, max } = phases[name];
    return `${titles[name]}:\t${secs(total / latency.n)}, ${secs(min)}, ${secs(max)}`;
  });
}

function statuses({ statuses }: Stats): string[] {
  const byStatus = [...statuses].sort(([a], [b]) => a - b);
  return byStatus.map(([status, n]) => `[${status}]\t${n} ${noun(n, 'response')}`);
}

function errors({ errors }: Stats): string[] {
  const byCount = [...errors].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return byCount.map(([what, n]) => `[${n}]\t${what}`);
}

function notesOf({ behind, unsent, stopped, lateNs }: Stats): string[] {
  const requests = (n: number) => `${n} ${noun(n, 'request')}`;
  const lines: string[] = [];
  if (behind > 0) lines.push(`${requests(behind)} sent later than due, because the one before took too long`);
  if (unsent > 0) lines.push(`${requests(unsent)} due before the end, but never sent`);
  if (stopped > 0) lines.push(`${requests(stopped)} under way when this was stopped, and not counted`);
  if (lateNs >= LATE_NS)
    lines.push(`this program itself was up to ${secs(lateNs)} late: ask for less, or give it a core`);
  return lines;
}

/** The first line of the comma-separated values. */
export const csvHead = 'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n';

/**
 * The line of one request, in seconds; empty if it has no answer, as in hey. The offset is the start of its response time:
 * with a rate, the time at which it was due.
 */
export function csvLine({ exchange, startNs, endNs }: Done): string {
  if (exchange.kind !== 'answer') return '';
  const { dial, lookup, write, wait, read } = exchange.phases;
  const times = [endNs - startNs, dial, lookup, write, wait, read].map(seconds);
  return `${[...times, exchange.status, seconds(startNs)].join(',')}\n`;
}

const seconds = (ns: number) => (ns / 1e9).toFixed(4);
