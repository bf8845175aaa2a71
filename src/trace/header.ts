// Headers of trace files: `go 1.26 trace` and zeros, 16 bytes in both formats. Where one stands in the middle of a file, two traces
// have been joined, which no format allows.

import { TraceError } from './error.js';
import { HEADER_SIZE } from './v1/reader.js';
import { v2Versions } from './v2/event.js';

/** Bytes of the longest header without its zeros. */
const TEXT_SIZE = 13;
/** The bytes `go`, with which a header begins. */
const FIRST = 0x67;
const SECOND = 0x6f;
/** Most headers that are remembered: the error is about the first one. */
const MOST = 1000;

/** Minor versions of the headers of format v1. */
const v1Versions = [7, 8, 9, 10, 11, 19, 21];

/** The minor version in the header of a trace file. @throws TraceError that says what the file is instead */
export function readHeader(bytes: Uint8Array): number {
  if (bytes.length === 0) throw new TraceError('trace: the file is empty', 0);
  const head = String.fromCharCode(...bytes.subarray(0, HEADER_SIZE));
  const match = /^go 1\.(\d{1,3}) trace\0+$/.exec(head);
  if (match === null || head.length < HEADER_SIZE) {
    const isBegun =
      bytes.length < HEADER_SIZE && /^g(o( (1(\.(\d{1,3}( (t(r(a(c(e\0*)?)?)?)?)?)?)?)?)?)?)?$/.test(head);
    if (/^\s*<(!doctype|html|\?xml)/i.test(head)) throw new TraceError('trace: expected a trace, got an HTML page', 0);
    const found = isBegun ? 'it ends within its header' : 'expected "go 1.11 trace" or the like at its beginning';
    throw new TraceError(`trace: not a Go execution trace: ${found}`, 0);
  }
  const minor = Number(match[1]);
  if (v1Versions.includes(minor) || v2Versions.includes(minor)) return minor;
  const why =
    minor > v2Versions.at(-1)!
      ? 'which is newer than this program; traces of Go 1.7 to 1.26 can be read'
      : minor < v1Versions[0]!
        ? 'whose stacks need the binary; traces of Go 1.7 to 1.26 can be read'
        : `which no Go wrote; expected 1.7, 1.8, 1.9, 1.10, 1.11, 1.19, 1.21, 1.22, 1.23, 1.25 or 1.26`;
  throw new TraceError(`trace: this is a "go 1.${minor} trace", ${why}`, 0);
}

/** The header without its zeros with which these bytes begin. */
function headerText(bytes: Uint8Array): string | undefined {
  return /^go 1\.\d{1,3} trace/.exec(String.fromCharCode(...bytes.subarray(0, TEXT_SIZE)))?.[0];
}

/** The error for a file in which a trace ends at `offset` and these bytes follow; undefined if they are no header. */
export function secondTrace(bytes: Uint8Array, offset: number): TraceError | undefined {
  const header = headerText(bytes);
  return header === undefined ? undefined : joined(header, offset);
}

function joined(header: string, offset: number): TraceError {
  return new TraceError(
    `trace: expected one trace, got a second one ("${header}") at byte ${offset}; ` +
      `head -c ${offset} and tail -c +${offset + 1} take them apart`,
    offset,
  );
}

/** The headers in a file that arrives in pieces: texts in it may look like headers, so they count only where something is wrong. */
export class HeaderFinder {
  /** By offset. */
  readonly #found = new Map<number, string>();
  #size = 0;
  /** The last bytes of what has come, in which a header may have begun. */
  #tail: Uint8Array = new Uint8Array(0);

  /** Looks through the next piece. */
  push(piece: Uint8Array): void {
    const joint = new Uint8Array(this.#tail.length + Math.min(piece.length, TEXT_SIZE - 1));
    joint.set(this.#tail);
    joint.set(piece.subarray(0, TEXT_SIZE - 1), this.#tail.length);
    this.#find(joint, this.#size - this.#tail.length);
    this.#find(piece, this.#size);
    this.#size += piece.length;
    const last = piece.length < TEXT_SIZE ? joint : piece;
    this.#tail = last.slice(-(TEXT_SIZE - 1));
  }

  #find(bytes: Uint8Array, offset: number): void {
    for (let at = bytes.indexOf(FIRST); at >= 0; at = bytes.indexOf(FIRST, at + 1)) {
      if (bytes[at + 1] !== SECOND) continue;
      const header = headerText(bytes.subarray(at));
      if (header !== undefined && offset + at > 0 && this.#found.size < MOST) this.#found.set(offset + at, header);
    }
  }

  /** True if there is a header at `offset`. */
  isHeader(offset: number): boolean {
    return this.#found.has(offset);
  }

  /** The error to report for a fault in the file. */
  explain(fault: TraceError): TraceError {
    const header = this.#found.get(fault.offset);
    return header === undefined ? fault : joined(header, fault.offset);
  }
}
