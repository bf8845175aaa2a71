// Seeded damage to traces of format v2, and what the reader must make of it: events that are true to their tables, and at most
// one line that says what is wrong. Half of the damage is to the bytes of the file; half is to the payload of one batch, whose
// size is then made right, so that it comes further.

import { Rng } from '#src/lib/rng.js';
import { kindOf } from '#src/trace/v2/event.js';
import { GenerationReader } from '#src/trace/v2/reader.js';
import type { Rows } from '#src/trace/v2/rows.js';
import { badTraces } from './badtracesv2.js';
import { damagedBytes } from './damage.js';
import { goProgramTrace, goProgramTraces } from './tracesv2.js';
import { uint } from './tracetext.js';

/** Small files, so that a million fit into half an hour. */
const MAX_SIZE = 6000;

/** What is damaged: traces of real programs, and rare ones made by hand. */
export function corpus(): Uint8Array[] {
  const rare = badTraces.filter(({ says }) => says === undefined).map(({ bytes }) => bytes);
  return [...rare, ...goProgramTraces().map(goProgramTrace)].filter((bytes) => bytes.length <= MAX_SIZE);
}

/** The damaged file with this seed. */
export function damaged(files: readonly Uint8Array[], seed: number): Uint8Array {
  const rng = new Rng(seed);
  const file = files[rng.below(files.length)]!;
  const other = files[rng.below(files.length)]!;
  return rng.below(2) === 0 ? damagedBytes(file, other, rng) : damagedBatch(file, other, rng);
}

interface Batch {
  /** All of it but its size; and its payload. */
  readonly head: Uint8Array;
  readonly payload: Uint8Array;
}

/** The batches of a whole file, and the ends of generations, as batches without a payload. */
function batchesOf(file: Uint8Array): Batch[] {
  const batches: Batch[] = [];
  let pos = 16;
  const next = (): number => {
    let n = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = file[pos++]!;
      n += (byte & 0x7f) * factor;
      if (byte < 0x80) return n;
    }
  };
  while (pos < file.length) {
    const begin = pos;
    const type = file[pos++]!;
    if (type === 52 || pos === file.length) {
      batches.push({ head: file.subarray(begin, pos), payload: new Uint8Array() });
      continue;
    }
    if (type === 49) pos++;
    for (let i = 0; i < 3; i++) next();
    const head = file.subarray(begin, pos);
    const size = next();
    batches.push({ head, payload: file.subarray(pos, pos + size) });
    pos += size;
  }
  return batches;
}

function damagedBatch(file: Uint8Array, other: Uint8Array, rng: Rng): Uint8Array {
  const batches = batchesOf(file);
  if (batches.length === 0) return damagedBytes(file, other, rng);
  const others = batchesOf(other);
  const at = rng.below(batches.length);
  const batch = batches[at]!;
  switch (rng.below(6)) {
    case 0:
      batches.splice(at, 1);
      break;
    case 1:
      batches.splice(rng.below(batches.length), 0, batch);
      break;
    case 2:
      if (others.length > 0) batches.splice(at, 0, others[rng.below(others.length)]!);
      break;
    default:
      batches[at] = { ...batch, payload: damagedBytes(batch.payload, batch.payload, rng) };
  }
  const bytes = [...file.subarray(0, 16)];
  for (const { head, payload } of batches) {
    bytes.push(...head);
    if (head.length > 1) bytes.push(...uint(BigInt(payload.length)), ...payload);
  }
  return Uint8Array.from(bytes);
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
