// A trace from lines of text, one per event, in the order in which they happened:
//
//   10 P0 main GoStart
//   20 P0 main GoCreate a        the last word is the goroutine that is created or unblocked
//   70 -  -    GoUnblock main    on no P, in the name of no goroutine
//
// A goroutine's name is also that of its body; its number is its place in the order of creation. The trace ends with its last event.

import { checkTrace, ev, type Trace } from 'mandel/trace';
import { isOfArgument } from '#src/trace/analysis/activity.js';
import { Columns, SampleColumns } from '#src/trace/columns.js';
import { GoroutineColumns, Lives } from '#src/trace/link.js';

/** The trace of these lines. @param version minor version in the header: 22 and later is format v2 */
export function eventTrace(lines: string, version = 21): Trace {
  const events = new Columns();
  const goroutines = new GoroutineColumns();
  const names: string[] = [''];
  let procs = 1;
  for (const line of lines.trim().split('\n')) {
    const [time, on, own, name, other = ''] = line.trim().split(/\s+/) as [string, string, string, string, string?];
    const type = ev[name as keyof typeof ev];
    const p = on === '-' ? -1 : Number(on.slice(1));
    procs = Math.max(procs, p + 1);
    const made = isOfArgument[type] === 1 && type !== ev.GoUnblock;
    if (made) goroutines.add(names.length, names.push(other) - 1);
    const e = events.add(type, Number(time), 0, p, own === '-' ? 0 : names.lastIndexOf(own), 0);
    if (isOfArgument[type] === 1) events.setArgs(e, names.lastIndexOf(other));
  }
  const lives = new Lives(events, goroutines);
  for (let e = 0; e < events.length; e++) lives.add(e);
  const indices = Uint32Array.from(names, (_, k) => k);
  const trace: Trace = {
    version,
    events,
    goroutines: goroutines.view(),
    // Stack k has one frame, which is in function k.
    stacks: {
      length: names.length,
      first: Uint32Array.from([0, 0, ...indices.subarray(1)]),
      frame: indices.subarray(1),
    },
    frames: { length: names.length, pc: Float64Array.from(indices), func: indices, file: indices, line: indices },
    samples: new SampleColumns().view(),
    threads: [0],
    strings: names,
    generations: [],
    experimental: { batches: 0, events: 0 },
    procs,
    durationNs: events.ts[events.length - 1]!,
    cut: undefined,
    offsets: undefined,
  };
  checkTrace(trace);
  return trace;
}
