// Profiles of a run, made of the parts that its Ps recorded. cpu.ts has the largest kind; here are the others, after
// writeHeapInternal, writeProfileInternal and writeGoroutineStacks in runtime/pprof/pprof.go.

import type { HeapProfiler } from 'node:inspector';
import type { Profile } from '../pprof/profile.js';
import {
  type CpuPart,
  type GoroutinesPart,
  type HeapPart,
  MEM_PROFILE_RATE,
  type Part,
  type ProfileKind,
  type ThreadPart,
  type WaitsPart,
} from '../runtime/profiling/part.js';
import type { TraceFrame } from '../trace/writer.js';
import { Builder, type Frame } from './builder.js';
import { cpuProfile } from './cpu.js';
import { PROFILER, placeAt, splitStack } from './places.js';

/**
 * Makes the profile of this kind; parts of other kinds are ignored. Missing Ps are in its comments.
 */
export function makeProfile(
  kind: ProfileKind,
  parts: readonly Part[],
  about: Pick<Profile, 'timeNs' | 'durationNs'>,
): Profile {
  const missing = missingLines(kind, parts);
  const profile = profileOf(kind, parts, about);
  return missing.length === 0 ? profile : { ...profile, comments: missing };
}

/** One line for each P whose part is missing: without the line, it would look like an idle P. */
export function missingLines(kind: ProfileKind, parts: readonly Part[]): string[] {
  const missing = parts.filter((part) => part.kind === 'missing').filter((part) => part.of === kind);
  return missing.sort((a, b) => a.p - b.p).map(({ p, why }) => `P ${p} is missing: ${why}`);
}

function profileOf(kind: ProfileKind, parts: readonly Part[], about: Pick<Profile, 'timeNs' | 'durationNs'>): Profile {
  const own: readonly Part[] = parts.filter((part) => part.kind === kind);
  switch (kind) {
    case 'cpu':
      return cpuProfile(own as CpuPart[], about);
    case 'heap':
    case 'allocs':
      return heapProfile(kind, own as HeapPart[], about);
    case 'block':
    case 'mutex':
      return waitsProfile(own as WaitsPart[], about);
    case 'goroutine':
      return goroutineProfile(own as GoroutinesPart[], about);
    case 'threadcreate':
      return threadProfile(own as ThreadPart[], about);
  }
}

type Goroutine = GoroutinesPart['goroutines'][number];

/** The goroutines, counted by stack, with the label `P`. */
function goroutineProfile(parts: readonly GoroutinesPart[], about: Pick<Profile, 'timeNs' | 'durationNs'>): Profile {
  const builder = new Builder();
  for (const { p, goroutines } of parts) {
    for (const goroutine of goroutines) builder.add(stackOf(goroutine), [goroutine.count], { P: String(p) });
  }
  const type = { type: 'goroutine', unit: 'count' };
  return builder.finish([type], { ...about, periodType: type, period: 1 });
}

/**
 * The goroutines as text: grouped by stack, the most frequent first (1), or one by one with the reason and the duration of
 * their waits, as a panic prints them (2).
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

/** The threads of the run: one for each P. */
function threadProfile(parts: readonly ThreadPart[], about: Pick<Profile, 'timeNs' | 'durationNs'>): Profile {
  const builder = new Builder();
  for (const { p } of parts) builder.add([[{ name: 'runtime.newm', file: '', line: 0 }]], [1], { P: String(p) });
  const type = { type: 'threadcreate', unit: 'count' };
  return builder.finish([type], { ...about, periodType: type, period: 1 });
}

/**
 * The heap profile: V8's samples of each thread's heap, as `inuse_space` or `alloc_space`, with the labels `P` and `goroutine`.
 *
 * Unlike Go, whose profile has both, in objects and in bytes: V8 counts either all allocations or the live ones, in bytes only.
 * Memory that goroutines share is not on V8's heap, and not in the profile.
 */
function heapProfile(
  kind: HeapPart['kind'],
  parts: readonly HeapPart[],
  about: Pick<Profile, 'timeNs' | 'durationNs'>,
): Profile {
  const builder = new Builder();
  for (const { p, profile } of parts) {
    const add = (node: HeapProfiler.SamplingHeapProfileNode, callers: readonly Frame[]) => {
      const { functionName, url, lineNumber, columnNumber } = node.callFrame;
      if (PROFILER.test(url)) return;
      const stack: readonly Frame[] =
        functionName === '(root)' ? [] : [[placeAt(url, functionName, lineNumber + 1, columnNumber + 1)], ...callers];
      if (node.selfSize > 0) {
        const { frames, labels } = splitStack(stack, p);
        builder.add(frames, [Math.round(node.selfSize)], labels);
      }
      for (const child of node.children) add(child, stack);
    };
    add(profile.head, []);
  }
  const type = kind === 'heap' ? 'inuse_space' : 'alloc_space';
  return builder.finish([{ type, unit: 'bytes' }], {
    ...about,
    periodType: { type: 'space', unit: 'bytes' },
    period: MEM_PROFILE_RATE,
  });
}

/**
 * The block and the mutex profile: how often and how long goroutines waited, by the stack that began the wait, or by that of
 * the goroutine that held the mutex. Every wait is recorded, so the period is 1.
 */
function waitsProfile(parts: readonly WaitsPart[], about: Pick<Profile, 'timeNs' | 'durationNs'>): Profile {
  const builder = new Builder();
  const stacks = new Map(
    parts.flatMap(({ p, stacks: own }) => own.map(({ stack, frames }) => [`${p} ${stack}`, frames.map(frameOf)])),
  );
  for (const { counts } of parts) {
    for (const { p, stack, count, delayNs } of counts) {
      // A P whose thread had to be terminated has not reported its stacks.
      builder.add(stacks.get(`${p} ${stack}`) ?? [], [count, Math.round(delayNs)]);
    }
  }
  const contentions = { type: 'contentions', unit: 'count' };
  return builder.finish([contentions, { type: 'delay', unit: 'nanoseconds' }], {
    ...about,
    periodType: contentions,
    period: 1,
  });
}

function frameOf({ func, file, line }: TraceFrame): Frame {
  return [{ name: func, file, line }];
}
