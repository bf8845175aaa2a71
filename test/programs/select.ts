// A loop over a select fills what has room and takes the default when nothing has,
// and the value of a send case is computed each time the select is reached,
// whether that case fires or not, even on a nil channel.
// After test/chan/select.go in the Go distribution.

import { type Chan, chan, type Go, int, nilChan, orDefault, panic, select, send } from 'mandel/go';

// How often a value was asked for, and which bit it has.
type Source = { counter: number; shift: number };

export function* main(): Go {
  const source: Source = { counter: 0, shift: 0 };
  const a = chan(int, 1);
  const b = chan(int, 1);

  const both = yield* sendAll(a, b, source);
  if (both !== 2) {
    panic(`two channels with room: got ${both} sends, expected 2`);
  }
  const av = yield* a.recv();
  const bv = yield* b.recv();
  if ((av | bv) !== 3) {
    panic(`got the values ${av} and ${bv}, expected 1 and 2`);
  }
  const one = yield* sendAll(a, nilChan(int), source);
  if (one !== 1) {
    panic(`one channel with room: got ${one} sends, expected 1`);
  }
  if (source.counter !== 10) {
    panic(`the values of the cases were computed ${source.counter} times, expected 10`);
  }
}

function getValue(source: Source): number {
  source.counter++;
  return 1 << source.shift;
}

function* sendAll(first: Chan<number>, second: Chan<number>, source: Source): Go<number> {
  let a = first;
  let b = second;
  for (let i = 0; ; i++) {
    const s = yield* select([send(a, getValue(source)), send(b, getValue(source))], orDefault);
    switch (s.index) {
      case 0:
        a = nilChan(int);
        break;
      case 1:
        b = nilChan(int);
        break;
      default:
        return i;
    }
    source.shift++;
  }
}
