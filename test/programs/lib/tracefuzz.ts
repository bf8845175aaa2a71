// Seeded damage to trace files, and what the reader must make of it: a trace that is true to itself, or one line that
// says where it is wrong. Half of the damage is to the bytes, half to records, which stay well-formed and come further.

import { checkTrace, ev, parse, TraceError } from 'mandel/trace';
import { Rng } from '#src/lib/rng.js';
import { damagedBytes } from './damage.js';
import { goTrace, goTraceNames } from './gotraces.js';
import { pxTrace } from './pxtrace.js';
import { everything } from './tracecases.js';
import { TraceFile, type Uint } from './tracefile.js';

/** Small files, so that a million fit into half an hour. */
const MAX_SIZE = 30_000;

/** What is damaged: ours, and Go's where it is installed. */
export function corpus(): Uint8Array[] {
  const headers = ['go 1.11 trace', 'go 1.19 trace', 'go 1.21 trace'];
  const ours = [...headers.map((header) => everything(header).bytes), pxTrace(40, 2), pxTrace(20, 4)];
  return [...ours, ...goTraceNames().map(goTrace)].filter((bytes) => bytes.length <= MAX_SIZE);
}

/** The damaged file with this seed. */
export function damaged(files: readonly Uint8Array[], seed: number): Uint8Array {
  const rng = new Rng(seed);
  const file = files[rng.below(files.length)]!;
  if (rng.below(2) === 0) return damagedBytes(file, files[rng.below(files.length)]!, rng);
  return damagedRecords(file, rng);
}

/** How reading went. @throws Error if it went as it must not */
export function verdict(bytes: Uint8Array): 'trace' | 'cut' | 'error' {
  try {
    const trace = parse(bytes);
    checkTrace(trace);
    return trace.cut === undefined ? 'trace' : 'cut';
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    if (!/^trace: .+$/.test(error.message)) throw new Error(`not one line of ours: ${JSON.stringify(error.message)}`);
    if (error.offset < 0 || error.offset > bytes.length) throw new Error(`no offset in the file: ${error.message}`);
    return 'error';
  }
}

/** A record as it is in a file: a type and numbers, or what has a length of its own as it stands. */
interface Record {
  readonly type: number;
  readonly args: Uint[];
  readonly tail: Uint8Array;
}

const hardNumbers: readonly Uint[] = [0, 1, 2, 127, 128, 1000, 1001, 999_999, 1_000_000, 1e9, 2 ** 32, 2 ** 53 - 1];
const hardestNumbers: readonly Uint[] = [2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n];

function damagedRecords(file: Uint8Array, rng: Rng): Uint8Array {
  const records = recordsOf(file);
  const any = () => rng.below(records.length);
  for (let times = 1 + rng.below(3); times > 0 && records.length > 1; times--) {
    const at = any();
    const record = records[at]!;
    switch (rng.below(8)) {
      case 0:
        records.splice(at, 1);
        break;
      case 1:
        records.splice(any(), 0, record);
        break;
      case 2:
        records.splice(any(), 0, ...records.splice(at, 1));
        break;
      case 3:
        records[at] = { ...record, type: 1 + rng.below(63) };
        break;
      case 4:
        records.length = at + 1;
        break;
      default:
        records[at] = { ...record, args: withOneChanged(record.args, rng, records[any()]!.args) };
    }
  }
  const damaged = new TraceFile(Buffer.from(file.subarray(0, 13)).toString('latin1').replace(/\0+$/, ''));
  for (const { type, args, tail } of records) {
    if (type === ev.String) {
      damaged.byte(type);
      for (const arg of args) damaged.uint(arg);
    } else if (args.length > 0) damaged.record(type, ...args);
    damaged.raw(tail);
  }
  return damaged.bytes;
}

function withOneChanged(args: readonly Uint[], rng: Rng, others: readonly Uint[]): Uint[] {
  const changed = [...args];
  if (changed.length === 0) return changed;
  const k = rng.below(changed.length + (rng.below(8) === 0 ? 1 : 0)); // one too many, at times
  const old = Number(changed[k] ?? 0);
  const choices: readonly Uint[] = [
    old + 1,
    Math.max(old - 1, 0),
    others[rng.below(others.length)] ?? 0,
    hardNumbers[rng.below(hardNumbers.length)]!,
    hardestNumbers[rng.below(hardestNumbers.length)]!,
  ];
  changed[k] = choices[rng.below(choices.length)]!;
  return changed;
}

/** The records of a whole file. */
function recordsOf(file: Uint8Array): Record[] {
  const records: Record[] = [];
  let pos = 16;
  const uint = (): bigint => {
    let n = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = file[pos++]!;
      n |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return n;
    }
  };
  const tail = (): Uint8Array => {
    const begin = pos;
    const length = Number(uint());
    pos += length;
    return file.subarray(begin, pos);
  };
  while (pos < file.length) {
    const first = file[pos++]!;
    const type = first & 63;
    const args: Uint[] = [];
    if (type === ev.String) {
      args.push(uint());
    } else if (first >> 6 < 3) {
      for (let k = first >> 6; k >= 0; k--) args.push(uint());
    } else {
      const length = Number(uint());
      for (const end = pos + length; pos < end; ) args.push(uint());
    }
    records.push({ type, args, tail: type === ev.String || type === ev.UserLog ? tail() : new Uint8Array() });
  }
  return records;
}
