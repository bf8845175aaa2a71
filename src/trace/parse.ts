// From the bytes of a trace file to the model: all the passes, in their order. After parse of internal/trace/parser.go.
//
//   reader.ts   header, bounds of the records, tables
//   order.ts    the streams of the Ps in one order, in columns
//   retime.ts   when system calls really returned; nanoseconds
//   futile.ts   without the wake-ups for nothing of old traces
//   check.ts    legal transitions of goroutines and Ps
//   nest.ts     GC, tasks and regions begin before they end
//   link.ts     what ended what; the goroutines

import { readFileSync } from 'node:fs';
import { reason } from '../lib/systemerror.js';
import { check, type Fault } from './check.js';
import type { Columns } from './columns.js';
import { messageBounds } from './cursor.js';
import { badEvent, TraceError } from './error.js';
import { ev } from './event.js';
import { withoutFutile } from './futile.js';
import { GoTable } from './gotable.js';
import { linkGoroutines } from './link.js';
import type { CPUSamples, Trace } from './model.js';
import { nest } from './nest.js';
import { order } from './order.js';
import { type Records, readRecords } from './reader.js';
import { realExits, toNs } from './retime.js';
import { readSamples } from './samples.js';
import { textOf } from './tables.js';
import { ENDING, PREAMBLE } from './writer.js';

export { TraceError } from './error.js';

/** Ticks a second of a cut file that does not tell: ours count nanoseconds. */
const NANOSECONDS = 1e9;

/** Why a file cannot be read, by Node's code, where the words of the system would not do. */
const unreadable: { readonly [code: string]: string } = {
  ENOENT: 'no such file',
  EISDIR: 'expected a trace, got a directory',
  ERR_FS_FILE_TOO_LARGE: 'expected at most 2 GiB',
};

/** A trace, and the bytes that it was read from. */
export interface TraceFile {
  readonly trace: Trace;
  readonly bytes: Uint8Array;
}

/** Reads the trace file at `path`. @throws TraceError that names the file, one line */
export function readTrace(path: string): Trace {
  return readTraceFile(path).trace;
}

/** The same, for those who want its bytes as well. @throws TraceError that names the file, one line */
export function readTraceFile(path: string): TraceFile {
  try {
    const bytes = readFileSync(path);
    return { trace: parse(bytes), bytes };
  } catch (error) {
    if (error instanceof TraceError) {
      const message = error.message.replace('trace: ', () => `trace: ${path}: `);
      throw new TraceError(message, error.offset, { cause: error });
    }
    const { code } = error as NodeJS.ErrnoException;
    throw new TraceError(`trace: ${path}: ${unreadable[code ?? ''] ?? reason(error)}`, -1, { cause: error });
  }
}

/**
 * Reads a trace, of ours or of Go 1.7 to 1.21, and checks all of it. A trace that ends in the middle is read as far as
 * it makes sense, and says so (`cut`).
 *
 * @throws TraceError, one line, with the offset of what is wrong
 */
export function parse(bytes: Uint8Array): Trace {
  const records = readRecords(bytes);
  const isCut = records.end < bytes.length || records.hz === 0 || isUnfinished(bytes);
  if (records.events === 0) {
    throw new TraceError('trace: the trace is empty: no whole event is in it', records.end);
  }
  const gos = new GoTable(records.creates, records.maxGoid, records.timers);
  const stackIds = records.stacks.ids();
  const { events, isWhole } = order(records, gos, stackIds, isCut);
  if (events.length === 0) throw new TraceError('trace: no event of the trace can be the first', records.end);
  retime(events, gos);
  const { samples, lastAt } = readSamples(records, gos, stackIds);

  // Like Go's tool, times count from the first event, and samples are events here.
  const zero = Math.min(events.ts[0]!, samples.ts[0] ?? events.ts[0]!);
  const hz = records.hz === 0 ? NANOSECONDS : records.hz;
  toNs(events.ts, events.length, zero, hz, events.offset[events.length - 1]!);
  toNs(samples.ts, samples.length, zero, hz, lastAt);

  const procs = 1 + records.pids.reduce((max, pid) => Math.max(max, pid), -1);
  const maxP = Math.max(procs - 1, 0);
  const isShort = isCut || !isWhole;
  const fault = check(events, gos.id.subarray(0, gos.length), maxP);
  if (fault !== undefined) throw badEvent(fault.event, events.offset[fault.event]!, fault.what);
  stopAt(events, nest(events, records.version), isShort);
  forgetUnborn(events, gos, samples);
  const goroutines = linkGoroutines(events, gos);
  const { stacks, frames } = records.stacks.build(records.strings);
  return {
    version: records.version,
    events,
    goroutines,
    stacks,
    frames,
    samples,
    strings: records.strings.texts,
    messages: messagesOf(events, records),
    procs,
    durationNs: events.ts[events.length - 1]!,
    cut: isShort ? { offset: records.end, size: bytes.length } : undefined,
  };
}

/** True if this is a file of ours that nobody has finished: chunks of some Ps may be missing. */
function isUnfinished(bytes: Uint8Array): boolean {
  const isAt = (part: Uint8Array, at: number) => part.every((byte, k) => byte === bytes[at + k]);
  return isAt(PREAMBLE, 0) && !isAt(ENDING, bytes.length - ENDING.length);
}

/** Brings the events into the order of their real times, without futile wake-ups. */
function retime(events: Columns, gos: GoTable): void {
  const byTime = realExits(events, gos.length);
  if (byTime !== undefined) events.rearrange(byTime);
  const kept = withoutFutile(events, gos.length);
  if (kept !== undefined) events.rearrange(kept);
}

/**
 * A fault is an error; but in a trace with an end missing it is where it stops to make sense: one P stops the world,
 * another starts it. What goroutines and Ps do makes sense to the last, as each P's events are all there up to a point.
 */
function stopAt(events: Columns, fault: Fault | undefined, isShort: boolean): void {
  if (fault === undefined) return;
  if (!isShort || fault.event === 0) throw badEvent(fault.event, events.offset[fault.event]!, fault.what);
  events.truncate(fault.event);
}

/** Leaves out goroutines whose creation has been cut off: they are the last ones. */
function forgetUnborn(events: Columns, gos: GoTable, samples: CPUSamples): void {
  let born = 0;
  for (let i = 0; i < events.length; i++) if (events.type[i] === ev.GoCreate) born++;
  gos.length = 1 + born;
  for (let i = 0; i < samples.length; i++) if (samples.g[i]! > born) samples.g[i] = 0;
}

function messagesOf(events: Columns, records: Records): Map<number, string> {
  const messages = new Map<number, string>();
  for (let i = 0; i < events.length; i++) {
    if (events.type[i] !== ev.UserLog) continue;
    const { start, end } = messageBounds(records.bytes, events.offset[i]!);
    messages.set(i, textOf(records.bytes.subarray(start, end)));
  }
  return messages;
}
