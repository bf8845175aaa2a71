// Selects of every shape that park, or would, do the one thing they should when a
// partner comes. The shapes are those of select5.ts: where the case stands that the
// partner meets, what stands beside it, what the partner does, and whether the
// partner is in a select, too. Afterwards nobody is left in any queue.
// After test/chan/select5.go in the Go distribution.
// Unlike Go, whose shapes never park, these do.

import {
  bool,
  type Chan,
  chan,
  chanOf,
  type Go,
  go,
  int,
  nilChan,
  orDefault,
  Panic,
  panic,
  recv,
  select,
  send,
  string,
  struct,
} from 'mandel/go';
import { Choices } from './lib/choices.js';
import { letOthersStart } from './lib/spread.js';

type Case = ReturnType<typeof recv<number>> | ReturnType<typeof send<number>>;

// What the select does on the channel, and what the partner does there.
const meetings = [
  ['recv', 'send'],
  ['send', 'recv'],
  ['recv', 'close'],
  ['send', 'close'],
] as const;
type Meeting = (typeof meetings)[number];

// What a partner is asked to do: op on a, in a select or not, with the value n; and to tell the result.
const request = struct({ op: string, inSelect: bool, a: chanOf(int), n: int, result: chanOf(int) });
type Request = typeof request.zero;

export function* main(): Go {
  const requests = chan(request);
  go(partner, requests);
  letOthersStart();
  let n = 1;
  for (const ch = new Choices(); ch.next(); n++) {
    const i = ch.choose(meetings.length);
    yield* oneShape(ch, n, meetings[i] ?? meetings[0], requests);
  }
}

function* oneShape(ch: Choices, n: number, meeting: Meeting, requests: Chan<Request>): Go {
  const [does, op] = meeting;
  const a = chan(int);
  const b = chan(int);
  const result = chan(int, 1);
  const { cases, fires } = chooseCases(ch, n, meeting, a, b);

  const what = `${op} for the ${does} in case ${[...fires].join(' or ')} of ${cases.length}`;
  yield* requests.send({ op, inSelect: ch.maybe(), a, n, result });

  // A send whose channel is closed under it panics; all else fires.
  let got: string;
  try {
    const s = yield* select(cases);
    got = !fires.has(s.index) ? `case ${s.index}` : does === 'recv' ? `${s.value}, ${s.ok}` : 'sent';
  } catch (err) {
    if (!(err instanceof Panic)) throw err;
    got = err.message;
  }
  const want = {
    send: `${n}, true`,
    recv: 'sent',
    close: does === 'recv' ? '0, false' : 'send on closed channel',
  }[op];
  if (got !== want) {
    panic(`${what}: got ${got}, expected ${want}`);
  }

  const r = yield* result.recv();
  const received = op === 'recv' ? n : 0;
  if (r !== received) {
    panic(`${what}: the partner got ${r}, expected ${received}`);
  }
  yield* nobodyWaits(what, b);
  if (op !== 'close') {
    yield* nobodyWaits(what, a);
  }
}

// The cases of a select on a, with others on b that are never ready, and which of them may fire.
function chooseCases(ch: Choices, n: number, [does, op]: Meeting, a: Chan<number>, b: Chan<number>) {
  const cases: Case[] = [];
  const fires = new Set<number>();
  if (ch.maybe()) cases.push(send(nilChan(int), 1), recv(nilChan(int)));
  if (ch.maybe()) cases.push(recv(b), send(b, 1));
  const place = ch.choose(cases.length + 1);
  cases.splice(place, 0, does === 'recv' ? recv(a) : send(a, n));
  fires.add(place);
  // The same once more: either may fire.
  if (ch.maybe()) fires.add(cases.push(does === 'recv' ? recv(a) : send(a, n)) - 1);
  // The opposite on the same channel, which the partner does not do. Not with close, which both cases meet.
  if (op !== 'close' && ch.maybe()) cases.push(does === 'recv' ? send(a, -n) : recv(a));
  return { cases, fires };
}

// Meets the select, plainly or in a select of its own, and tells what it received, if it did. One
// partner for all shapes: where there are several Ps, it is on another than main for most of them.
export function* partner(requests: Chan<Request>): Go {
  for (;;) {
    const { op, inSelect, a, n, result } = yield* requests.recv();
    const never = chan(int);
    let got = 0;
    if (op === 'close') {
      a.close();
    } else if (op === 'recv') {
      got = inSelect ? yield* recvInSelect(a, never) : yield* a.recv();
    } else if (inSelect) {
      yield* select([recv(never), send(a, n), send(never, 0)]);
    } else {
      yield* a.send(n);
    }
    yield* nobodyWaits(`partner's ${op}`, never);
    yield* result.send(got);
  }
}

function* recvInSelect(a: Chan<number>, never: Chan<number>): Go<number> {
  const s = yield* select([recv(never), recv(a), send(never, 0)]);
  if (s.index !== 1) {
    panic(`the partner's select: got case ${s.index}, expected case 1`);
  }
  return s.value;
}

// A waiter that was left behind in a queue would meet one of these.
function* nobodyWaits(what: string, c: Chan<number>): Go {
  const s = yield* select([send(c, 0), recv(c)], orDefault);
  if (s.index !== -1) {
    panic(`${what}: got case ${s.index} afterwards, expected nobody to be waiting`);
  }
}
