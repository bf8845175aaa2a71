// From the bytes of a trace file to the model. The passes of the format family give one order of events; the rest is the
// same for all families. After parse of internal/trace/parser.go.
//
//   v1/passes.ts   format v1: bytes -> events in one order, in nanoseconds
//   check.ts       transitions of goroutines and Ps are legal
//   link.ts        ranges begin before they end; which event ends what another one begins

import { check, type Fault } from './check.js';
import { badEvent, TraceError } from './error.js';
import { ev } from './event.js';
import { linkGoroutines, linkRanges } from './link.js';
import type { Columns, CPUSamples, Decoded, Trace } from './model.js';
import { readV1 } from './v1/passes.js';
import { HEADER_SIZE } from './v1/reader.js';

/**
 * Reads a trace, of ours or of Go 1.7 to 1.21, and checks all of it. A truncated trace is read as far as it is consistent,
 * and its `cut` is set.
 *
 * @throws TraceError, one line, with the offset of the fault
 */
export function parse(bytes: Uint8Array): Trace {
  const version = readHeader(bytes);
  const decoded = readV1(bytes, version);
  const { events, ids, samples, stacks, frames, strings, procs, end, isShort } = decoded;
  const fault = check(events, ids, Math.max(procs - 1, 0));
  if (fault !== undefined) throw badEvent(fault.event, events.offset[fault.event]!, fault.what);
  stopAt(events, linkRanges(events, version), isShort);
  const goroutines = linkGoroutines(events, dropUncreated(events, ids, samples));
  return {
    version,
    events,
    goroutines,
    stacks,
    frames,
    samples,
    strings,
    messages: messagesOf(decoded),
    procs,
    durationNs: events.ts[events.length - 1]!,
    cut: isShort ? { offset: end, size: bytes.length } : undefined,
  };
}

/** Minor versions of the headers of format v1. */
const v1Versions = [7, 8, 9, 10, 11, 19, 21];

/** The minor version in the header of a trace file. @throws TraceError that says what the file is instead */
function readHeader(bytes: Uint8Array): number {
  if (bytes.length === 0) throw new TraceError('trace: the file is empty', 0);
  const head = String.fromCharCode(...bytes.subarray(0, HEADER_SIZE));
  const match = /^go 1\.(\d{1,3}) trace\0+$/.exec(head);
  if (match === null || head.length < HEADER_SIZE) {
    const isBegun =
      bytes.length < HEADER_SIZE && /^g(o( (1(\.(\d{1,3}( (t(r(a(c(e\0*)?)?)?)?)?)?)?)?)?)?)?$/.test(head);
    const found = isBegun ? 'it ends within its header' : 'expected "go 1.11 trace" or the like at its beginning';
    throw new TraceError(`trace: not a Go execution trace: ${found}`, 0);
  }
  const minor = Number(match[1]);
  if (v1Versions.includes(minor)) return minor;
  const is = `this is a "go 1.${minor} trace"`;
  const why =
    minor >= 22
      ? `v2 trace (go 1.${minor}); only the v1 format of Go 1.7 to 1.21 can be read`
      : minor < 7
        ? `${is}, whose stacks need the binary; traces of Go 1.7 to 1.21 can be read`
        : `${is}, which no Go wrote; expected 1.7, 1.8, 1.9, 1.10, 1.11, 1.19 or 1.21`;
  throw new TraceError(`trace: ${why}`, 0);
}

/**
 * Ends a truncated trace before the first event that does not nest; in a whole trace that event is an error. In a truncated
 * trace the end of one P's stream may be missing: one P stops the world, and the P that starts it again is not there.
 * Transitions of goroutines and Ps stay legal, because the merge has taken the events of each P up to some point.
 */
function stopAt(events: Columns, fault: Fault | undefined, isShort: boolean): void {
  if (fault === undefined) return;
  if (!isShort || fault.event === 0) throw badEvent(fault.event, events.offset[fault.event]!, fault.what);
  events.truncate(fault.event);
}

/** The ids without those of goroutines whose creation is no longer among the events: they are the last ones. */
function dropUncreated(events: Columns, ids: Float64Array, samples: CPUSamples): Float64Array {
  let created = 0;
  for (let i = 0; i < events.length; i++) if (events.type[i] === ev.GoCreate) created++;
  for (let i = 0; i < samples.length; i++) if (samples.g[i]! > created) samples.g[i] = 0;
  return ids.subarray(0, 1 + created);
}

function messagesOf(decoded: Decoded): Map<number, string> {
  const { type, offset, length } = decoded.events;
  const messages = new Map<number, string>();
  for (let i = 0; i < length; i++) {
    if (type[i] === ev.UserLog) messages.set(i, decoded.messageAt(offset[i]!));
  }
  return messages;
}
