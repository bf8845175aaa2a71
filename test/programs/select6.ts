// A select that is last in a channel's queue and fires on another channel takes
// itself out of that queue and leaves the queue whole: who waits there before it
// and who comes after it are both woken.
// After test/chan/select6.go in the Go distribution.

import { bool, type Chan, chan, type Go, go, panic, recv, select } from 'mandel/go';

// More than once, because on several Ps the queue is in the order that matters only most of the time.
const rounds = 20;

export function* main(): Go {
  for (let i = 0; i < rounds; i++) {
    const c1 = chan(bool);
    const c2 = chan(bool);
    const c3 = chan(bool);
    go(first, c1);
    go(last, c1, c2, c3);
    go(sender, c2);
    yield* c3.recv();
    yield* c1.send(true);
    yield* c1.send(true);
  }
}

export function* first(c1: Chan<boolean>): Go {
  yield* c1.recv();
}

export function* last(c1: Chan<boolean>, c2: Chan<boolean>, c3: Chan<boolean>): Go {
  const s = yield* select([recv(c1), recv(c2)]);
  switch (s.index) {
    case 0:
      panic('got case 0, on which nobody has sent, expected case 1');
      break;
    case 1:
      yield* c3.send(true);
      break;
  }
  yield* c1.recv();
}

export function* sender(c2: Chan<boolean>): Go {
  yield* c2.send(true);
}
