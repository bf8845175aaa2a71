// Seeded damage to traces of format v2. A quarter of it is to the bytes of the file. The rest is to its batches and records, which
// stay well-formed, so that it comes further: numbers become as hard as numbers can be, records and batches are dropped, repeated,
// exchanged or moved to other threads, tables say of themselves what is not true, and a file has the header of another version.

import { Rng } from '#src/lib/rng.js';
import { v2Versions, wire, wireInfo } from '#src/trace/v2/event.js';
import { damagedBytes } from './damage.js';
import { uint } from './tracetext.js';

/** A record: its type, its numbers, and the bytes of a text. */
interface Record {
  readonly type: number;
  readonly args: readonly bigint[];
  readonly data: Uint8Array;
}

/** A batch: the numbers of its header but its size, and its payload. An end of a generation has no numbers. */
interface Batch {
  readonly type: number;
  /** The byte of an experiment, if it is one. */
  readonly experiment: number;
  /** Generation, thread, time. */
  readonly head: readonly bigint[];
  readonly payload: Uint8Array;
}

const HEADER_SIZE = 16;
const none = new Uint8Array();

/** The damaged file with this seed. */
export function damaged(files: readonly Uint8Array[], seed: number): Uint8Array {
  const rng = new Rng(seed);
  const file = files[rng.below(files.length)]!;
  const other = files[rng.below(files.length)]!;
  if (rng.below(4) === 0) return damagedBytes(file, other, rng);
  const batches = [...batchesOf(file)];
  if (batches.length === 0) return damagedBytes(file, other, rng);
  const header = file.slice(0, HEADER_SIZE);
  for (let times = Math.max(1, rng.below(6) - 2); times > 0 && batches.length > 0; times--)
    damage(batches, header, other, rng);
  return joined([header, ...batches.map(encoded)]);
}

function damage(batches: Batch[], header: Uint8Array, other: Uint8Array, rng: Rng): void {
  const at = rng.below(batches.length);
  const batch = batches[at]!;
  const way = rng.below(12);
  if (way < 6) batches[at] = { ...batch, payload: damagedPayload(batch, batches[rng.below(batches.length)]!, rng) };
  else if (way === 6) batches[at] = { ...batch, payload: damagedBytes(batch.payload, batch.payload, rng) };
  else if (way === 7) batches[at] = { ...batch, head: damagedNumbers(batch.head, rng) };
  else if (way === 8 && rng.below(4) === 0) header.set(Buffer.from(String(versions[rng.below(versions.length)])), 5);
  else moveBatch(batches, at, other, rng);
}

/** Minor versions of headers: those of both formats, and others. */
const versions: readonly number[] = [...v2Versions, ...v2Versions, 11, 21, 24, 27, 99];

function moveBatch(batches: Batch[], at: number, other: Uint8Array, rng: Rng): void {
  const batch = batches[at]!;
  const others = batchesOf(other);
  const to = rng.below(batches.length);
  switch (rng.below(5)) {
    case 0:
      batches.splice(at, 1);
      break;
    case 1: // a sync batch twice, a table twice, or events
      batches.splice(to, 0, batch);
      break;
    case 2:
      if (others.length > 0) batches.splice(at, 0, others[rng.below(others.length)]!);
      break;
    case 3:
      batches[at] = batches[to]!;
      batches[to] = batch;
      break;
    default: // to another thread, generation or time
      batches[at] = {
        ...batch,
        head: batch.head.map((n, i) => (rng.below(2) === 0 ? (batches[to]!.head[i] ?? n) : n)),
      };
  }
}

/** Numbers at which something ends: of the encoding, of a limit, of 53 and of 64 bits. */
const hardNumbers: readonly bigint[] = [
  ...[0n, 1n, 2n, 4n, 5n, 127n, 128n, 129n, 1024n, 1025n, 16384n, 65536n, 65537n, 1_000_000n],
  ...[2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 2n, 2n ** 64n - 1n],
];

function damagedNumbers(numbers: readonly bigint[], rng: Rng): readonly bigint[] {
  if (numbers.length === 0) return numbers;
  const at = rng.below(numbers.length);
  const old = numbers[at]!;
  const by = BigInt(rng.below(3) - 1);
  const number = rng.below(2) === 0 ? hardNumbers[rng.below(hardNumbers.length)]! : BigInt.asUintN(64, old + by);
  return numbers.with(at, number);
}

