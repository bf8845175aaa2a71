// The events of a trace as text: of format v1 as `go tool trace -d` of Go 1.19 prints them, of format v2 as -d=parsed of Go 1.26
// does.

import type { Trace } from '../model.js';
import { parsedText } from '../v2/parsed.js';
import { GenerationReader } from '../v2/reader.js';
import { textTrace } from './text.js';

/** Bytes of a file of format v2 that are read at a time. */
const PIECE = 1 << 18;

/** The text, in pieces. @param bytes the file of the trace */
export function dumpTrace(trace: Trace, bytes: Uint8Array): Generator<string> {
  return trace.offsets === undefined ? parsedTrace(bytes) : textTrace(trace, trace.offsets, bytes);
}

function* parsedTrace(bytes: Uint8Array): Generator<string> {
  const texts: string[] = [];
  const reader: GenerationReader = new GenerationReader((rows) => texts.push(parsedText(reader, rows)));
  for (let at = 0; at < bytes.length; at += PIECE) {
    reader.push(bytes.subarray(at, at + PIECE));
    yield* texts.splice(0);
  }
  reader.end();
  yield* texts;
}
