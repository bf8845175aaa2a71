// A select goes on when a value is ready, and only the code of the case that
// fired is run.
// After test/chan/select4.go in the Go distribution.
// Unlike Go, a case has no left-hand side that could be computed too early: its value is in the result.

import { chan, type Go, int, panic, recv, select } from 'mandel/go';

export function* main(): Go {
  const c = chan(int, 1);
  const c1 = chan(int);
  yield* c.send(42);
  const x = { a: 0 };
  const s = yield* select([recv(c1), recv(c)]);
  switch (s.index) {
    case 0:
      panic('got case 0, whose channel is empty, expected case 1');
      break;
    case 1:
      x.a = s.value;
      break;
  }
  if (x.a !== 42) {
    panic(`got ${x.a}, expected 42`);
  }
}
