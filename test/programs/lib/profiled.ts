// A program that makes one profile of itself, and ends as it is told to.

import { type Chan, chan, type Go, go, gosched, int, Mutex, millisecond, now, WaitGroup } from 'mandel/go';
import * as profile from 'mandel/profile';

/** Takes some milliseconds. */
function spin(): number {
  let sum = 0;
  for (let k = 0; k < 1e6; k++) sum += Math.sqrt(k);
  return sum;
}

/** Until then all Ps take part in the profile, if they are not kept from running. */
const LASTS = 200 * millisecond;

export function* worker(mu: Mutex, done: Chan<number>): Go {
  for (const end = now() + LASTS; now() < end; ) {
    yield* mu.lock();
    spin();
    yield* gosched();
    mu.unlock();
  }
  yield* done.send(1);
}

export function* main(mode: profile.ProfileMode, ending: string, path: string): Go {
  const stop = profile.start({ mode, path });
  const mu = new Mutex();
  const done = chan(int);
  for (let k = 0; k < 3; k++) go(worker, mu, done);
  for (let k = 0; k < 3; k++) yield* done.recv();
  if (ending === 'panic') throw new Error('as it was told to');
  if (ending === 'deadlock') yield* done.recv();
  if (ending === 'spin') for (;;) yield* gosched();
  if (ending === 'stop') {
    stop();
    yield* new WaitGroup().wait();
  }
}
