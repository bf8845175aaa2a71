// A trace as text, one line per event, as `go tool trace -d` of Go 1.19 prints it: Event.String in
// internal/trace/parser.go. The arguments are those in the file, with its own ids of stacks and strings. The model does not
// keep these, so they are read again from the record.

import { stopReason } from '../analysis/ranges.js';
import { ev, eventInfo } from '../event.js';
import { argOf, type Offsets, type Trace } from '../model.js';
import { recordArgs } from '../v1/cursor.js';

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

/**
 * The text of a trace, in pieces.
 *
 * @param offsets where the records of the trace are
 * @param bytes the file of the trace, in format v1
 */
export function* textTrace(trace: Trace, offsets: Offsets, bytes: Uint8Array): Generator<string> {
  const { type, ts, p, g, length } = trace.events;
  const offset = offsets.events;
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
    const [, onP, ofG] = recordArgs(bytes, offsets.samples[s]!);
    const own = head(samples.ts[s]!, ev.CPUSample, samples.p[s]!, Number(ofG), offsets.samples[s]!);
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
  const { events } = trace;
  const string = (k: number) => trace.strings[argOf(events, e, k)] ?? '';
  switch (events.type[e]) {
    case ev.STWStart:
      return ` kind=${stopReason(trace, argOf(events, e))}`;
    case ev.GoStartLabel:
      return ` label=${string(0)}`;
    case ev.UserTaskCreate:
    case ev.UserRegion:
      return ` name=${string(2)}`;
    case ev.UserLog:
      return ` category=${string(1)} message=${string(2)}`;
    default:
      return '';
  }
}
