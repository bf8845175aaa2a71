// What is damaged of traces of format v2 (tracedamage2.ts), and what must become of it: events that are true to their tables, and at
// most one line that says what is wrong. What can be read is a legal trace, its parts are as well, and its figures are numbers.

import { checkTrace, parse, type Trace, TraceError } from 'mandel/trace';
import { Rng } from '#src/lib/rng.js';
import { blocking, profileKinds } from '#src/trace/analysis/blocking.js';
import { summarize } from '#src/trace/analysis/summary.js';
import { chromeTrace } from '#src/trace/export/chrome.js';
import { csvTrace } from '#src/trace/export/csv.js';
import { perfettoTrace } from '#src/trace/export/perfetto.js';
import { partOf } from '#src/trace/part.js';
import { kindOf } from '#src/trace/v2/event.js';
import { GenerationReader } from '#src/trace/v2/reader.js';
import type { Rows } from '#src/trace/v2/rows.js';
import { badTraces } from './badtracesv2.js';
import { goProgramTrace, goProgramTraces } from './tracesv2.js';

export { damaged } from './tracedamage2.js';

/** Small files, so that a million fit into an hour. */
const MAX_SIZE = 13_000;

/** What is damaged: traces of real programs, and rare ones made by hand. */
export function corpus(): Uint8Array[] {
  const rare = badTraces.filter(({ says }) => says === undefined).map(({ bytes }) => bytes);
  return [...rare, ...goProgramTraces().map(goProgramTrace)].filter((bytes) => bytes.length <= MAX_SIZE);
}

/** How reading went. @throws Error if it went as it must not */
export function verdict(bytes: Uint8Array): 'whole' | 'part' | 'none' {
  let last = -Infinity;
  let events = 0;
  const reader: GenerationReader = new GenerationReader((rows) => {
    last = checkRows(rows, reader, last);
    events += rows.length;
  });
  reader.push(bytes.subarray(0, bytes.length >> 1));
  reader.push(bytes.subarray(bytes.length >> 1));
  reader.end();
  const { fault, generations, wholeEnd } = reader;
  if (fault !== undefined) {
    if (!/^trace: .+$/.test(fault.message)) throw new Error(`not one line of ours: ${JSON.stringify(fault.message)}`);
    if (fault.offset > bytes.length) throw new Error(`no offset in the file: ${fault.message}`);
  }
  if (wholeEnd > Math.max(bytes.length, 16))
    throw new Error(`whole generations to ${wholeEnd} of ${bytes.length} bytes`);
  if (events < (generations.at(-1)?.end ?? 0)) throw new Error('a generation has events that were not handed out');
  if (fault === undefined) return 'whole';
  return generations.length > 0 ? 'part' : 'none';
}

/** Requires that rows refer to what the tables have, and that their times increase. @returns the last time */
function checkRows(rows: Rows, reader: GenerationReader, before: number): number {
  let last = before;
  for (let i = 0; i < rows.length; i++) {
    const time = rows.time[i]!;
    if (!(time > last) && Math.abs(time) < 2 ** 53) throw new Error(`time ${time} after ${last}`);
    last = time;
    if (kindOf[rows.type[i]!] === 0) throw new Error(`type ${rows.type[i]} is no event`);
    const isIn =
      rows.m[i]! < reader.threads.length &&
      rows.p[i]! < reader.procs.length &&
      rows.g[i]! < reader.goroutines.length &&
      rows.stack[i]! < reader.stacks.length;
    if (!isIn) throw new Error(`event ${i} refers to what is in no table`);
  }
  return last;
}

/**
 * What the model makes of a file: one line of ours, or a legal trace. With its seed, one of four things is done with the trace.
 * @throws Error if it went as it must not
 */
export function modelVerdict(bytes: Uint8Array, seed: number): 'whole' | 'part' | 'none' {
  let trace: Trace;
  try {
    trace = parse(bytes);
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    if (!/^trace: .+$/.test(error.message)) throw new Error(`not one line of ours: ${JSON.stringify(error.message)}`);
    return 'none';
  }
  const rng = new Rng(seed);
  switch (rng.below(4)) {
    case 0:
      checkTrace(trace);
      break;
    case 1:
      checkFigures(trace);
      break;
    case 2:
      checkPart(trace, rng);
      break;
    default:
      for (const kind of profileKinds) needNumbers(kind, blocking(trace, kind));
      for (const pieces of [csvTrace, chromeTrace, perfettoTrace]) for (const _ of pieces(trace));
  }
  return trace.cut === undefined ? 'whole' : 'part';
}

/** Requires that all figures of a summary are numbers from 0. @throws Error */
export function checkFigures(trace: Trace): void {
  const { durationNs, procs, concurrency, handoffs, bodies, waits, annotations, collections, counts } = summarize(
    trace,
    20,
  );
  const all = { durationNs, procs, concurrency, handoffs, bodies, annotations, collections, counts };
  for (const [name, figures] of Object.entries(all)) needNumbers(name, figures);
  for (const { startNs, durationNs: waited } of waits) needNumbers('waits', [startNs, waited]);
}

/** Requires that all numbers in a value are numbers from 0. */
function needNumbers(name: string, value: unknown): void {
  if (typeof value === 'number') {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) throw new Error(`${name}: ${value}`);
  } else if (ArrayBuffer.isView(value)) needNumbers(name, Array.from(value as unknown as ArrayLike<number>));
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) needNumbers(`${name}.${key}`, inner);
  }
}

/** Requires that a part of the trace is legal. */
function checkPart(trace: Trace, rng: Rng): void {
  const [a, b] = [rng.below(1001), rng.below(1001)].map((share) => Math.floor((trace.durationNs * share) / 1000));
  if (a === b) return;
  const part = partOf(trace, Math.min(a!, b!), Math.max(a!, b!));
  checkTrace(part);
  checkFigures(part);
}
