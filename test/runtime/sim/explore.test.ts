// Exploring: a bug of a program is found in few runs; no bug is reported where there is none; and a seed gives the same run again.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Outcome, Simulator } from 'mandel/run';
import { checkTrace, readTrace } from 'mandel/trace';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { notExplored, rightExamples } from '../../programs/lib/explored.js';
import { bugs } from '../../support/bugs.js';
import { polls } from '../../support/polls.js';
import { writeProgram } from '../../support/program.js';
import { selfChecking, selfCheckingUrl } from '../../support/selfchecking.js';
import { tempDir } from '../../support/tempdir.js';

const strategies = ['random', 'pct'] as const;

/** Runs within which a bug must be found: half of the thousand that exploring promises; it takes 10 to 30 on average. */
const RUNS = 500;
/** The same for small programs, which fail more often. */
const FEWER = 150;
/** Runs of a program without a bug; bench/campaigns/explore.ts does ten thousand. */
const FEW = 3;
/** A program that does not end is given up after very many steps. */
const VERY_FEW = 4;

const compiled = (path: string) => new URL(`../../../dist/${path}.js`, import.meta.url);
const skipped = notExplored.flatMap(({ tests }) => tests);

let simulator: Simulator;
beforeAll(() => {
  simulator = new Simulator(8);
});
afterAll(() => simulator.close());

/** Two goroutines that wait for each other in loops: neither can end on top of the other. */
const plainPingpong = `
export function play(s, me, wg) {
  for (let k = 0; k < 3; k++) {
    while (s.turn !== me) now();
    s.turn = 1 - me;
  }
  wg.done();
}
export function* main() {
  const s = alloc(struct({ turn: int }));
  const wg = new WaitGroup();
  wg.add(2);
  go(play, s, 0, wg);
  go(play, s, 1, wg);
  yield* wg.wait();
}`;

const kinds = (outcomes: readonly Outcome[]) => outcomes.map(({ kind }) => kind).sort();
const reports = (outcomes: readonly Outcome[]) => outcomes.map(({ kind, seed, report }) => ({ kind, seed, report }));

const planted = [
  { name: 'lostwakeup', kind: 'deadlock', says: /^fatal error: all goroutines are asleep - deadlock!/ },
  {
    name: 'closerace',
    kind: 'panic',
    says: /^panic: close of closed channel\n\ngoroutine \d+ \[running\]:\ncloserace\.search/,
  },
] as const;

describe.each(strategies)('with the strategy %s', (strategy) => {
  describe.each(planted)('the $kind in examples/$name', ({ name, kind, says }) => {
    test.each([1, 123_456_789])('is found from seed %d on', async (seed) => {
      const outcomes = await simulator.explore(compiled(`examples/${name}`), { runs: RUNS, seed, strategy });
      expect(kinds(outcomes)).toEqual([kind, 'ok'].sort());
      expect(outcomes.reduce((sum, { count }) => sum + count, 0)).toBe(RUNS);
      const bug = outcomes.find((o) => o.kind === kind)!;
      expect(bug.report).toMatch(says);
      expect(bug.seed).toBeGreaterThanOrEqual(seed);
      expect(bug.seed).toBeLessThan(seed + RUNS);
    });

    test('is found again by its seed, with the same trace, byte for byte', async () => {
      const program = compiled(`examples/${name}`);
      const outcomes = await simulator.explore(program, { runs: RUNS, strategy });
      const dir = tempDir();
      for (const { seed, kind, report } of outcomes) {
        const traces = [];
        for (const file of ['a.out', 'b.out']) {
          const trace = join(dir, file);
          const result = await simulator.replay(program, { seed, strategy, trace });
          expect({ seed, kind: result.status, report: result.report }).toEqual({ seed, kind, report });
          traces.push(readFileSync(trace));
        }
        expect(traces[0]!.equals(traces[1]!)).toBe(true);
        expect(checkTrace(readTrace(join(dir, 'a.out')))).toMatchObject({ created: 3 });
      }
    });

    test('is explored twice with the same result', async () => {
      const explore = () => simulator.explore(compiled(`examples/${name}`), { runs: FEWER, seed: 7, strategy });
      expect(await explore()).toEqual(await explore());
    });
  });

  test.each(bugs)('found: $what', async ({ body, finds, says }) => {
    const program = pathToFileURL(writeProgram(tempDir(), 'p', body));
    const runs = finds === 'endless' ? VERY_FEW : FEWER;
    const outcomes = await simulator.explore(program, { runs, strategy });
    const bad = outcomes.filter(({ kind }) => kind === (finds === 'another result' ? 'ok' : finds));
    expect(bad.length, JSON.stringify(reports(outcomes))).toBeGreaterThan(finds === 'another result' ? 1 : 0);
    expect(bad.some(({ report, output }) => says.test(`${report}${output}`))).toBe(true);
  });

  test.each(polls)('ends: a wait for a field $what', async ({ body }) => {
    const program = pathToFileURL(writeProgram(tempDir(), 'p', body));
    const outcomes = await simulator.explore(program, { runs: FEWER, strategy });
    expect(reports(outcomes)).toEqual([{ kind: 'ok', seed: 1, report: '' }]);
    const { status } = await simulator.replay(program, { seed: FEWER, strategy });
    expect(status).toBe('ok');
  });

  test('two goroutines that wait for each other in loops without a scheduling point are refused', async () => {
    const program = pathToFileURL(writeProgram(tempDir(), 'p', plainPingpong));
    await expect(simulator.explore(program, { runs: 1, strategy })).rejects.toThrow(
      /^explore: goroutines of p\.play wait in loops for each other's fields, .* such as `yield\* gosched\(\)`, into the loops$/,
    );
  });

  test.each(selfChecking.filter((name) => !skipped.includes(name)))(
    'nothing is wrong with programs/%s',
    async (name) => {
      const outcomes = await simulator.explore(selfCheckingUrl(name), { runs: FEW, strategy });
      expect(reports(outcomes)).toEqual([{ kind: 'ok', seed: 1, report: '' }]);
    },
  );

  test.each(rightExamples)('nothing is wrong with examples/%s', async (name) => {
    const outcomes = await simulator.explore(compiled(`examples/${name}`), { runs: FEW, strategy });
    expect(reports(outcomes)).toEqual([{ kind: 'ok', seed: 1, report: '' }]);
  });
});