/** The payload of `batch` after one change to its records; some of `other` may be in it. */
function damagedPayload(batch: Batch, other: Batch, rng: Rng): Uint8Array {
  const records = [...recordsOf(batch.payload)];
  const others = recordsOf(other.payload);
  if (records.length === 0) return batch.payload;
  const at = rng.below(records.length);
  const record = records[at]!;
  switch (rng.below(10)) {
    case 0:
      records.splice(at, 1);
      break;
    case 1:
      records.splice(rng.below(records.length), 0, record);
      break;
    case 2:
      records.splice(at, 2, ...records.slice(at, at + 2).reverse());
      break;
    case 3:
      if (others.length > 0) records.splice(at, 0, others[rng.below(others.length)]!);
      break;
    case 4:
      records.length = at;
      break;
    case 5: // another event with as many numbers
      records[at] = { ...record, type: alike(record, rng) };
      break;
    case 6: // what another record of its type has
      for (const { type, args } of records.slice(rng.below(records.length))) {
        if (type !== record.type || args.length !== record.args.length) continue;
        records[at] = { ...record, args: record.args.map((n, i) => (rng.below(2) === 0 ? args[i]! : n)) };
      }
      break;
    default:
      records[at] = { ...record, args: damagedNumbers(record.args, rng) };
  }
  return joined(records.map(recordBytes));
}

/** The type of an event that has as many numbers as this record. */
function alike({ type, args }: Record, rng: Rng): number {
  const types = wireInfo.flatMap((info, t) => (info?.timed === true && numbersOf(t) === args.length ? [t] : []));
  return types[rng.below(types.length)] ?? type;
}

/** How many numbers a record of this type has, without the frames of a stack. */
function numbersOf(type: number): number {
  const info = wireInfo[type]!;
  return info.args.length + (info.timed ? 1 : 0) + (info.stack ? 1 : 0) + (type === wire.String ? 1 : 0);
}

/** Batches and records of files that have been taken apart. */
const batchesKnown = new WeakMap<Uint8Array, readonly Batch[]>();
const recordsKnown = new WeakMap<Uint8Array, readonly Record[]>();

/** The batches of a whole file. */
function batchesOf(file: Uint8Array): readonly Batch[] {
  const known = batchesKnown.get(file);
  if (known !== undefined) return known;
  const batches: Batch[] = [];
  const at = new Place(file, HEADER_SIZE);
  while (at.hasMore) {
    const type = at.byte();
    const isBatch = type !== wire.EndOfGeneration && at.hasMore;
    const experiment = type === wire.ExperimentalBatch ? at.byte() : -1;
    const head = isBatch ? [at.number(), at.number(), at.number()] : [];
    batches.push({ type, experiment, head, payload: isBatch ? at.bytes(Number(at.number())) : none });
  }
  batchesKnown.set(file, batches);
  return batches;
}

/** The records of a payload. From one on that is none, all bytes are one record without numbers. */
function recordsOf(payload: Uint8Array): readonly Record[] {
  const known = recordsKnown.get(payload);
  if (known !== undefined) return known;
  const records: Record[] = [];
  const at = new Place(payload, 0);
  while (at.hasMore) {
    const type = at.byte();
    if (wireInfo[type] === undefined) {
      records.push({ type, args: [], data: at.rest() });
      break;
    }
    const args = Array.from({ length: numbersOf(type) }, () => at.number());
    if (type === wire.Stack) for (let n = 4n * args[1]!; n > 0n && at.hasMore; n--) args.push(at.number());
    records.push({ type, args, data: type === wire.String ? at.bytes(Number(args[1])) : none });
  }
  recordsKnown.set(payload, records);
  return records;
}

/** A place in bytes from which numbers are read; beyond the end all bytes are 0. */
class Place {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get hasMore(): boolean {
    return this.#at < this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  number(): bigint {
    let n = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      n |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, n);
    }
  }

  bytes(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  rest(): Uint8Array {
    return this.bytes(this.#bytes.length - this.#at);
  }
}

function encoded({ type, experiment, head, payload }: Batch): Uint8Array {
  if (head.length === 0) return Uint8Array.of(type);
  const begin = experiment < 0 ? [type] : [type, experiment];
  return joined([Uint8Array.from([...begin, ...head.flatMap(uint), ...uint(BigInt(payload.length))]), payload]);
}

function recordBytes({ type, args, data }: Record): Uint8Array {
  return Uint8Array.from([type, ...args.flatMap(uint), ...data]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
