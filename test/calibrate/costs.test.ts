// From what programs took to costs: of programs that take exactly what their costs say, these costs come out again.

import { machines } from 'mandel/machines';
import { describe, expect, test } from 'vitest';
import {
  costsOf,
  costTable,
  figure,
  fillIn,
  type Samples,
  SCENE_ITERATIONS,
  SIDE,
  STRIP_ITERATIONS,
} from '#src/calibrate/costs.js';

const PIXELS = SIDE * SIDE;
const sizes = { solo: 1000, calls: 100 };
// What crowding is shows in pictures that two Ps paint: see fit.test.ts.
const real = { ...machines[0]!.costs, bootP: 5e6, receive: 2, crowding: 1, cores: 2 };
const none = { procs: 1, goroutines: 1, switches: 1, steals: 0, parks: 0, wakes: 0, sends: 0, receives: 0, memory: 0 };

type Stats = Partial<typeof none>;

/** What all probes would say on the machine with these costs. */
function said(): Samples {
  const c = real;
  const samples = new Map<string, { ns: number[]; stats: typeof none; wall: number }[]>();
  const put = (name: string, ns: number[], stats: Stats = {}, wall = 0) =>
    samples.set(name, [{ ns, stats: { ...none, ...stats }, wall }]);
  const encoding = 5e6;
  const scene = PIXELS * c.pixel + SCENE_ITERATIONS * c.iteration;
  const strip = PIXELS * c.pixel + STRIP_ITERATIONS * c.iteration;
  put('scene seq 1', [scene, encoding + PIXELS * c.encoded]);
  put('one seq 1', [encoding, 20e6], {}, 20e6 + c.exit);
  put('strip seq 1', [strip]);

  const px = { goroutines: PIXELS, switches: PIXELS };
  const workers = { switches: PIXELS, parks: PIXELS };
  const handingPx = PIXELS * (c.create + c.switch + c.effect);
  const pair = 2 * c.operation + c.send + c.receive;
  const handingWorkers = PIXELS * (pair + c.switch + c.park);
  put('scene px 1', [scene + handingPx], px);
  put('scene workers 1', [scene + handingWorkers], workers);
  put('scene buffered 4', [scene + PIXELS * pair], { switches: 0, parks: 0 });
  put('strip px 1', [strip + handingPx], px);
  put('strip px 1 traced', [strip + handingPx + 3 * PIXELS * c.event], px);
  put('strip workers 1', [strip + handingWorkers], workers);
  const events = 1 + 3 * PIXELS;
  put('strip workers 1 traced', [strip + handingWorkers + events * c.event], workers);

  const n = sizes.solo;
  put('creating', [n * c.create]);
  put('ending', [n * (c.switch + c.effect)]);
  put('yields', [n * (c.operation + c.switch)]);
  put('waits', [n * c.operation]);
  put('effects', [n * c.effect]);
  put('sends', [n * (c.operation + c.send)]);
  put('backAndForth', [2 * n * (pair + c.switch + c.park)]);
  put('calls', [sizes.calls * c.syscall]);

  const send = c.operation + c.send + c.transfer;
  const arrival = c.switch + c.receive;
  put('channels', [2 * c.transfer]);
  put('readying', [send + c.remote, send + c.handoff + arrival]);
  put('roundTrips', [2 * (send + c.handoff + arrival)]);
  put('waking', [send + c.remote + c.notify, send + c.remote + c.wake + arrival]);
  put('dozing', [0, send + c.remote + c.wake + arrival + c.sleep]);
  put('stealing', [c.switch + c.steal]);

  put('process 1', [c.boot + encoding + c.exit, c.bootUser + encoding, c.bootSys]);
  put('process 2', [c.boot + c.bootMore + encoding + c.exit, c.bootUser + encoding + 50e6, c.bootSys]);
  put('coming 1', [100e6, 0]);
  put('coming 2', [101e6, c.bootP - 1e6]);
  return samples;
}

describe('costsOf', () => {
  const costs = costsOf(said(), sizes, 2);

  test.each(Object.entries(real))('finds %s', (name, price) => {
    const { value } = costs[name as keyof typeof costs];
    expect(value / price).toBeCloseTo(1, 3);
  });

  test('is not misled by one slow round', () => {
    const samples = new Map(
      [...said()].map(([name, list]) => {
        const slow = list.map((taken) => ({ ...taken, ns: taken.ns.map((ns) => ns * 3) }));
        return [name, [...list, ...list, ...slow, ...list]] as const;
      }),
    );
    expect(costsOf(samples, sizes, 2).switch.value / real.switch).toBeCloseTo(1, 3);
  });

  test('knows nothing of other Ps on one core, and what lacks is filled in from the rest', () => {
    const pairs = ['channels', 'readying', 'roundTrips', 'waking', 'dozing', 'stealing'];
    const samples = new Map([...said()].filter(([name]) => !pairs.includes(name)));
    const alone = costsOf(samples, sizes, 1);
    const values = Object.fromEntries(Object.entries(alone).map(([name, { value }]) => [name, value]));
    const lacking = fillIn(values as Parameters<typeof fillIn>[0]);
    expect(lacking.toSorted()).toEqual(
      ['handoff', 'notify', 'remote', 'sleep', 'steal', 'transfer', 'wake'].toSorted(),
    );
    expect(values.crowding).toBe(1);
    for (const name of lacking) expect(values[name]).toBeGreaterThan(0);
    expect(costTable(alone)).toMatch(/^transfer .* guessed /m);
  });

  test('the table has a line for each, with what it is the price of', () => {
    const lines = costTable(costs, 200).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + Object.keys(real).length);
    expect(lines[0]).toMatch(/^cost +ns +spread +what for$/);
    expect(costTable(costs, 200)).toMatch(/^create .* a go statement$/m);
    for (const line of costTable(costs, 80).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('a figure', () => {
  test('is the first quartile, with both', () => {
    expect(figure([5, 1, 3, 2, 4])).toEqual({ value: 2, low: 2, high: 4, n: 5 });
  });

  test('leaves out what did not come about', () => {
    expect(figure([Number.NaN, 7])).toEqual({ value: 7, low: 7, high: 7, n: 1 });
    expect(figure([Number.NaN]).value).toBeNaN();
  });
});
