// Runs small channel programs that are given as data (lib/law.ts), many side by side, and returns what each came to.
//
// The goroutines of all programs are started first, so that they settle on different Ps, and let go together. Whether
// those that are blocked stay so cannot be seen from within; main takes it for certain when no goroutine of all has
// finished an operation for a long while, in which each was able to many thousand times.

import {
  alloc,
  bool,
  type Chan,
  chan,
  chanOf,
  type Go,
  go,
  gosched,
  int,
  millisecond,
  nilChan,
  orDefault,
  recv,
  type Shared,
  select,
  send,
  sleep,
  string,
  struct,
} from 'mandel/go';
import { equal, textOf } from './lib/go_expect.js';
import { type LawProgram, line, type Operation, type Outcome } from './lib/law.js';
import { letOthersStart } from './lib/spread.js';

/** What a goroutine has to tell: the operations that are over, a JSON list of lines. */
const diary = struct({ lines: string, over: bool });
type Diary = Shared<typeof diary.zero>;

const three = struct({ a: chanOf(int), b: chanOf(int), c: chanOf(int) });
type Three = typeof three.zero;

const pause = 5 * millisecond;

/** A program that has one outcome, for those who only want to see that programs are run. */
const sample: LawProgram = {
  caps: [0, 1],
  goroutines: [
    [
      { op: 'send', c: 0, v: 1 },
      { op: 'recv2', c: 1 },
      { op: 'close', c: 1 },
    ],
    [
      { op: 'recv', c: 0 },
      { op: 'select', cases: [{ dir: 'send', c: 1, v: 2 }], orDefault: false },
      { op: 'recv', c: -1 },
    ],
  ],
};
const sampleOutcome: Outcome = [
  ['sent', '2 true', 'closed'],
  ['1', 'case 0'],
];

/**
 * @param json programs, a JSON list
 * @param quiet how long (ms) nothing must have happened
 */
export function* main(json: string = JSON.stringify([sample]), quiet = 20): Go<Outcome[]> {
  const programs: LawProgram[] = JSON.parse(json);
  const begin = chan(int);
  const diaries = programs.map(({ caps, goroutines }) => {
    const [a, b, c] = [0, 1, 2].map((k) => (k < caps.length ? chan(int, caps[k]) : nilChan(int)));
    const channels: Three = { a: a!, b: b!, c: c! };
    return goroutines.map((operations) => {
      const told = alloc(diary, { lines: '[]' });
      go(interpret, JSON.stringify(operations), channels, told, begin);
      return told;
    });
  });
  letOthersStart();
  yield* gosched();
  begin.close();

  const all = diaries.flat();
  let before = -1;
  for (let still = 0; still * pause < quiet * millisecond && !all.every((told) => told.over); still++) {
    yield* sleep(pause);
    const told = all.reduce((sum, { lines }) => sum + lines.length, 0);
    if (told !== before) still = -1;
    before = told;
  }
  const outcomes = diaries.map((told) => told.map(({ lines }) => JSON.parse(lines) as string[]));
  if (programs.length === 1 && json === JSON.stringify([sample])) equal('outcome', outcomes[0], sampleOutcome);
  return outcomes;
}

export function* interpret(operations: string, { a, b, c }: Three, told: Diary, begin: Chan<number>): Go {
  const channels = [a, b, c];
  const lines: string[] = [];
  yield* begin.recv();
  for (const op of JSON.parse(operations) as Operation[]) {
    lines.push(yield* operate(op, (k) => channels[k] ?? nilChan(int)));
    told.lines = JSON.stringify(lines);
  }
  told.over = true;
}

function* operate(op: Operation, channel: (k: number) => Chan<number>): Go<string> {
  try {
    switch (op.op) {
      case 'gosched':
        yield* gosched();
        return line.yielded;
      case 'send':
        yield* channel(op.c).send(op.v);
        return line.sent;
      case 'recv':
        return line.received(yield* channel(op.c).recv());
      case 'recv2':
        return line.received2(...(yield* channel(op.c).recv2()));
      case 'close':
        channel(op.c).close();
        return line.closed;
      case 'select': {
        const cases = op.cases.map(({ dir, c, v }) => (dir === 'send' ? send(channel(c), v) : recv(channel(c))));
        const s = op.orDefault ? yield* select(cases, orDefault) : yield* select(cases);
        if (op.cases[s.index]?.dir !== 'recv') return line.selected(s.index);
        return line.selectedRecv(s.index, s.value ?? Number.NaN, s.ok);
      }
    }
  } catch (error) {
    return line.panicked(textOf(error));
  }
}
