// Selects of no, one and two cases, with a default and without, each do what the
// general select would: a goroutine that always sends is received from, a send
// that nobody takes does not fire, and control goes on behind the select.
// After test/chan/select8.go in the Go distribution.
// Unlike Go, a select is a call and a break belongs to the switch around its result, so that break
// itself needs no test: what is checked is which cases may fire.

import { type Chan, chan, type Go, go, int, orDefault, panic, recv, select, send } from 'mandel/go';

export function* main(): Go {
  const ch = chan(int);
  go(fives, ch);

  const one = yield* select([recv(ch)]);
  if (one.index !== 0 || one.value !== 5 || !one.ok) {
    panic(`one case: got case ${one.index}, ${one.value}, ${one.ok}, expected case 0, 5, true`);
  }

  const none = yield* select([], orDefault);
  if (none.index !== -1) {
    panic(`only a default: got case ${none.index}, expected the default`);
  }

  const two = yield* select([recv(ch)], orDefault);
  if (two.index === 0 && two.value !== 5) {
    panic(`one case and a default: got ${two.value}, expected 5 or the default`);
  }

  const three = yield* select([recv(ch), send(ch, 10)], orDefault);
  switch (three.index) {
    case 0:
      if (three.value !== 5) {
        panic(`two cases and a default: got ${three.value}, expected 5 or the default`);
      }
      break;
    case 1:
      panic('two cases and a default: a send fired, expected no one to receive it');
      break;
  }

  const again = yield* ch.recv();
  if (again !== 5) {
    panic(`after the selects: got ${again}, expected 5`);
  }
}

export function* fives(ch: Chan<number>): Go {
  for (;;) {
    yield* ch.send(5);
  }
}
