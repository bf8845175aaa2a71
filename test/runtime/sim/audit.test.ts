// The simulator keeps its invariants at every step: no goroutine is lost, in two places, or waits beside an idle P; time goes
// forward; and channels serve in order. See src/runtime/sim/audit/audit.ts.

import { Simulator } from 'mandel/run';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examples, machineWith, paintings, programs, type Subject, written } from './subjects.js';

/** Programs that make tens of thousands of goroutines, and take seconds. */
const crowds = new Set(['goroutines', 'stress_eachonce']);

/** The modes with four workers. */
const crews = paintings.filter(({ name }) => name.endsWith(' 4'));

/** A run that hangs is interrupted after so many milliseconds. */
const HANG_MS = 20_000;

async function keepsThem(simulator: Simulator, { name, program }: Subject, seed: number): Promise<void> {
  const { status, report } = await simulator.run(program, { audit: true, seed, signal: AbortSignal.timeout(HANG_MS) });
  expect(`${name}, seed ${seed}: ${status} ${report}`).toBe(`${name}, seed ${seed}: ok `);
}

// The threads are up from the beginning: on the default machine small programs are over before all threads are up.
describe.each([2, 64])('on %d Ps that are up at once', (procs) => {
  let simulator: Simulator;
  beforeAll(() => {
    simulator = new Simulator(procs, { machine: machineWith({ bootP: 0 }) });
  });
  afterAll(() => simulator.close());

  test.each([...paintings, ...programs.filter((p) => !crowds.has(p.name))])('$name keeps them', (subject) =>
    keepsThem(simulator, subject, procs),
  );
});

describe('on Ps that come up later', () => {
  let simulator: Simulator;
  beforeAll(() => {
    simulator = new Simulator(3);
  });
  afterAll(() => simulator.close());

  test.each([...paintings, ...programs.filter((p) => !crowds.has(p.name))])('$name keeps them', (subject) =>
    keepsThem(simulator, subject, 4),
  );
});

describe('on Ps that are expensive to wake, or cost nothing', () => {
  test.each([
    { wake: 5e6, bootP: 0 },
    { wake: 0, notify: 0, sleep: 0, handoff: 0, remote: 0, switch: 0, transfer: 0, bootP: 0 },
    { handoff: 1e5, transfer: 1e4, bootP: 1e6 },
  ])('%o', async (costs) => {
    const simulator = new Simulator(5, { machine: machineWith(costs) });
    try {
      for (const subject of crews) await keepsThem(simulator, subject, 5);
      const talkers = programs.filter((p) => /^(go_sync|go_select|sieve1|select5|stress_pauses)$/.test(p.name));
      expect(talkers).toHaveLength(5);
      for (const subject of talkers) await keepsThem(simulator, subject, 5);
    } finally {
      await simulator.close();
    }
  });
});

describe('the output', () => {
  // Of examples, as these print. What they print is checked by examples.test.ts.
  test('is the same with an audit', async () => {
    const simulator = new Simulator(4);
    try {
      for (const { name, program } of examples) {
        const plain = await simulator.run(program, { seed: 6 });
        const audited = await simulator.run(program, { seed: 6, audit: true });
        expect([name, audited]).toEqual([name, plain]);
      }
    } finally {
      await simulator.close();
    }
  });

  test('is the same when a trace begins and ends', async () => {
    const simulator = new Simulator(4, { machine: machineWith({ bootP: 0 }) });
    try {
      const program = written(`
export function* worker(c, d) { yield* c.range((v) => {}); d.done(); }
export function* main() {
  for (let k = 0; k < 5; k++) {
    const c = chan(int), d = new WaitGroup();
    d.add(8);
    for (let k = 0; k < 8; k++) go(worker, c, d);
    yield* trace.start('/dev/null');
    for (let k = 0; k < 300; k++) yield* c.send(k);
    yield* trace.stop();
    c.close();
    yield* d.wait();
  }
}`);
      for (let seed = 1; seed <= 5; seed++) await keepsThem(simulator, { name: 'a traced part', program }, seed);
    } finally {
      await simulator.close();
    }
  });
});
