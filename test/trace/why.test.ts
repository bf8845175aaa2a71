// Why: the causes of waits and of executions, by hand and by the laws that hold in every trace.

import { ev, parse, type Trace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { activities, FIRST_WAIT } from '#src/trace/analysis/activity.js';
import { isStart, type Period } from '#src/trace/analysis/histories.js';
import { Why } from '#src/trace/analysis/why.js';
import { objectText } from '#src/trace/objects.js';
import { partOf } from '#src/trace/part.js';
import { goTrace, goTraceNames } from '../programs/lib/gotraces.js';
import { pxTrace } from '../programs/lib/pxtrace.js';
import { everything, wokenForNothing } from '../programs/lib/tracecases.js';
import { goProgramTrace, goProgramTraces } from '../programs/lib/tracesv2.js';
import { modeRuns, modeTrace } from '../support/modetraces.js';
import { story } from '../support/story.js';

const files: readonly (readonly [string, () => Trace | Promise<Trace>])[] = [
  ['the story', () => parse(story().bytes)],
  ['one with every event', () => parse(everything('go 1.19 trace').bytes)],
  ['one with a wake-up for nothing', () => parse(wokenForNothing(true).bytes)],
  ['many goroutines', () => parse(pxTrace(2000, 3))],
  ...goTraceNames().map((name) => [name, () => parse(goTrace(name))] as const),
  ...goProgramTraces().map((name) => [name, () => parse(goProgramTrace(name))] as const),
  ...modeRuns.map(
    ([name, engine, procs]) => [`${name} on ${procs} Ps, ${engine}`, () => modeTrace(name, engine, procs)] as const,
  ),
];

/** All periods of a trace, each with the event whose link says when it ends: of a lost P that is the system call. */
function* periods({ events: { type, g, length } }: Trace, why: Why): Generator<{ period: Period; linked: number }> {
  const calls = new Map<number, number>();
  for (let e = 0; e < length; e++) {
    if (type[e] === ev.GoSysCall) calls.set(g[e]!, e);
    const period = why.period(e);
    if (period !== undefined) yield { period, linked: type[e] === ev.GoSysBlock ? (calls.get(g[e]!) ?? -1) : e };
  }
}

/** Requires that what `why` says of the periods is what the links say. */
function equalsLinks(trace: Trace): { waits: number; runnable: number } {
  const { type, ts, g, p, link, length } = trace.events;
  const why = new Why(trace);
  const seen = { waits: 0, runnable: 0 };
  for (const { period, linked } of periods(trace, why)) {
    const { wait, runnable, readied } = why.of(period);
    const wrong = (what: string) =>
      new Error(`${what} of the period of event ${period.begin} is not what the links say`);
    if (period.activity >= FIRST_WAIT) {
      seen.waits++;
      const { event = -1, by, g: waker = 0, runnableNs = 0, start } = wait!.ended ?? {};
      // A system call from before the trace has no link.
      if (linked >= 0 && type[linked] !== ev.GoInSyscall && event !== link[linked]) throw wrong('the end');
      if (event >= 0 && start !== link[event]) throw wrong('the start');
      if (event >= 0 && runnableNs !== (link[event]! < 0 ? trace.durationNs : ts[link[event]!]!) - ts[event]!)
        throw wrong('the time');
      if (
        by === 'goroutine'
          ? waker !== g[event]
          : by !== undefined && by !== 'timer' && type[event] === ev.GoUnblock && g[event] !== 0
      )
        throw wrong('the waker');
    }
    if (runnable !== undefined) {
      seen.runnable++;
      const { readied, meanwhile } = runnable;
      if (readied.event !== period.begin || readied.start !== link[period.begin]) throw wrong('the start');
      const on = link[period.begin]! < 0 ? -1 : p[link[period.begin]!];
      if (runnable.p !== on) throw wrong('the P');
      for (const s of meanwhile) {
        const isMeanwhile = p[s] === on && isStart[type[s]!] === 1 && s < readied.start && link[s]! > period.begin;
        if (!isMeanwhile) throw wrong('what ran meanwhile');
      }
    }
    if (readied !== undefined && link[readied.event] !== readied.start) throw wrong('the start');
  }
  expect(length).toBeGreaterThan(0);
  return seen;
}

/** Requires that the chains lead back to beginnings, in decreasing steps, and forward again. */
function chains(trace: Trace): void {
  const why = new Why(trace);
  const { length } = trace.events;
  const step = Math.max(1, Math.floor(length / 100));
  for (let e = length - 1; e >= 0; e -= step) {
    let at = why.period(e);
    for (let steps = 0; at !== undefined && steps < 200; steps++) {
      const back = why.back(at);
      if (back === undefined) {
        // Only what no goroutine has created has nothing before.
        const created = trace.goroutines.created[at.g]!;
        const isFirst = at.begin === created || why.periodOf(at.g, at.begin - 1)?.begin === created;
        expect([isFirst, trace.events.g[created]]).toEqual([true, 0]);
        break;
      }
      if (!(back.event <= at.begin && back.to.begin < at.begin)) throw new Error(`no step back from event ${at.begin}`);
      const again = why.forwards(back.to).some(({ event }) => event === back.event);
      if (back.to.g !== at.g && !again) throw new Error(`no way from event ${back.to.begin} to ${at.begin}`);
      at = back.to;
    }
    let last = why.period(e);
    for (let steps = 0; last !== undefined && steps < 200; steps++) {
      const next = why.forward(last);
      if (next !== undefined && next.to.begin <= last.begin)
        throw new Error(`no step forward from event ${last.begin}`);
      last = next?.to;
    }
  }
}

describe.each(files)('in %s', (_, read) => {
  test('every wait is ended by the event that it is linked to, of it and of a part; and chains lead to a beginning', async () => {
    const trace = await read();
    equalsLinks(trace);
    chains(trace);
    const part = partOf(trace, trace.durationNs * 0.3, trace.durationNs * 0.8);
    if (part.events.length > 0) {
      equalsLinks(part);
      chains(part);
    }
  });
});

describe('in the story', () => {
  const trace = parse(story().bytes);
  const why = new Why(trace);
  const { goroutines, events } = trace;
  const index = (id: number) => goroutines.id.indexOf(id);
  const periodsOf = (id: number) =>
    Array.from(
      why.histories.event.subarray(why.histories.first[index(id)]!, why.histories.first[index(id) + 1]!),
      (e) => why.period(e)!,
    );
  const said = ({ g, activity, fromNs }: Period) => `${goroutines.id[g]} ${activities[activity]} ${fromNs}`;

  test('worker 2 waited for worker 3, and then for a P', () => {
    const wait = periodsOf(2).find(({ activity }) => activity >= FIRST_WAIT)!;
    const { ended } = why.of(wait).wait!;
    expect(ended).toMatchObject({ by: 'goroutine', g: index(3), runnableNs: 50 });
    expect([events.ts[ended!.event], events.ts[ended!.start]]).toEqual([200, 250]);
    const { runnable } = why.of(why.period(ended!.event)!);
    // Worker 3 itself was on that P, until 240.
    expect([runnable!.p, ...runnable!.meanwhile].map((x, k) => (k === 0 ? x : goroutines.id[events.g[x]!]))).toEqual([
      1, 3,
    ]);
  });

  test('main waited in a call, and its first wait has no object', () => {
    const waits = periodsOf(1).filter(({ activity }) => activity >= FIRST_WAIT);
    expect(waits.map((wait) => why.of(wait).wait!.ended?.by)).toEqual(['goroutine', 'syscall']);
    expect(why.of(waits[0]!).wait!.object).toBe(undefined);
  });

  test('a chain leads from the end of main to its beginning, and forward to worker 2', () => {
    const chain: string[] = [];
    for (let at = periodsOf(1).find(({ fromNs }) => fromNs === 320); at !== undefined; at = why.back(at)?.to)
      chain.push(said(at));
    expect(chain).toEqual([
      '1 execution 320', // woken at 300 by
      '2 execution 250', // woken at 200 by
      '3 execution 40', // created at 30 by
      '1 execution 10', // created by nothing in the trace
    ]);
    const main = periodsOf(1).find(({ fromNs }) => fromNs === 10)!;
    expect(why.forwards(main).map(({ to }) => said(to))).toEqual(['2 execution 100', '3 execution 40']);
    expect(said(why.forward(main)!.to)).toBe('2 execution 100');
    expect(said(why.forward(periodsOf(3).find(({ fromNs }) => fromNs === 40)!)!.to)).toBe('2 execution 250');
  });
});

test('a wait of ours says its object, its waker and where that was', async () => {
  const trace = await modeTrace('workers', 'sim', 2);
  const why = new Why(trace);
  const by = new Map<string, number>();
  for (const { period } of periods(trace, why)) {
    const { wait } = why.of(period);
    if (wait === undefined) continue;
    expect(wait.object).not.toBe(undefined);
    const object = objectText(wait.object!).replace(/struct\{.*\}/, 'point');
    by.set(`${object} ${wait.ended?.by} ${(wait.ended?.stack ?? 0) > 0}`, 1);
  }
  expect([...by.keys()].sort()).toEqual([
    'chan point 2 (workers.ts:18) goroutine true',
    'sync.WaitGroup 1 (workers.ts:15) goroutine true',
  ]);
});
