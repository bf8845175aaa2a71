// A trace as text, one line per event, as `go tool trace -d` of Go 1.19 prints it: Event.String in
// internal/trace/parser.go. The arguments are those in the file, with its own ids of stacks and strings. The model does not
// keep these, so they are read again from the record.

import { ev, eventInfo } from '../event.js';
import type { Trace } from '../model.js';
import { recordArgs } from '../v1/cursor.js';
import { stopReason } from './names.js';

/** Characters that are collected before they are yielded. */
const CHUNK = 1 << 16;

/** Go's tool's names of events that differ from those in event.ts. */
const dumpNames: { readonly [type: number]: string } = {
  [ev.STWStart]: 'GCSTWStart',
  [ev.STWDone]: 'GCSTWDone',
  [ev.SweepStart]: 'GCSweepStart',
  [ev.SweepDone]: 'GCSweepDone',
  [ev.MarkAssistStart]: 'GCMarkAssistStart',
  [ev.MarkAssistDone]: 'GCMarkAssistDone',
};
/** The same for the names of arguments. */
const dumpArgs: { readonly [type: number]: readonly string[] } = {
  [ev.GoCreate]: ['g', 'stack'],
  [ev.STWStart]: ['kindid'],
  [ev.GoStartLabel]: ['g', 'seq', 'labelid'],
};

/** The text of a trace, in pieces. @param bytes the file of the trace, in format v1 */
export function* textTrace(trace: Trace, bytes: Uint8Array): Generator<string> {
  const { type, ts, p, g, offset, length } = trace.events;
  const { samples, goroutines } = trace;
  let sample = 0;
  let out = '';
  for (let e = 0; e < length; e++) {
    for (; sample < samples.length && samples.ts[sample]! <= ts[e]!; sample++) out += sampleLine(sample);
    out += head(ts[e]!, type[e]!, p[e]!, goroutines.id[g[e]!]!, offset[e]!);
    const args = recordArgs(bytes, offset[e]!);
    for (const [k, name] of namesOf(type[e]!).entries()) out += ` ${name}=${args[k] ?? 0}`;
    out += `${texts(trace, e)}\n`;
    if (out.length > CHUNK) {
      yield out;
      out = '';
    }
  }
  for (; sample < samples.length; sample++) out += sampleLine(sample);
  yield out;

  /** Go's tool shows `ts=0`, because it has used that argument as the time of the event. */
  function sampleLine(s: number): string {
    const [, onP, ofG] = recordArgs(bytes, samples.offset[s]!);
    const own = head(samples.ts[s]!, ev.CPUSample, samples.p[s]!, Number(ofG), samples.offset[s]!);
    return `${own} ts=0 p=${onP} g=${ofG}\n`;
  }
}

function head(ts: number, type: number, p: number, g: number, offset: number): string {
  return `${ts} ${dumpNames[type] ?? eventInfo[type]!.name} p=${p} g=${g} off=${offset}`;
}

function namesOf(type: number): readonly string[] {
  return dumpArgs[type] ?? eventInfo[type]!.args;
}

/** The texts that the arguments of event `e` stand for. */
function texts(trace: Trace, e: number): string {
  const { type, args } = trace.events;
  const string = (k: 1 | 2) => trace.strings[args[k][e]!] ?? '';
  switch (type[e]) {
    case ev.STWStart:
      return ` kind=${stopReason(trace, args[0][e]!)}`;
    case ev.GoStartLabel:
      return ` label=${string(2)}`;
    case ev.UserTaskCreate:
    case ev.UserRegion:
      return ` name=${string(2)}`;
    case ev.UserLog:
      return ` category=${string(1)} message=${trace.messages.get(e) ?? ''}`;
    default:
      return '';
  }
}
