// Wakers: what ended each wait, and which goroutine did, by Why and by the text that `mandel trace -d` prints, whose lines are linked
// here by nothing but the numbers of their goroutines.

import { readFileSync } from 'node:fs';
import { modes } from 'mandel/modes';
import { fakeP, parse, type Trace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { FIRST_WAIT } from '#src/trace/analysis/activity.js';
import { type Readied, Why } from '#src/trace/analysis/why.js';
import { dumpTrace } from '#src/trace/export/dump.js';
import { goTrace, goTraceNames } from '../programs/lib/gotraces.js';
import { goProgramTrace, goProgramTraces } from '../programs/lib/tracesv2.js';
import { modeTraceFile } from '../support/modetraces.js';
import { story } from '../support/story.js';

/** A line of the text that says what a goroutine does. Its place is its offset in format v1, its time in format v2. */
interface Line {
  readonly place: number;
  /** Number of the goroutine that it is about, and of the one that it happened in: 0 for none. */
  readonly about: number;
  readonly within: number;
  readonly change: 'waits' | 'ready' | 'other';
  /** True if the wait begins at this line: of a system call it begins when the P is lost. */
  readonly isBeginning: boolean;
  /** True if a timer may have made the goroutine runnable, in the name of the one that ran. */
  readonly mayBeTimer: boolean;
}

/** A wait, and the line that ended it. */
interface Link {
  readonly begin: Line;
  readonly end: Line;
}

const waitsV1 = /^(GoBlock\w*|GoSleep|GoSysBlock|GoWaiting|GoInSyscall)$/;
const readyV1 = /^(GoUnblock|GoSysExit)$/;
const othersV1 = /^(GoStart|GoStartLabel|GoEnd|GoStop|GoSched|GoPreempt)$/;

/** The lines of format v1: `100 GoUnblock p=0 g=3 off=40 g=2 seq=2 stack=5`. A second g is the goroutine that it is about. */
function linesV1(text: string): Line[] {
  const lines: Line[] = [];
  const sleeping = new Set<number>();
  for (const [, name = '', p, g, off, args = ''] of text.matchAll(/^\d+ (\w+) p=(-?\d+) g=(\d+) off=(\d+)(.*)$/gm)) {
    const change = waitsV1.test(name) ? 'waits' : readyV1.test(name) ? 'ready' : 'other';
    if (change === 'other' && !othersV1.test(name)) continue;
    const within = Number(g);
    const about = Number(/ g=(\d+)/.exec(args)?.[1] ?? within);
    const mayBeTimer = sleeping.has(about) || Number(p) === fakeP.timers;
    if (name === 'GoSleep') sleeping.add(about);
    else sleeping.delete(about);
    lines.push({ place: Number(off), about, within, change, isBeginning: true, mayBeTimer });
  }
  return lines;
}

/** The lines of format v2: `M=1 P=2 G=20 StateTransition Time=9 GoID=28 Waiting->Runnable Reason=""`, and stacks. */
function linesV2(text: string): Line[] {
  const lines: Line[] = [];
  const sleeping = new Set<number>();
  const first = Number(/Time=(\d+)/.exec(text)![1]);
  for (const event of text.split(/^(?=M=)/m)) {
    const found = /^M=\S+ P=\S+ G=(\S+) StateTransition Time=(\d+) GoID=(\d+) (\w+)->(\w+) Reason="(.*)"/.exec(event);
    if (found === null || found[4] === found[5]) continue;
    const [, g, time, id, from, to, reason] = found;
    const about = Number(id);
    const change = to === 'Waiting' || to === 'Syscall' ? 'waits' : isReady(from!, to!) ? 'ready' : 'other';
    const mayBeTimer = sleeping.has(about) || /time\.|[tT]imer/.test(event);
    if (reason === 'sleep') sleeping.add(about);
    else sleeping.delete(about);
    const isBeginning = from === 'Running' && to === 'Waiting';
    lines.push({ place: Number(time) - first, about, within: Math.max(0, Number(g)), change, isBeginning, mayBeTimer });
  }
  return lines;
}

function isReady(from: string, to: string): boolean {
  return to === 'Runnable' && (from === 'Waiting' || from === 'Syscall');
}

/** Links each line that makes a goroutine runnable to the one with which its wait began, by place of the former. */
function linked(lines: readonly Line[]): Map<number, Link> {
  const open = new Map<number, Line>();
  const links = new Map<number, Link>();
  for (const line of lines) {
    const begin = open.get(line.about);
    if (line.change === 'waits') open.set(line.about, line);
    else open.delete(line.about);
    if (line.change === 'ready' && begin !== undefined) links.set(line.place, { begin, end: line });
  }
  return links;
}

/** The goroutines that a line may be of, if Why is right; undefined for any. */
function wakersOf({ goroutines }: Trace, { by, g }: Readied, { about, mayBeTimer }: Line): number[] | undefined {
  if (by === 'goroutine') return [goroutines.id[g]!];
  // A system call returns in its own goroutine. A timer fires in any goroutine, or in none.
  if (by === 'syscall') return [0, about];
  return by === 'timer' && mayBeTimer ? undefined : [0];
}

/** Requires that Why and the text say the same of all waits. @returns how many waits were ended by what */
function compare(bytes: Uint8Array): Map<string, number> {
  const trace = parse(bytes, { keepOffsets: true });
  const { ts, length } = trace.events;
  const isV1 = trace.version < 22;
  const text = [...dumpTrace(trace, bytes)].join('');
  const links = linked(isV1 ? linesV1(text) : linesV2(text));
  const why = new Why(trace);
  const place = (e: number) => (isV1 ? trace.offsets!.events[e]! : ts[e]!);
  const counts = new Map<string, number>();
  for (let e = 0; e < length; e++) {
    const period = why.period(e);
    if (period === undefined || period.activity < FIRST_WAIT) continue;
    const { ended } = why.of(period).wait!;
    if (ended === undefined) continue;
    const link = links.get(place(ended.event));
    if (link === undefined) throw new Error(`the text has no end of the wait that begins with event ${e}`);
    links.delete(place(ended.event));
    expect(link.end.about).toBe(trace.goroutines.id[period.g]);
    if (link.begin.isBeginning) expect(link.begin.place).toBe(place(e));
    const wakers = wakersOf(trace, ended, link.end);
    if (wakers?.includes(link.end.within) === false) {
      throw new Error(`event ${ended.event} is of goroutine ${link.end.within}, expected ${wakers.join(' or ')}`);
    }
    counts.set(ended.by, (counts.get(ended.by) ?? 0) + 1);
  }
  // Nor has the text one that Why does not know.
  expect([...links.values()]).toEqual([]);
  return counts;
}

describe('every wait has the waker that the text of the trace says', () => {
  test('in the story', () => {
    expect([...compare(story().bytes)]).toEqual([
      ['goroutine', 2],
      ['syscall', 1],
    ]);
  });

  test.each(
    modes.flatMap(
      ({ name }) =>
        [
          [name, 'threads', 2],
          [name, 'sim', 3],
        ] as const,
    ),
  )('in mode %s, %s on %i Ps', async (name, engine, procs) => {
    const counts = compare(readFileSync(await modeTraceFile(name, engine, procs, 4)));
    // Mode seq has one goroutine: only a system call ends its waits.
    expect(counts.get('goroutine') ?? 0).toBeGreaterThan(name === 'seq' ? -1 : 0);
  });

  test.each(goTraceNames())('in %s of Go 1.19', (name) => {
    const counts = compare(goTrace(name));
    expect(counts.size).toBeGreaterThan(0);
  });

  test.each(goProgramTraces())('in %s', (name) => {
    const counts = compare(goProgramTrace(name));
    expect(counts.size).toBeGreaterThan(0);
  });
});
