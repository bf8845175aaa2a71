// What a block profile shows: where goroutines wait for each other, and for how long.
//
//   mandel run -blockprofile block.pprof block
//   mandel pprof -top -cum block.pprof
//
// Three pairs hand over ten letters each. Look at who waits: takeSlow waits ten times as long in its receive as takeFast
// does, because its sender is ten times as slow; and where the receiver is the slow one, it is the sender that waits, in
// hurry. Almost all of main's time is there as well: it waits for the others, which is no fault. What is not there is the
// sleeping: a goroutine that sleeps waits for nobody. A profile of the processor would show none of all this, because
// nobody computes.
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

/** Sends letters as soon as somebody takes them. */
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

/** Reads each letter for a while before it takes the next. */
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
