// A trace in memory as short texts, one per column: the same in every engine that has read the same trace. This module runs in
// browsers as well.

import type { Trace } from '#src/trace/model.js';

/** By column, such as `events.ts`: a digest; and what else the trace has. */
export type Digests = Readonly<Record<string, string>>;

/** The tables of a trace whose columns are typed arrays. */
const tables = ['events', 'goroutines', 'stacks', 'frames', 'samples'] as const;

/** Digests of everything in a trace. */
export async function digestsOf(trace: Trace): Promise<Digests> {
  const digests: Record<string, string> = {};
  for (const table of tables) {
    digests[`${table}.length`] = String(trace[table].length);
    for (const [name, column] of Object.entries(trace[table])) {
      if (ArrayBuffer.isView(column)) digests[`${table}.${name}`] = await digest(withoutRoom(column));
    }
  }
  digests.strings = `${trace.strings.length}: ${await digest(new TextEncoder().encode(JSON.stringify(trace.strings)))}`;
  const { version, procs, durationNs, cut, threads, generations } = trace;
  digests.rest = JSON.stringify({ version, procs, durationNs, cut, threads, generations }, (_, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
  return digests;
}

/** The bytes of a column up to its last one that is not 0: a column can have room after its last row, and that is 0. */
function withoutRoom({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

/** SHA-256, its first half: enough to tell two columns apart. */
async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
