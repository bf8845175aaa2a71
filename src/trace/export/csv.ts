// A trace as comma-separated values (RFC 4180): one line per event, in order, below a line with the names of the columns.

import { argNames, creations, ev, eventName } from '../event.js';
import { argOf, entryName, type Trace } from '../model.js';
import { stackLines } from './names.js';

/** Characters that are collected before they are yielded. */
const CHUNK = 1 << 16;

/** Names of the columns. */
export const csvColumns = [
  'ns', // since the first event
  'event',
  'p', // number of the P; from 1000001 for events on no P: timers, network, system calls, collector
  'g', // the goroutine's number
  'body', // its entry function
  'other_g', // GoCreate: the new goroutine; GoUnblock: the one that becomes runnable
  'args', // all arguments, name=value
  'duration_ns', // until the end of what it begins; empty if it begins nothing, or that does not end
  'stack', // function file:line, leaf first, separated by semicolons
  'thread', // number of the thread; empty if it is not known
] as const;

/** Arguments that are texts. */
const texts = ['typeid', 'labelid', 'keyid', 'message', 'reason'];
/** The same in format v2 only. */
const textsV2 = [...texts, 'kind'];

/** The text, in pieces. */
export function* csvTrace(trace: Trace): Generator<string> {
  const { events } = trace;
  const { type, ts, p, m, g, stack, link, length } = events;
  const bodies: (string | undefined)[] = [];
  const stacks: (string | undefined)[] = [];
  const { entry, id } = trace.goroutines;
  const { samples, threads } = trace;
  const textual = trace.version >= 22 ? textsV2 : texts;
  let sample = 0;
  let out = `${csvColumns.join(',')}\n`;
  for (let e = 0; e < length; e++) {
    for (; sample < samples.length && samples.ts[sample]! <= ts[e]!; sample++) out += sampleLine(sample);
    const own = g[e]!;
    const t = type[e]!;
    const hasOther = t === ev.GoUnblock || creations.includes(t);
    const values = argNames[t]?.map((name, k) => argument(name, argOf(events, e, k))) ?? [];
    out +=
      `${ts[e]},${eventName(t)},${p[e]},${id[own]},${bodyOf(own)},${hasOther ? id[argOf(events, e)] : ''},` +
      `${quoteField(values.join(' '))},${link[e]! < 0 ? '' : ts[link[e]!]! - ts[e]!},${stackOf(stack[e]!)},${threadOf(m[e]!)}\n`;
    if (out.length > CHUNK) {
      yield out;
      out = '';
    }
  }
  for (; sample < samples.length; sample++) out += sampleLine(sample);
  yield out;

  function sampleLine(s: number): string {
    const own = samples.g[s]!;
    const at = `${samples.ts[s]},CPUSample,${samples.p[s]},${id[own]},${bodyOf(own)}`;
    return `${at},,,,${stackOf(samples.stack[s]!)},${threadOf(samples.m[s]!)}\n`;
  }

  function threadOf(m: number): number | string {
    return m === 0 ? '' : threads[m]!;
  }

  function bodyOf(own: number): string {
    bodies[entry[own]!] ??= quoteField(entryName(trace, own));
    return bodies[entry[own]!]!;
  }

  function stackOf(k: number): string {
    stacks[k] ??= quoteField(stackLines(trace, k).join(';'));
    return stacks[k]!;
  }

  /** An argument as `name=value`; '' if it is a reason that the trace does not have. */
  function argument(name: string, x: number): string {
    if (name === 'reason' && x === 0) return '';
    if (name === 'g') return `g=${id[x] ?? x}`;
    if (name === 'thread') return `thread=${trace.threads[x] ?? x}`;
    return `${name}=${textual.includes(name) ? JSON.stringify(trace.strings[x] ?? '') : x}`;
  }
}

/** Quotes a field, if needed. */
function quoteField(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
