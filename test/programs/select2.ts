// Selects leave nothing behind. A thousand of them wait on a channel that nobody
// sends on; afterwards nobody waits there, and the value that wakes a later
// receiver goes to that receiver alone.
// After test/chan/select2.go in the Go distribution.
// Unlike Go, the size of the heap is not measured: a program cannot ask for it. What is left to see
// is what would take the room, which is a waiter that stays in a queue after its select is over.

import { type Chan, chan, type Go, go, int, orDefault, panic, recv, select, send } from 'mandel/go';
import { letOthersStart } from './lib/spread.js';

const n = 1000;

export function* main(): Go {
  const c = chan(int);
  const dummy = chan(int);
  for (let round = 0; round < 2; round++) {
    go(sender, c, n);
    letOthersStart();
    yield* receiver(c, dummy, n);

    const s = yield* select([send(dummy, 1), recv(dummy), send(c, 1), recv(c)], orDefault);
    if (s.index !== -1) {
      panic(`round ${round}: case ${s.index} fired, expected nobody to be waiting`);
    }
  }

  go(sender, dummy, 1);
  const v = yield* dummy.recv();
  if (v !== 1) {
    panic(`got ${v} from the dummy channel, expected 1`);
  }
}

export function* sender(c: Chan<number>, n: number): Go {
  for (let i = 0; i < n; i++) {
    yield* c.send(1);
  }
}

function* receiver(c: Chan<number>, dummy: Chan<number>, n: number): Go {
  for (let i = 0; i < n; i++) {
    const s = yield* select([recv(c), recv(dummy)]);
    if (s.index !== 0) {
      panic(`receive ${i}: got case ${s.index}, the dummy channel, expected case 0`);
    }
  }
}
