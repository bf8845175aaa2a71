// Pictures as a viewer sees them: the bytes of a PNG file, decoded.

import { createHash } from 'node:crypto';
import { PNG } from 'pngjs';

export interface Picture {
  readonly w: number;
  readonly h: number;
  /** Bits a sample, and the kind of samples (0 is grey), as the file's header says. */
  readonly depth: number;
  readonly colorType: number;
  /** SHA-256 of the grey plane, row-major, in hex. */
  readonly sum: string;
  readonly grey: Uint8Array;
}

const IHDR = { DEPTH: 24, COLOR_TYPE: 25 };
const RGBA = 4;

/** Decodes a PNG file. @throws Error unless the bytes are one whole PNG and nothing else */
export function decode(bytes: Buffer): Picture {
  const end = lengthOfPng(bytes);
  if (end !== bytes.length) throw new Error(`png: expected ${end} bytes, got ${bytes.length}`);
  const { width: w, height: h, data } = PNG.sync.read(bytes);
  const grey = new Uint8Array(w * h);
  for (let k = 0; k < grey.length; k++) grey[k] = data[k * RGBA]!;
  return { w, h, depth: bytes[IHDR.DEPTH]!, colorType: bytes[IHDR.COLOR_TYPE]!, sum: sumOf(grey), grey };
}

/** SHA-256 of a grey plane, in hex. */
export function sumOf(grey: Uint8Array): string {
  return createHash('sha256').update(grey).digest('hex');
}

/** Where the chunk IEND ends. */
function lengthOfPng(bytes: Buffer): number {
  const SIGNATURE = 8;
  const AROUND = 12; // a chunk's length, type and checksum
  for (let at = SIGNATURE; at + AROUND <= bytes.length; ) {
    const next = at + bytes.readUInt32BE(at) + AROUND;
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return next;
    at = next;
  }
  throw new Error(`png: expected a chunk IEND, got ${bytes.length} bytes without one`);
}