describe.each(strategies)('a run that has no end, with the strategy %s', (strategy) => {
  const explore = (body: string) => {
    const program = pathToFileURL(writeProgram(tempDir(), 'p', body));
    return simulator.explore(program, { runs: VERY_FEW, strategy, steps: 2000 });
  };

  test.each([
    { what: 'yields for ever', body: 'export function* main() { for (;;) yield* gosched(); }' },
    { what: 'sleeps for ever', body: 'export function* main() { for (;;) yield* sleep(hour); }' },
    { what: 'receives ticks for ever', body: 'export function* main() { yield* new Ticker(hour).c.range(() => {}); }' },
    { what: 'looks at the clock for ever', body: 'export function main() { for (;;) now(); }' },
    {
      what: 'tries to lock for ever',
      body: 'export function main() { const mu = new Mutex(); for (;;) mu.tryLock(); }',
    },
    {
      what: 'looks at the clock for ever while others sleep',
      body: `
export function* sleeps() { for (;;) yield* sleep(1); }
export function* main() { go(sleeps); go(sleeps); yield* gosched(); for (;;) now(); }`,
    },
    {
      what: 'is passed on for ever by timers',
      body: `
export function* ticks(from, to) { for (;;) { yield* from.c.recv(); from.stop(); to.reset(second); } }
export function* main() {
  const [a, b] = [new Ticker(hour), new Ticker(second)];
  a.stop();
  go(ticks, a, b);
  go(ticks, b, a);
  yield* select([]);
}`,
    },
  ])('is given up: it $what', async ({ body }) => {
    expect(await explore(body)).toMatchObject([{ kind: 'endless', count: VERY_FEW, seed: 1, report: '' }]);
  });

  test('is none if all wait, and no timer runs for whose channel one of them waits: a deadlock', async () => {
    const outcomes = await explore(`
export function* waits(t) { yield* t.c.recv(); }
export function* main() {
  const [t, stopped] = [new Ticker(second), new Ticker(second)];
  go(waits, stopped);
  yield* sleep(millisecond);
  stopped.stop();
  yield* chan(int).recv();
}`);
    expect(outcomes.filter(({ kind }) => kind !== 'deadlock')).toEqual([]);
    expect(outcomes.flatMap(({ waits }) => waits.map(({ goid }) => goid))).toEqual([1, 2]);
  });
});

test('what has been found is not lost when the thread has to be ended: of an interrupted exploration', async () => {
  const program = pathToFileURL(
    writeProgram(
      tempDir(),
      'p',
      `
export function* say(c, k) { yield* c.send(k); }
export function* main() {
  const c = chan(int);
  for (let k = 0; k < 4; k++) go(say, c, k);
  const first = yield* c.recv();
  println(first);
  if (first === 2) for (;;);
}`,
    ),
  );
  const simulator = new Simulator(8);
  const stop = new AbortController();
  let done = 0;
  // The number of runs does not change any more where one computes for ever.
  const onProgress = (runs: number) => {
    if (runs === done && runs > 0) stop.abort();
    done = runs;
  };
  try {
    const outcomes = await simulator.explore(program, { runs: 1000, signal: stop.signal, onProgress });
    expect(done).toBeLessThan(1000);
    expect(outcomes.reduce((sum, { count }) => sum + count, 0)).toBe(done);
    expect(kinds(outcomes)).toEqual(outcomes.map(() => 'ok'));
  } finally {
    await simulator.close();
  }
});

test.each(skipped)('programs/%s, which is not explored, is there', (name) => {
  expect(selfChecking).toContain(name);
});

test('runs are told apart by their output, or are not', async () => {
  const body = `
export function* say(c, what) { yield* c.send(what); }
export function* main() {
  const c = chan(int);
  go(say, c, 1);
  go(say, c, 2);
  return yield* c.recv();
}`;
  const program = pathToFileURL(writeProgram(tempDir(), 'p', body));
  const told = await simulator.explore(program, { runs: FEWER });
  expect(told.map(({ output }) => output).toSorted()).toEqual(['1\n', '2\n']);
  const first = told.find(({ seed }) => seed === 1)!;
  const one = await simulator.explore(program, { runs: FEWER, sameOutput: false });
  expect(one).toEqual([{ ...first, count: FEWER }]);
});
