// Traces of format v2 in the model: legal by the rules of the model, the same however the file arrives, whole generations only;
// and the profiles that Go 1.26 makes of them.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTrace, parse, type Trace, TraceError, TraceReader } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { encodeProfile } from '#src/pprof/proto.js';
import { blockingProfile } from '#src/pprof/tracewaits.js';
import { blocking, profileKinds } from '#src/trace/analysis/blocking.js';
import { badTraces } from '../../programs/lib/badtracesv2.js';
import { waitsOf } from '../../programs/lib/stackwaits.js';
import { checkFigures } from '../../programs/lib/tracefuzz2.js';
import { goProgramTrace, goProgramTraces } from '../../programs/lib/tracesv2.js';
import { goWaits } from '../../support/goprofile.js';
import { newestGo } from '../../support/gotool.js';
import { skipLoudly } from '../../support/loudskip.js';
import { tempDir } from '../../support/tempdir.js';

/** Reads in pieces of this size. */
function inPieces(bytes: Uint8Array, size: number): Trace {
  const reader = new TraceReader();
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.slice(at, at + size));
  return reader.end();
}

/** All columns of a trace, to be compared. */
function columns({ events, goroutines, samples, strings, generations, durationNs }: Trace) {
  return { events, goroutines, samples, strings, generations, durationNs };
}

describe('a trace of format v2 in the model', () => {
  test.each(goProgramTraces())('%s is legal', (name) => {
    const trace = parse(goProgramTrace(name));
    const census = checkTrace(trace);
    expect(trace.cut).toBeUndefined();
    expect(census.created).toBe(trace.goroutines.length - 1);
    // What is at time 0 was there before: the goroutine that started the trace runs.
    expect(trace.events.ts[0]).toBe(0);
    expect(census.running).toBeGreaterThan(0);
    expect(trace.durationNs).toBeGreaterThan(trace.events.ts[trace.events.length - 1]!);
  });

  test.each([1, 7, 1000])('is the same in pieces of %d bytes', (size) => {
    for (const name of ['cgo-2ms-1.26-p2.trace', 'notes-1.22-p4.trace', 'heap-profile-1.24-p4.trace']) {
      const bytes = goProgramTrace(name);
      expect(columns(inPieces(bytes, size))).toEqual(columns(parse(bytes)));
    }
  });

  test('grows by whole generations', () => {
    const bytes = goProgramTrace('cgo-2ms-1.26-p2.trace');
    const whole = parse(bytes);
    expect(whole.generations.length).toBe(3);
    const reader = new TraceReader();
    const lengths = new Set<number>();
    for (let at = 0; at < bytes.length; at += 100) {
      reader.push(bytes.slice(at, at + 100));
      const { events } = reader.soFar() ?? { events: { length: 0, type: new Uint8Array(0) } };
      lengths.add(events.length);
      expect(events.type).toEqual(whole.events.type.subarray(0, events.length));
    }
    expect([...lengths]).toEqual([0, ...whole.generations.slice(1).map(({ first }) => first), whole.events.length]);
  });

  test('that is cut has its whole generations, and is legal', () => {
    const bytes = goProgramTrace('cgo-2ms-1.26-p2.trace');
    const { generations } = parse(bytes);
    let least = Number.POSITIVE_INFINITY;
    for (let end = bytes.length - 1; end > 2000; end -= 509) {
      const reader = new TraceReader();
      reader.push(bytes.subarray(0, end));
      let trace: Trace;
      try {
        trace = reader.end();
      } catch {
        break; // within the first generation
      }
      checkTrace(trace);
      expect(trace.cut).toMatchObject({ size: end });
      expect(generations.map(({ first }) => first)).toContain(trace.events.length);
      least = Math.min(least, trace.generations.length);
    }
    expect(least).toBe(1);
  });
});

describe('a trace that is wrong or rare', () => {
  test.each(badTraces)('is legal, or one line: $is', ({ bytes }) => {
    const trace = traceOrLine(bytes);
    if (trace === undefined) return;
    checkTrace(trace);
    checkFigures(trace);
    for (const kind of profileKinds) blocking(trace, kind);
  });

  test.each([
    ['a goroutine that runs before its P is there', /^trace: event 2: GoEnd on P 0: g 1 is runnable, not running$/],
    ['two goroutines that run on one P', /^trace: event 4: GoStart on P 0: g 2 starts while g 1 still runs on the P$/],
    ['a P that stops under its goroutine', /^trace: event 6: GoBlock on P 1: g 1 is waiting, not running$/],
  ])('is refused if it contradicts itself: %s', (is, says) => {
    expect(() => parse(badTraces.find((row) => row.is === is)!.bytes)).toThrow(says);
  });

  test('has all Ps, whatever their numbers are', () => {
    const trace = parse(badTraces.find(({ is }) => is === 'ids of 64 bits')!.bytes);
    expect(trace.procs).toBeGreaterThan(0);
    expect(trace.procs).toBeLessThan(20_000);
    expect([...trace.goroutines.id]).toEqual([0, 2 ** 53, 2 ** 53 + 4]); // the doubles that are nearest
  });
});

/** The trace; undefined if it is refused in one line. */
function traceOrLine(bytes: Uint8Array): Trace | undefined {
  try {
    return parse(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(TraceError);
    expect((error as TraceError).message).toMatch(/^trace: .+$/);
    return undefined;
  }
}

describe('Go 1.26', () => {
  test('makes the same profiles of traces that are rare', async (context) => {
    const go = await newestGo(context);
    if (go.minor < 26) skipLoudly(context, 'there is no Go 1.26 on PATH');
    const file = join(tempDir(), 'rare.trace');
    for (const { is, bytes } of badTraces.filter(({ is }) => /^(a call since|a C thread)/.test(is))) {
      writeFileSync(file, bytes);
      const trace = parse(bytes);
      for (const kind of profileKinds) {
        const ours = waitsOf(encodeProfile(blockingProfile(trace, blocking(trace, kind))));
        expect([is, kind, ours]).toEqual([is, kind, await goWaits(go, file, kind)]);
      }
      expect(blocking(trace, 'syscall').length, is).toBeGreaterThan(0);
    }
  });

  test.for(goProgramTraces())('makes the same profiles of %s', async (name, context) => {
    const go = await newestGo(context);
    if (go.minor < 26) skipLoudly(context, 'there is no Go 1.26 on PATH');
    const bytes = goProgramTrace(name);
    const file = join(tempDir(), name);
    writeFileSync(file, bytes);
    const trace = parse(bytes);
    for (const kind of profileKinds) {
      const ours = waitsOf(encodeProfile(blockingProfile(trace, blocking(trace, kind))));
      expect([kind, ours]).toEqual([kind, await goWaits(go, file, kind)]);
    }
  });
});
