// Exactly one case of a select takes effect. A sender offers each number on four
// channels at once; whatever way the numbers take, each arrives once and once only.
// After test/chan/doubleselect.go in the Go distribution.

import { bool, type Chan, chan, type Go, go, int, panic, select, send } from 'mandel/go';
import { letOthersStart } from './lib/spread.js';

const iterations = 1000;

// Unlike Go, this does not set the number of Ps: whoever runs the program does. And goroutines do not
// change their P later, so main leaves the others a moment to take them.
export function* main(): Go {
  const c1 = chan(int);
  const c2 = chan(int);
  const c3 = chan(int);
  const c4 = chan(int);
  const done = chan(bool);
  const merged = chan(int);
  go(sender, iterations, c1, c2, c3, c4);
  go(mux, merged, c1, done);
  go(mux, merged, c2, done);
  go(mux, merged, c3, done);
  go(mux, merged, c4, done);
  go(closer, merged, done);
  letOthersStart();
  yield* recver(merged);
}

export function* sender(n: number, c1: Chan<number>, c2: Chan<number>, c3: Chan<number>, c4: Chan<number>): Go {
  for (let i = 0; i < n; i++) {
    yield* select([send(c1, i), send(c2, i), send(c3, i), send(c4, i)]);
  }
  c4.close();
  c3.close();
  c2.close();
  c1.close();
}

// Four sends on one channel would be simpler, but would not lead two goroutines to the same select.
export function* mux(out: Chan<number>, from: Chan<number>, done: Chan<boolean>): Go {
  for (;;) {
    const [v, ok] = yield* from.recv2();
    if (!ok) {
      break;
    }
    yield* out.send(v);
  }
  yield* done.send(true);
}

export function* closer(merged: Chan<number>, done: Chan<boolean>): Go {
  for (let i = 0; i < 4; i++) {
    yield* done.recv();
  }
  merged.close();
}

function* recver(merged: Chan<number>): Go {
  const seen = new Set<number>();
  yield* merged.range((v) => {
    if (seen.has(v)) {
      panic(`got ${v} twice, expected it once`);
    }
    seen.add(v);
  });
  if (seen.size !== iterations) {
    panic(`got ${seen.size} values, expected ${iterations}`);
  }
}
