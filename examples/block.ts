// A program for a block profile, which shows where goroutines wait for each other, and for how long.
//
//   mandel run -blockprofile block.pprof block
//   mandel pprof -top -cum block.pprof
//
// Three pairs of goroutines hand over ten letters each. takeSlow waits ten times as long in its receive as takeFast does,
// because its sender is ten times as slow. In the third pair the receiver is slow, so the sender, hurry, waits. The profile also
// has almost all of main's time, because main waits for the others, which is no fault. It has no sleeping: a goroutine that
// sleeps waits for a time and not for another goroutine. A CPU profile would show none of this, because no goroutine
// computes.
//
// After what Go counts as blocking (https://pkg.go.dev/runtime#SetBlockProfileRate).

import { type Chan, chan, type Go, go, int, millisecond, println, sleep } from 'mandel/go';

const LETTERS = 10;
const FAST = 1 * millisecond;
const SLOW = 10 * millisecond;

/** Sends letters, one every `pause`. */
export function* write(letters: Chan<number>, pause: number): Go {
  for (let k = 1; k <= LETTERS; k++) {
    yield* sleep(pause);
    yield* letters.send(k);
  }
  letters.close();
}

/** Sends letters without a pause. */
export function* hurry(letters: Chan<number>): Go {
  for (let k = 1; k <= LETTERS; k++) {
    yield* letters.send(k);
  }
  letters.close();
}

/** Receives from the fast writer. */
export function* takeFast(letters: Chan<number>, count: Chan<number>): Go {
  let n = 0;
  yield* letters.range(() => void n++);
  yield* count.send(n);
}

/** Receives from the slow writer. */
export function* takeSlow(letters: Chan<number>, count: Chan<number>): Go {
  let n = 0;
  yield* letters.range(() => void n++);
  yield* count.send(n);
}

/** Receives letters, and reads each for a while. */
export function* read(letters: Chan<number>, count: Chan<number>): Go {
  let n = 0;
  for (;;) {
    const [, ok] = yield* letters.recv2();
    if (!ok) break;
    n++;
    yield* sleep(SLOW / 2);
  }
  yield* count.send(n);
}

export function* main(): Go {
  const [fast, slow, unread] = [chan(int), chan(int), chan(int)];
  const counts = [chan(int, 1), chan(int, 1), chan(int, 1)] as const;
  go(write, fast, FAST);
  go(takeFast, fast, counts[0]);
  go(write, slow, SLOW);
  go(takeSlow, slow, counts[1]);
  go(hurry, unread);
  go(read, unread, counts[2]);
  println('from the fast writer:', yield* counts[0].recv());
  println('from the slow writer:', yield* counts[1].recv());
  println('to the slow reader:', yield* counts[2].recv());
}

// Output:
// from the fast writer: 10
// from the slow writer: 10
// to the slow reader: 10
