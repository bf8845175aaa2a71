// A program that says how long it took until it ran, and until the next P did.

import { type Chan, cap, chan, type Go, go, int, len, now, println, second } from '../go/index.js';

/** Prints two numbers: nanoseconds from the start of the process to here, and from here to the next P. */
export function* main(procs: string): Go {
  const up = process.uptime() * second;
  let coming = 0;
  if (procs !== '1') {
    const begin = now();
    const here = chan(int, 1);
    go(come, here);
    while (len(here) < cap(here)); // without leaving the thread, so that it begins on the other P
    coming = (yield* here.recv()) - begin;
  }
  println(JSON.stringify([up, coming]));
}

export function* come(here: Chan<number>): Go {
  yield* here.send(Math.floor(now()));
}
