// An anonymous copy of a trace file, for a bug report: the same records at the same times, without what names the program.
//
// Names of the standard library stay, and what the runtime writes itself, such as reasons of waits: tools go by them, and they are
// in every trace. All other texts and all program counters have aliases (anonymize/aliases.ts). Times, ids, sizes, lines within
// files, and the wall clock stay.
//
// The file is read as a sequence of records, without the model, so one that tells of impossible events can be copied as well.
// What follows a record that cannot be read is left out, because text might be in it.

import { TraceError } from '../error.js';
import { readHeader, secondTrace } from '../header.js';
import { HEADER_SIZE } from '../v1/reader.js';
import { v2Versions } from '../v2/event.js';
import type { Anonymous } from './anonymize/aliases.js';
import { anonymousV1 } from './anonymize/v1.js';
import { anonymousV2 } from './anonymize/v2.js';

/** Makes a copy of the trace file `bytes` without names. @throws TraceError, one line, if the file has no whole record */
export function anonymize(bytes: Uint8Array): Anonymous {
  const version = readHeader(bytes);
  const copy = version < v2Versions[0]! ? anonymousV1(bytes, version) : anonymousV2(bytes);
  const { fault, end } = copy;
  if (end <= HEADER_SIZE) throw fault ?? new TraceError('trace: the trace is empty', bytes.length);
  const second = secondTrace(bytes.subarray(end), end);
  if (second !== undefined) throw second;
  return copy;
}
