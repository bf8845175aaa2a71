// Format v1 (Go 1.7 to 1.21): the passes from the bytes of a file to its events in one order, in nanoseconds.
//
//   reader.ts      bounds of the records, tables
//   streams.ts     the streams of the Ps merged into one order, in columns
//   rearrange.ts   real times of system calls; wake-ups in vain removed; nanoseconds

import type { Decoded } from '../columns.js';
import { badBytes, TraceError } from '../error.js';
import type { CPUSamples } from '../model.js';
import type { IdTable } from '../tables.js';
import { ENDING, PREAMBLE } from '../writer.js';
import { compact, type RecordColumns } from './columns.js';
import { Cursor } from './cursor.js';
import { GoTable } from './gotable.js';
import { type Records, readRecords } from './reader.js';
import { realExits, toNs, withoutFutile } from './rearrange.js';
import { mergeStreams } from './streams.js';

/** Ticks per second of a truncated file without a Frequency record: our own ticks are nanoseconds. */
const DEFAULT_HZ = 1e9;

/** Decodes the file, whose header has this minor version. @throws TraceError, one line */
export function readV1(bytes: Uint8Array, version: number): Decoded {
  const records = readRecords(bytes, version);
  const isCut = records.end < bytes.length || records.hz === 0 || isUnfinished(bytes);
  if (records.events === 0) {
    throw new TraceError('trace: the trace is empty: the file has no whole event', records.end);
  }
  const gos = new GoTable(records.creates, records.maxGoid, records.timers);
  const stackIds = records.stacks.ids();
  const { events, isWhole } = mergeStreams(records, gos, stackIds, isCut);
  if (events.length === 0)
    throw new TraceError('trace: no event can be the first, because each requires another one before it', records.end);
  rearrange(events, gos);
  const { samples, offsets: sampleOffsets } = readSamples(records, gos, stackIds);

  // Like Go's tool, times count from the first event, and samples are events here.
  const zero = Math.min(events.ts[0]!, samples.ts[0] ?? events.ts[0]!);
  const hz = records.hz === 0 ? DEFAULT_HZ : records.hz;
  toNs(events.ts, events.length, zero, hz, events.offset[events.length - 1]!);
  toNs(samples.ts, samples.length, zero, hz, sampleOffsets.at(-1) ?? 0);
  const procs = 1 + records.pids.reduce((max, pid) => Math.max(max, pid), -1);
  return {
    ...compact(events, gos.length, procs, records.strings.texts, bytes),
    ids: gos.id.subarray(0, gos.length),
    samples,
    ...records.stacks.build(records.strings),
    strings: records.strings.texts,
    procs,
    end: records.end,
    isShort: isCut || !isWhole,
    offsets: { events: events.offset, samples: sampleOffsets },
  };
}

/** True if our runtime began to write this file and did not finish it: chunks of some Ps may be missing. */
function isUnfinished(bytes: Uint8Array): boolean {
  const isAt = (part: Uint8Array, at: number) => part.every((byte, k) => byte === bytes[at + k]);
  return isAt(PREAMBLE, 0) && !isAt(ENDING, bytes.length - ENDING.length);
}

/** Brings the events into the order of their real times, without wake-ups in vain. */
function rearrange(events: RecordColumns, gos: GoTable): void {
  const byTime = realExits(events, gos.length);
  if (byTime !== undefined) events.rearrange(byTime);
  const kept = withoutFutile(events, gos.length);
  if (kept !== undefined) events.rearrange(kept);
}

/**
 * Reads the CPU samples of Go 1.19 and later. Their records are in the streams of the Ps, but each has a time, a P and a
 * goroutine as arguments, because Go's profiler writes a sample some time after it was taken.
 *
 * @returns the samples by time, in ticks, and the offsets of their records
 * @throws TraceError beyond 2^53 ticks
 */
function readSamples(
  records: Records,
  gos: GoTable,
  stackIds: IdTable,
): { readonly samples: CPUSamples; readonly offsets: Float64Array } {
  const n = records.samples;
  const ts = new Float64Array(n);
  const offset = new Float64Array(n);
  const p = new Int32Array(n);
  const g = new Uint32Array(n);
  const stack = new Uint32Array(n);
  let i = 0;
  for (let stream = 0; n > 0 && stream < records.pids.length; stream++) {
    for (const cursor = new Cursor(records, stream, { samples: true }); cursor.next(); i++) {
      if (cursor.a > Number.MAX_SAFE_INTEGER) throw badBytes(cursor.offset, 'a CPUSample is later than 2^53 ticks');
      ts[i] = cursor.a;
      offset[i] = cursor.offset;
      p[i] = cursor.b > 0x7fffffff ? -1 : cursor.b;
      g[i] = Math.max(gos.ids.get(cursor.c), 0);
      stack[i] = Math.max(stackIds.get(cursor.stack), 0);
    }
  }
  const byTime = Int32Array.from({ length: n }, (_, k) => k).sort((a, b) => ts[a]! - ts[b]! || a - b);
  const samples = {
    length: n,
    ts: Float64Array.from(byTime, (k) => ts[k]!),
    p: Int32Array.from(byTime, (k) => p[k]!),
    m: new Uint16Array(n),
    g: Uint32Array.from(byTime, (k) => g[k]!),
    stack: Uint32Array.from(byTime, (k) => stack[k]!),
  };
  return { samples, offsets: Float64Array.from(byTime, (k) => offset[k]!) };
}
