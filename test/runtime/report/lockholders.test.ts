// Deadlocks over locks: which goroutine holds what another waits for, where it has locked it, and circles; on threads, in the
// simulator, and as explore shows them.

import { describe, expect, test } from 'vitest';
import { hostedCli } from '../../support/hosted.js';
import { lockDeadlocks } from '../../support/lockdeadlocks.js';
import { writeProgram } from '../../support/program.js';
import { tempDir } from '../../support/tempdir.js';

/** What a command says of a program, with short places, and with goroutines numbered from 2 on that main has made. */
async function say(body: string, command: readonly string[]) {
  const cwd = tempDir();
  const { status, stdout, stderr } = await hostedCli([...command, writeProgram(cwd, 'p', body)], { cwd });
  const short = (text: string) => renumbered(text.replaceAll(`${cwd}/`, '').replaceAll(/(p\.mjs:\d+):\d+/g, '$1'));
  return { status, stdout: short(stdout), stderr: short(stderr) };
}

/** Threads have blocks of 16 ids. Where main begins on another thread than the one that made it, the others begin with 17. */
function renumbered(text: string): string {
  const ids = [...text.matchAll(/\bgoroutine (\d+)/g)].map(([, id]) => Number(id)).filter((id) => id > 1);
  const shift = Math.min(...ids) - 2;
  const renumber = (id: string) => String(Number(id) === 1 ? 1 : Number(id) - shift);
  return text.replaceAll(/\d+(?= ->)|(?<=\bgoroutine |-> )\d+/g, renumber);
}

const aboutHolders = /^(held|queued|and) /;

/** The circles of a deadlock's report, and the lines about holders under each goroutine that has some. */
function parse(report: string) {
  const [head, ...blocks] = report.trimEnd().split('\n\n');
  expect(head).toBe('fatal error: all goroutines are asleep - deadlock!');
  const circles = blocks[0]!.startsWith('goroutine 1 [') ? [] : blocks.shift()!.split('\n');
  const holders: Record<number, string[]> = {};
  for (const block of blocks) {
    const [, goid] = /^goroutine (\d+) \[/.exec(block)!;
    const lines = block.split('\n').filter((line) => aboutHolders.test(line));
    if (lines.length > 0) holders[Number(goid)] = lines;
  }
  return { circles, holders };
}

const engines = [
  { name: '1 P', flags: ['-procs', '1'] },
  { name: '2 Ps', flags: ['-procs', '2'] },
  { name: '4 Ps', flags: ['-procs', '4'] },
  { name: '4 simulated Ps', flags: ['-procs', '4', '-engine', 'sim'] },
] as const;

describe.each(engines)('on $name', ({ flags }) => {
  test.each(lockDeadlocks)('$what', async ({ body, circles, holders }) => {
    const ended = await say(body, ['run', ...flags]);
    expect(ended).toMatchObject({ status: 2, stdout: '' });
    expect(parse(ended.stderr)).toEqual({ circles, holders });
  });

  test('two readers that become writers wait for each other, and each for itself if it asks first', async () => {
    const { stderr } = await say(
      `
export function* upgrades(rw, wg) {
  yield* rw.rLock();
  wg.done();
  yield* wg.wait();
  yield* rw.lock();
}
export function* main() {
  const rw = new RWMutex();
  const wg = new WaitGroup();
  wg.add(2);
  go(upgrades, rw, wg);
  go(upgrades, rw, wg);
  yield* chan(int).recv();
}`,
      ['run', ...flags],
    );
    const { circles, holders } = parse(stderr);
    const first = holders[2]!.length === 2 ? 2 : 3;
    const itself = `goroutine that waits for a lock that it holds itself: ${first} -> ${first}`;
    const each = 'goroutines that wait for each other in a circle: 2 -> 3 -> 2';
    expect(circles).toEqual(first === 2 ? [itself, each] : [each, itself]);
    expect(holders[first]!.toSorted()).toEqual(
      [
        `held for reading by goroutine ${first} itself, locked at p.mjs:3`,
        `held for reading by goroutine ${5 - first}, locked at p.mjs:3`,
      ].toSorted(),
    );
    expect(holders[5 - first]).toEqual([`held by goroutine ${first}, locked at p.mjs:6`]);
  });

  test('a place is never that of an earlier locking', async () => {
    const { stderr } = await say(
      `
export function* main() {
  const mu = new Mutex();
  for (let k = 0; k < 10_000; k++) {
    yield* mu.lock();
    mu.unlock();
  }
  yield* mu.lock();
  yield* mu.lock();
}`,
      ['run', ...flags],
    );
    expect(parse(stderr).holders[1]).toEqual([
      expect.stringMatching(/^held by goroutine 1 itself(, locked at p\.mjs:8)?$/),
    ]);
  });

  test('three thousand goroutines that wait for one lock', async () => {
    const { stderr } = await say(
      `
export function* asks(mu) {
  yield* mu.lock();
}
export function* main() {
  const mu = new Mutex();
  yield* mu.lock();
  for (let k = 0; k < 3000; k++) go(asks, mu);
  yield* mu.lock();
}`,
      ['run', ...flags],
    );
    const { circles, holders } = parse(stderr);
    expect(circles).toEqual(['goroutine that waits for a lock that it holds itself: 1 -> 1']);
    expect(Object.keys(holders)).toHaveLength(3001);
    expect(new Set(Object.values(holders).flat())).toEqual(
      new Set(['held by goroutine 1 itself, locked at p.mjs:7', 'held by goroutine 1, locked at p.mjs:7']),
    );
  });
});

describe.each(['random', 'pct'])('explored with the strategy %s', (strategy) => {
  test.each(lockDeadlocks)('$what', async ({ body, circles, holders }) => {
    const { status, stdout } = await say(body, ['explore', '-runs', '5', '-strategy', strategy]);
    expect(status).toBe(1);
    const details = stdout.slice(stdout.indexOf('fatal error'), stdout.indexOf('to see it'));
    const [report = '', graph = ''] = details.split('who waits for what:\n');
    expect(parse(report)).toEqual({ circles, holders });
    const lines = graph.split('\n').map((line) => line.trim());
    expect(lines.filter((line) => aboutHolders.test(line)).toSorted()).toEqual(
      Object.values(holders).flat().toSorted(),
    );
    expect(lines.filter((line) => line.includes(' -> '))).toEqual(circles);
  });
});
