// Channels are first in, first out: a buffered channel gives its values back in
// the order they went in, and so does an unbuffered one that is read by a daisy
// chain of goroutines, each waiting for its turn.
// After test/chan/fifo.go in the Go distribution.

import { type Chan, chan, type Go, go, int, panic } from 'mandel/go';

const n = 10;

export function* main(): Go {
  yield* asynchFifo();
  yield* synchFifo();
}

function* asynchFifo(): Go {
  const ch = chan(int, n);
  for (let i = 0; i < n; i++) {
    yield* ch.send(i);
  }
  for (let i = 0; i < n; i++) {
    const v = yield* ch.recv();
    if (v !== i) {
      panic(`buffered channel: got ${v}, expected ${i}`);
    }
  }
}

function* synchFifo(): Go {
  const ch = chan(int);
  const start = chan(int);
  let last = start;
  for (let i = 0; i < n; i++) {
    const out = chan(int);
    go(chain, ch, i, last, out);
    last = out;
  }
  yield* start.send(0);
  for (let i = 0; i < n; i++) {
    yield* ch.send(i);
  }
  yield* last.recv();
}

export function* chain(ch: Chan<number>, want: number, turn: Chan<number>, next: Chan<number>): Go {
  yield* turn.recv();
  const v = yield* ch.recv();
  if (v !== want) {
    panic(`link ${want} of the chain: got ${v}, expected ${want}`);
  }
  yield* next.send(1);
}
