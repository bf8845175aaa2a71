// Traces of format v1 in pieces: the same however the file arrives; and of files of ours, what is complete so far.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'mandel/run';
import { bytesOf, checkTrace, type Events, ev, parse, type Trace, TraceError, TraceReader } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { chunkedTrace } from '../programs/lib/chunkedtrace.js';
import { pxTrace } from '../programs/lib/pxtrace.js';
import { everything, wokenForNothing } from '../programs/lib/tracecases.js';
import { corpus, damaged } from '../programs/lib/tracefuzz.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

/** Reads in pieces of this size. */
function inPieces(bytes: Uint8Array, size: number): Trace {
  const reader = new TraceReader({ keepOffsets: true });
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.slice(at, at + size));
  return reader.end();
}

const whole = (bytes: Uint8Array) => parse(bytes, { keepOffsets: true });

/** The trace, or what is wrong with it. */
function outcome(read: () => Trace): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof TraceError) return [error.message, error.offset];
    throw error;
  }
}

const traces: readonly (readonly [string, Uint8Array])[] = [
  ['every kind of record', everything().bytes],
  ['every kind of record, with CPU samples', everything('go 1.19 trace').bytes],
  ['wake-ups in vain', wokenForNothing(true).bytes],
  ['a px trace', pxTrace(100, 4)],
  ['chunks of three Ps', chunkedTrace(3, 400, 300, 1)],
];

describe('a trace of format v1', () => {
  test.each(traces)('is the same in pieces of any size: %s', (_, bytes) => {
    for (const size of [1, 2, 7, 63, 100, 1000]) expect(inPieces(bytes, size)).toEqual(whole(bytes));
  });

  test.each(traces)('that is cut is the same in pieces: %s', (_, bytes) => {
    for (let end = bytes.length - 1; end > 0; end -= Math.ceil(bytes.length / 100)) {
      const cut = bytes.subarray(0, end);
      expect(outcome(() => inPieces(cut, 100))).toEqual(outcome(() => whole(cut)));
    }
  });

  test('that is damaged has the same fault in pieces', () => {
    const files = corpus().filter((bytes) => bytes.length < 4000);
    for (let seed = 0; seed < 300; seed++) {
      const bytes = damaged(files, seed);
      const pieces = outcome(() => inPieces(bytes, [1, 5, 64, 101][seed % 4]!));
      expect(pieces, `seed ${seed}`).toEqual(outcome(() => whole(bytes)));
    }
  });

  test('counts the bytes that it takes: at most 48 per event', () => {
    const bytes = pxTrace(3000, 2);
    const { events, goroutines, stacks, frames, strings, ...rest } = parse(bytes);
    const tables = 4 * (stacks.first.length + stacks.frame.length) + 20 * frames.length + 8 * rest.threads.length;
    const texts = strings.reduce((sum, text) => sum + 16 + text.length, 0);
    const columns = 31 * events.length + 8 * events.numbers.length + 28 * goroutines.length;
    const size = bytesOf({ events, goroutines, stacks, frames, strings, ...rest });
    expect(size).toBe(columns + tables + texts);
    expect(size - tables - texts).toBeLessThan(48 * events.length);
  });
});

type Column = Events[Exclude<keyof Events, 'length'>];

/** Whether two columns are equal: expect() takes seconds for a hundred thousand numbers. */
function isEqual(a: Column, b: Column): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Column) => Buffer.from(buffer, byteOffset, byteLength);
  return bytes(a).equals(bytes(b));
}

/** What of a trace is not the beginning of another one: names of columns; events before `from` have been compared already. */
function differences(part: Trace, trace: Trace, from = 0): string[] {
  const { length, numbers, link } = part.events;
  const columns = ['type', 'ts', 'p', 'm', 'g', 'stack', 'arg'] as const;
  const found: string[] = columns.filter(
    (name) => !isEqual(part.events[name].subarray(from), trace.events[name].subarray(from, length)),
  );
  // Its links lead to its own events.
  const links = trace.events.link.slice(0, length).map((to) => (to < length ? to : -1));
  if (!isEqual(link, links)) found.push('link');
  if (!isEqual(numbers, trace.events.numbers.subarray(0, numbers.length))) found.push('numbers');
  const { goroutines, stacks } = trace;
  if (!isEqual(part.goroutines.id, goroutines.id.subarray(0, part.goroutines.length))) found.push('id');
  if (!isEqual(part.goroutines.entry, goroutines.entry.subarray(0, part.goroutines.length))) found.push('entry');
  if (!isEqual(part.stacks.frame, stacks.frame.subarray(0, part.stacks.frame.length))) found.push('frame');
  if (part.strings.some((text, k) => text !== trace.strings[k])) found.push('strings');
  return found;
}

