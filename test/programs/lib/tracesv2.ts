// Traces of format v2: those that real Go programs wrote, which are in test/testdata/gotraces, and what our reader says of a trace.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parsedText } from '#src/trace/v2/parsed.js';
import { GenerationReader } from '#src/trace/v2/reader.js';
import type { Rows } from '#src/trace/v2/rows.js';

/** The root of the repository, from here or from dist/. */
const root = fileURLToPath(import.meta.url).replace(/(dist\/)?test\/programs\/lib\/\w+\.[jt]s$/, '');
const folder = join(root, 'test/testdata/gotraces');

/** Names of the traces of real programs. */
export function goProgramTraces(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.trace'));
}

export function goProgramTrace(name: string): Uint8Array {
  return readFileSync(join(folder, name));
}

/** What Go 1.26 prints of each of them. */
export function goDigests(): { readonly [name: string]: { readonly lines: number; readonly sha256: string } } {
  return JSON.parse(readFileSync(join(folder, 'digests.json'), 'utf8'));
}

/** Reads a trace in pieces of this size; `sink` gets the events. */
export function readPieces(
  bytes: Uint8Array,
  size: number,
  sink: (rows: Rows, reader: GenerationReader) => void,
): GenerationReader {
  const reader: GenerationReader = new GenerationReader((rows) => sink(rows, reader));
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.slice(at, at + size));
  reader.end();
  return reader;
}

/** What `-d=parsed` prints of a trace, and what is wrong with it. */
export function parsed(
  bytes: Uint8Array,
  pieceSize = 1 << 16,
): { readonly text: string; readonly reader: GenerationReader } {
  const texts: string[] = [];
  const reader = readPieces(bytes, pieceSize, (rows, tables) => texts.push(parsedText(tables, rows)));
  return { text: texts.join(''), reader };
}

export function digest(text: string): { lines: number; sha256: string } {
  return { lines: text.split('\n').length - 1, sha256: createHash('sha256').update(text).digest('hex') };
}
