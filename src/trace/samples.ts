// CPU samples of traces of Go 1.19 and later. They are in the streams of the Ps, but have times, Ps and goroutines of
// their own: Go's profiler writes them down some time after it took them.

import { Cursor } from './cursor.js';
import { badBytes } from './error.js';
import type { GoTable } from './gotable.js';
import type { IdTable } from './ids.js';
import type { CPUSamples } from './model.js';
import type { Records } from './reader.js';

/** The samples by time, in ticks, and where the record of the last one is. @throws TraceError beyond 2^53 ticks */
export function readSamples(
  records: Records,
  gos: GoTable,
  stackIds: IdTable,
): { readonly samples: CPUSamples; readonly lastAt: number } {
  const n = records.samples;
  const ts = new Float64Array(n);
  const offset = new Float64Array(n);
  const p = new Int32Array(n);
  const g = new Uint32Array(n);
  const stack = new Uint32Array(n);
  let i = 0;
  for (let stream = 0; n > 0 && stream < records.pids.length; stream++) {
    for (const cursor = new Cursor(records, stream, { samples: true }); cursor.next(); i++) {
      if (cursor.a > Number.MAX_SAFE_INTEGER) throw badBytes(cursor.offset, 'a CPUSample is later than 2^53 ticks');
      ts[i] = cursor.a;
      offset[i] = cursor.offset;
      p[i] = cursor.b > 0x7fffffff ? -1 : cursor.b;
      g[i] = Math.max(gos.ids.get(cursor.c), 0);
      stack[i] = Math.max(stackIds.get(cursor.stack), 0);
    }
  }
  const byTime = Int32Array.from({ length: n }, (_, k) => k).sort((a, b) => ts[a]! - ts[b]! || a - b);
  const samples = {
    length: n,
    ts: Float64Array.from(byTime, (k) => ts[k]!),
    p: Int32Array.from(byTime, (k) => p[k]!),
    g: Uint32Array.from(byTime, (k) => g[k]!),
    stack: Uint32Array.from(byTime, (k) => stack[k]!),
    offset: Float64Array.from(byTime, (k) => offset[k]!),
  };
  return { samples, lastAt: offset[byTime[n - 1] ?? 0] ?? 0 };
}