/** Reads in pieces, and calls `look` with what is complete after each of them if that has grown. @returns how often it has */
function grow(bytes: Uint8Array, size: number, look: (part: Trace, before: number) => void): number {
  const reader = new TraceReader();
  let times = 0;
  let before = 0;
  for (let at = 0; at < bytes.length; at += size) {
    reader.push(bytes.slice(at, at + size));
    const part = reader.soFar();
    if (part === undefined || part.events.length === before) continue;
    look(part, before);
    before = part.events.length;
    times++;
  }
  const last = reader.end();
  expect([last.events.length, differences(last, parse(bytes))]).toEqual([parse(bytes).events.length, []]);
  return times;
}

describe('what is complete so far of a trace of ours', () => {
  const cases = [1, 2, 3, 4].flatMap((procs) => [1, 2].map((seed) => [procs, seed] as const));

  test.each(cases)('is the beginning of the whole: %d Ps, seed %d', (procs, seed) => {
    const bytes = chunkedTrace(procs, 2000, 400, seed);
    const trace = parse(bytes);
    expect([...trace.events.type]).toContain(ev.GCStart);
    for (const size of [100, 997, 4096]) {
      const times = grow(bytes, size, (part, before) => {
        expect(differences(part, trace, before)).toEqual([]);
        expect(part.durationNs).toBe(part.events.ts.at(-1));
        expect(part.procs).toBe(procs); // nothing is complete before all Ps have written
        if (size === 997) checkTrace(part);
      });
      // Most pieces of 4096 bytes have the end of a chunk of the P that is the furthest behind.
      expect(times).toBeGreaterThan(bytes.length / 4096 / 2);
    }
  });

  test('is the same trace if nothing is new', () => {
    const bytes = chunkedTrace(2, 1000, 400, 3);
    const reader = new TraceReader();
    reader.push(bytes.subarray(0, bytes.length / 2));
    const part = reader.soFar();
    expect(part?.events.length).toBeGreaterThan(0);
    reader.push(bytes.subarray(bytes.length / 2, bytes.length / 2 + 1));
    expect(reader.soFar()).toBe(part);
  });

  test('is nothing of a file that is not ours: Go writes its frequency and stacks last', () => {
    const reader = new TraceReader();
    reader.push(pxTrace(100, 2));
    expect(reader.soFar()).toBe(undefined);
    expect(reader.end().events.length).toBeGreaterThan(0);
  });

  test('is the beginning of a run on threads, collections included', async () => {
    const dir = tempDir();
    const file = join(dir, 'trace.out');
    const body = `
export function* worker(wg, n) {
  let keep = [];
  for (let k = 0; k < n; k++) {
    keep.push(new Array(40).fill(k));
    if (k % 500 === 0) keep = [];
    yield* gosched();
  }
  wg.done();
}
export function* main(n) {
  const wg = new WaitGroup();
  wg.add(4);
  for (let k = 0; k < 4; k++) go(worker, wg, n);
  yield* wg.wait();
}`;
    const program = { modules: [`file://${writeProgram(dir, 'p', body)}`], args: [40_000] };
    expect((await run(program, { procs: 2, trace: file, seed: 1 })).status).toBe('ok');
    const bytes = readFileSync(file);
    const trace = parse(bytes);
    expect([...trace.events.type]).toContain(ev.GCStart);
    const times = grow(bytes, 1 << 16, (part, before) => {
      expect(differences(part, trace, before)).toEqual([]);
    });
    expect(times).toBeGreaterThan(0);
  });
});
