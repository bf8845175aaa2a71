// The goroutine and the threadcreate profile of a run: who is there. After runtime_goroutineProfileWithLabels and
// writeGoroutineStacks in runtime/pprof/pprof.go.

import type { Profile } from '../pprof/profile.js';
import type { GoroutinesPart, ThreadPart } from '../runtime/profiling/part.js';
import { Builder, type Frame } from './builder.js';

type Goroutine = GoroutinesPart['goroutines'][number];

/** The goroutines, counted by where they are and what they wait for, with the label `P`. */
export function goroutineProfile(
  parts: readonly GoroutinesPart[],
  about: Pick<Profile, 'timeNs' | 'durationNs'>,
): Profile {
  const builder = new Builder();
  for (const { p, goroutines } of parts) {
    for (const goroutine of goroutines) builder.add(stackOf(goroutine), [goroutine.count], { P: String(p) });
  }
  const type = { type: 'goroutine', unit: 'count' };
  return builder.finish([type], { ...about, periodType: type, period: 1 });
}

/**
 * The same as text: grouped by stack, the most frequent first (1), or each with what it waits for and since when, as a
 * panic shows them (2).
 */
export function goroutineText(parts: readonly GoroutinesPart[], debug: 1 | 2): string {
  const all = parts.flatMap(({ goroutines }) => goroutines);
  if (debug === 2) {
    const text = ({ text, count }: Goroutine) =>
      count === 1 ? text : `${text}(and ${count - 1} more that have not begun)\n`;
    return all
      .sort((a, b) => a.goid - b.goid)
      .map(text)
      .join('\n');
  }
  const groups = new Map<string, { count: number; stack: readonly Frame[] }>();
  for (const goroutine of all) {
    const stack = stackOf(goroutine);
    const key = JSON.stringify(stack);
    const group = groups.get(key);
    if (group) group.count += goroutine.count;
    else groups.set(key, { count: goroutine.count, stack });
  }
  const total = all.reduce((sum, { count }) => sum + count, 0);
  const blocks = [...groups.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ count, stack }) => {
      const lines = stack.map(([place]) => `#\t${place!.name}\t${place!.file}:${place!.line}\n`);
      return `${count} @\n${lines.join('')}`;
    });
  return `goroutine profile: total ${total}\n${blocks.join('\n')}`;
}

function stackOf({ leaf, name, at, frames }: Goroutine): readonly Frame[] {
  if (frames !== undefined) return frames.map(({ func, file, line }) => [{ name: func, file, line }]);
  const [, file = '', line = '0'] = /^(.*):(\d+):\d+$/.exec(at ?? '') ?? [];
  const body: Frame = [{ name, file, line: Number(line) }];
  return leaf === undefined ? [body] : [[{ name: leaf, file: '', line: 0 }], body];
}

/** The threads that the run has made: one for each P. */
export function threadProfile(parts: readonly ThreadPart[], about: Pick<Profile, 'timeNs' | 'durationNs'>): Profile {
  const builder = new Builder();
  for (const { p } of parts) builder.add([[{ name: 'runtime.newm', file: '', line: 0 }]], [1], { P: String(p) });
  const type = { type: 'threadcreate', unit: 'count' };
  return builder.finish([type], { ...about, periodType: type, period: 1 });
}
