// A program that prints how long it took until its main goroutine ran, and until the second P did.

import { type Chan, cap, chan, type Go, go, int, len, now, println, second } from '../go/index.js';

/** Prints two numbers of nanoseconds: from the start of the process to here, and from here to the first goroutine of the second P. */
export function* main(procs: string): Go {
  const up = process.uptime() * second;
  let coming = 0;
  if (procs !== '1') {
    const begin = now();
    const here = chan(int, 1);
    go(report, here);
    while (len(here) < cap(here)); // does not park, so the goroutine starts on the other P
    coming = (yield* here.recv()) - begin;
  }
  println(JSON.stringify([up, coming]));
}

export function* report(here: Chan<number>): Go {
  yield* here.send(Math.floor(now()));
}
