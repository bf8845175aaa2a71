// The spans that match a query: their number is what a count over the lines of -export=csv gives, and that of the distributions.

import { join } from 'node:path';
import { entryName, parse, readTrace, type Trace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { goroutineBodies } from '#src/trace/analysis/goroutines.js';
import { csvTrace } from '#src/trace/export/csv.js';
import { LONGEST, matchSpans } from '#src/viewer/timeline/matches.js';
import { parseQuery } from '#src/viewer/timeline/query.js';
import { type CsvSpan, csvSpans } from '../../support/csvspans.js';
import { hostedCli } from '../../support/hosted.js';
import { someTraces } from '../../support/sometraces.js';
import { story } from '../../support/story.js';
import { tempDir } from '../../support/tempdir.js';

const running = ['execution', 'calling'];
const isBlocked = (s: CsvSpan) => ![...running, 'runnable'].includes(s.activity);
const has = (text: string, part: string) => text.toLowerCase().includes(part);

/** Queries, and what each means for a span of the CSV. */
const queries: readonly (readonly [string, (s: CsvSpan) => boolean])[] = [
  ['', () => true],
  ['state:runnable', (s) => s.activity === 'runnable'],
  ['state:running,sleep', (s) => [...running, 'sleep'].includes(s.activity)],
  ['-state:blocked', (s) => !isBlocked(s)],
  ['state:waiting dur>20us', (s) => isBlocked(s) && s.ns > 20_000],
  ['dur>=100ns -dur>=1ms', (s) => s.ns >= 100 && s.ns < 1e6],
  ['body:Main', (s) => has(s.body, 'main')],
  ['body:=main.main', (s) => s.body === 'main.main'],
  ['-body:runtime', (s) => !has(s.body, 'runtime')],
  ['woke:main', (s) => has(s.waker, 'main')],
  ['-woke:main state:execution', (s) => !has(s.waker, 'main') && s.activity === 'execution'],
  ['state:blocked woke:main', (s) => isBlocked(s) && has(s.waker, 'main')],
  [
    'state:runnable dur>1us body:worker woke:main',
    (s) => s.activity === 'runnable' && s.ns > 1000 && has(s.body, 'worker') && has(s.waker, 'main'),
  ],
  ['p:1..3 state:execution', (s) => s.p >= 1 && s.p <= 3 && s.activity === 'execution'],
  ['g:1..9,20', (s) => (s.g >= 1 && s.g <= 9) || s.g === 20],
  ['reason:chan', (s) => has(s.reason, 'chan')],
  ['at:main.go:', (s) => has(s.stack, 'main.go:')],
  ['object:"chan "', (s) => isBlocked(s) && / chan .*?, object:\d/.test(s.stack)],
  ['wait', (s) => has(s.body, 'wait') || has(s.stack, 'wait')],
  ['from:100us to:1ms', (s) => s.fromNs <= 1e6 && s.fromNs + s.ns >= 100_000],
];

const traces = someTraces();

/** Requires that all queries find in a trace what its CSV says. @returns how many queries found something, and not everything */
function expectMatches(name: string, trace: Trace): number {
  const spans = csvSpans([...csvTrace(trace)].join(''), { ...trace, silent: silentBodies(trace) });
  let telling = 0;
  for (const [text, is] of queries) {
    const matches = matchSpans(trace, parseQuery(text));
    const wanted = spans.filter(is);
    expect([name, text, matches.count]).toEqual([name, text, wanted.length]);
    expect([name, text, matches.totalNs]).toEqual([name, text, wanted.reduce((sum, { ns }) => sum + ns, 0)]);
    const lengths = wanted.map(({ ns }) => ns).sort((a, b) => b - a);
    expect([...matches.longestNs], `${name} ${text}`).toEqual(lengths.slice(0, LONGEST));
    expect(bitsOf(matches.bits)).toBe(matches.count);
    if (wanted.length > 0 && wanted.length < spans.length) telling++;
  }
  return telling;
}

/** Bodies of the goroutines that cause no event, by number: the CSV does not have them. */
function silentBodies(trace: Trace): Map<number, string> {
  const isHeard = new Uint8Array(trace.goroutines.length);
  for (const g of trace.events.g) isHeard[g] = 1;
  const silent = new Map<number, string>();
  for (let g = 1; g < isHeard.length; g++)
    if (isHeard[g] === 0) silent.set(trace.goroutines.id[g]!, entryName(trace, g));
  return silent;
}

function bitsOf(bits: Uint8Array): number {
  return bits.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
}

describe('the spans that match a query', () => {
  test.each(traces)('of %s are those that its CSV has', (name, trace) => {
    expectMatches(name, trace);
  });

  test.each([
    ['workers', ['-workers', '3']],
    ['row', []],
    ['buffered', ['-workers', '2']],
  ])('of mode %s are those that its CSV has', async (mode, more) => {
    const file = join(tempDir(), 'trace.out');
    const flags = ['-engine', 'sim', '-procs', '3', '-mode', mode, ...more, '-h', '24', '-w', '24', '-trace', file];
    const { status, stderr } = await hostedCli([...flags, '-o', join(tempDir(), 'out.png')], { cwd: tempDir() });
    expect(status, stderr).toBe(0);
    expect(expectMatches(mode, readTrace(file))).toBeGreaterThan(5);
  });

  test.each(traces)('of %s are as many as the periods of its distributions', (_, trace) => {
    for (const body of goroutineBodies(trace)) {
      for (const { activity, each } of body.spent) {
        const query = parseQuery(`state:${activity} body:=${JSON.stringify(body.name)}`);
        const { count, totalNs } = matchSpans(trace, query);
        expect([body.name, activity, count]).toEqual([body.name, activity, each.n]);
        // The wait of an introduced goroutine counts from its creation there.
        if (activity !== 'before') expect([body.name, activity, totalNs]).toEqual([body.name, activity, each.total]);
      }
    }
  });

  test('are named by the events that begin them, the longest first', () => {
    const trace = parse(story().bytes);
    const { bits, longest, longestNs } = matchSpans(trace, parseQuery('state:runnable body:worker'));
    const { ts, type } = trace.events;
    expect([...longest].map((e) => ts[e])).toEqual([20, 200, 310, 30]);
    expect([...longestNs]).toEqual([80, 50, 20, 10]);
    for (let e = 0; e < type.length; e++)
      expect(((bits[e >> 3] ?? 0) >> (e & 7)) & 1).toBe(longest.includes(e) ? 1 : 0);
  });

  test('of a wait, of the time until it runs, and of what it executes then have one who woke the goroutine', () => {
    const trace = parse(story().bytes);
    const found = (text: string) => {
      const { longest } = matchSpans(trace, parseQuery(text));
      return [...longest].map((e) => trace.events.ts[e]).sort((a, b) => a! - b!);
    };
    // Worker 2 waits from 150, worker 3 wakes it at 200, it runs from 250 until it is preempted.
    expect(found('body:worker woke:worker')).toEqual([150, 200, 250]);
    // Created by main at 20 and 30, run from 100 and 40.
    expect(found('body:worker woke:=runtime.main')).toEqual([20, 30, 40, 100]);
    // Preempted at 310: none woke it.
    expect(found('body:worker -woke:main -woke:worker')).toEqual([310, 330]);
  });
});
