// Random channel programs on real threads do only what Go's semantics allow. The seed is another in each run of the
// tests; a failure prints it, and LAWS_SEED sets it.

import { Runtime } from 'mandel/run';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allows, type LawProgram, line } from '../programs/lib/law.js';
import { checkLaws, type RunPrograms } from '../programs/lib/lawprograms.js';

const interpreter = String(new URL('../../dist/test/programs/law_interpreter.js', import.meta.url));
const seed = Number(process.env.LAWS_SEED ?? Math.floor(Math.random() * 2 ** 30));
/** On each number of Ps. */
const programs = 400;
/** Milliseconds that nothing must have happened until what is blocked is taken to be so for ever. */
const QUIET_MS = 400;
const HANG_MS = 20_000;

describe.each([1, 2, 4])('random channel programs on %i Ps', (procs) => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = new Runtime(procs);
  });
  afterAll(() => runtime.close());

  test(`end as Go allows`, async () => {
    const run: RunPrograms = async (json, seed) => {
      const program = { modules: [interpreter], args: [json, QUIET_MS] };
      const { status, report, value } = await runtime.run(program, { seed, signal: AbortSignal.timeout(HANG_MS) });
      expect(`seed ${seed}, ${procs} Ps: ${status} ${report}`).toBe(`seed ${seed}, ${procs} Ps: ok `);
      return value as Awaited<ReturnType<RunPrograms>>;
    };
    expect(await checkLaws(run, programs, programs, seed + 1000 * procs)).toBe(programs);
  });
});

// A judge that lets everything pass would be no judge.
describe('the model of channels', () => {
  const handOver: LawProgram = {
    caps: [0, 1],
    goroutines: [
      [
        { op: 'send', c: 0, v: 1 },
        { op: 'send', c: 0, v: 2 },
        { op: 'close', c: 0 },
      ],
      [
        { op: 'recv2', c: 0 },
        { op: 'recv2', c: 0 },
        { op: 'recv2', c: 0 },
        { op: 'recv', c: 1 },
      ],
    ],
  };
  const sends = [line.sent, line.sent, line.closed];

  test('allows what happens', () => {
    expect(allows(handOver, [sends, ['1 true', '2 true', '0 false']])).toBe(true);
  });

  test.each([
    ['a value that is lost', [sends, ['2 true', '0 false', '0 false']]],
    ['a value that comes twice', [sends, ['1 true', '1 true', '2 true']]],
    ['values out of order', [sends, ['2 true', '1 true', '0 false']]],
    ['a wake-up that is lost', [sends, ['1 true', '2 true']]],
    ['a send that nobody received', [sends.slice(0, 2), ['1 true']]],
    ['a value out of nothing', [sends, ['1 true', '2 true', '0 false', '0']]],
    ['a close that is no zero', [sends, ['1 true', '2 true', '2 false']]],
  ])('refuses %s', (_, outcome) => {
    expect(allows(handOver, outcome)).toBe(false);
  });

  const choose: LawProgram = {
    caps: [1, 0],
    goroutines: [
      [{ op: 'send', c: 0, v: 1 }],
      [
        {
          op: 'select',
          cases: [
            { dir: 'recv', c: 0, v: 0 },
            { dir: 'send', c: 1, v: 2 },
            { dir: 'recv', c: 0, v: 0 },
          ],
          orDefault: true,
        },
      ],
      [{ op: 'close', c: 1 }],
    ],
  };
  test.each(['case 0: 1 true', 'case 2: 1 true', 'default', 'panic: send on closed channel'])('allows %s', (chosen) => {
    expect(allows(choose, [['sent'], [chosen], ['closed']])).toBe(true);
  });
  test.each(['case 1', 'case 0: 0 false', 'case 2: 2 true', 'panic: close of closed channel'])(
    'refuses %s',
    (chosen) => {
      expect(allows(choose, [['sent'], [chosen], ['closed']])).toBe(false);
    },
  );

  // Waiters are served in the order in which they came, and a waiting sender's value follows those in the buffer.
  test('keeps waiting senders in line', () => {
    const queue: LawProgram = {
      caps: [1],
      goroutines: [
        [
          { op: 'send', c: 0, v: 1 },
          { op: 'send', c: 0, v: 2 },
        ],
        [
          { op: 'recv', c: 0 },
          { op: 'recv', c: 0 },
        ],
      ],
    };
    expect(
      allows(queue, [
        ['sent', 'sent'],
        ['1', '2'],
      ]),
    ).toBe(true);
    expect(
      allows(queue, [
        ['sent', 'sent'],
        ['2', '1'],
      ]),
    ).toBe(false);
  });
});
