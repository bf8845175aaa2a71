// Traces of format v2 from text, one record a line, as Go's tests of its reader have them:
//
//   Trace Go1.22
//   EventBatch gen=1 m=0 time=0 size=6
//   ProcStatus dt=1 p=0 pstatus=1
//   String id=1
//   	data="chan receive"
//
// A size of `?` is the size of the records up to the next batch or end of generation. After internal/trace/raw/textreader.go.

import { wire, wireInfo } from '#src/trace/v2/event.js';

const typeOf = new Map(Object.entries(wire));
/** Names of records outside of batches. */
const outside = /^(EventBatch|ExperimentalBatch|EndOfGeneration)\b/;

/** The bytes of the trace that `text` describes. */
export function traceOfText(text: string): Uint8Array {
  const lines = text
    .split('\n')
    .map((line) => (/^\s*data=/.test(line) ? line : line.replace(/#.*/, '')).trim())
    .filter((line) => line !== '');
  const [, minor] = /^Trace Go1\.(\d+)$/.exec(lines[0]!)!;
  const bytes = [...Buffer.from(`go 1.${minor} trace\0\0\0`)];
  for (let at = 1; at < lines.length; ) {
    const { record, next } = encode(lines, at);
    at = next;
    if (!record.isOpen) {
      bytes.push(...record.bytes);
      continue;
    }
    const payload: number[] = [];
    while (at < lines.length && !outside.test(lines[at]!)) {
      const inner = encode(lines, at);
      payload.push(...inner.record.bytes);
      at = inner.next;
    }
    bytes.push(...record.bytes, ...uint(BigInt(payload.length)), ...payload);
  }
  return Uint8Array.from(bytes);
}

interface Encoded {
  readonly bytes: readonly number[];
  /** True for a batch whose size is that of the records that follow. */
  readonly isOpen: boolean;
}

/** Encodes the record at line `at`, which may take more lines. */
function encode(lines: readonly string[], at: number): { record: Encoded; next: number } {
  const [name, ...fields] = lines[at]!.split(/\s+/);
  const type = typeOf.get(name!);
  if (type === undefined) throw new Error(`line ${at + 1}: no record is named ${name}`);
  const isOpen = fields.at(-1) === 'size=?';
  if (isOpen) fields.pop();
  const args = fields.map(argumentOf);
  const bytes = [type, ...args.flatMap(uint)];
  let next = at + 1;
  if (type === wire.Stack) {
    for (let frames = args[1]!; frames > 0n; frames--)
      bytes.push(...lines[next++]!.split(/\s+/).map(argumentOf).flatMap(uint));
  } else if (type === wire.String || (type === wire.ExperimentalBatch && !isOpen)) {
    const data = unquoted(lines[next++]!.slice('data='.length));
    bytes.push(...uint(BigInt(data.length)), ...data);
  } else if (
    wireInfo[type]!.timed &&
    args.length !== 1 + wireInfo[type]!.args.length + (wireInfo[type]!.stack ? 1 : 0)
  ) {
    throw new Error(`line ${at + 1}: ${args.length} arguments are not those of ${name}`);
  }
  return { record: { bytes, isOpen }, next };
}

const argumentOf = (field: string) => BigInt(field.slice(field.indexOf('=') + 1));

/** A number in the format's encoding, at its shortest. */
export function uint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return bytes;
}

/** The bytes of a text that Go has quoted. */
function unquoted(quoted: string): number[] {
  const bytes: number[] = [];
  const parts = quoted.slice(1, -1).matchAll(/\\x([0-9a-f]{2})|\\([abfnrtv\\"])|\\u([0-9a-f]{4})|([^\\]+)/g);
  for (const [, byte, letter, code, plain] of parts) {
    if (byte !== undefined) bytes.push(Number.parseInt(byte, 16));
    else if (letter !== undefined) bytes.push('\x07\b\f\n\r\t\v\\"'.charCodeAt('abfnrtv\\"'.indexOf(letter)));
    else bytes.push(...Buffer.from(code === undefined ? plain! : String.fromCharCode(Number.parseInt(code, 16))));
  }
  return bytes;
}
