// A program of which one P never yields: its goroutine computes, or is in a call that nothing can interrupt, while others work.

import { openSync } from 'node:fs';
import { alloc, type Go, go, gosched, int, Mutex, millisecond, now, println, struct } from 'mandel/go';
import * as profile from 'mandel/profile';

/** Longer than a P that computes is given before it is interrupted. */
const LASTS = 600 * millisecond;

const place = struct({ taken: int });
type Place = typeof place.zero;

/** Takes about a millisecond. */
export function work(): number {
  let sum = 0;
  for (let k = 0; k < 3e5; k++) sum += Math.sqrt(k);
  return sum;
}

export function spin(here: Place): void {
  here.taken = 1;
  for (;;) work();
}

/** Opens a pipe that nothing is written to. */
export function opens(here: Place, pipe: string): void {
  here.taken = 1;
  openSync(pipe, 'r');
}

export function* worker(mu: Mutex): Go {
  for (;;) {
    yield* mu.lock();
    work();
    yield* gosched();
    mu.unlock();
  }
}

/**
 * @param how what never yields: `spin`, `opens`, or `main` itself
 * @param pipe what is opened
 * @param mode the profile that the program makes of itself, of some time, if it makes one
 * @param path where to
 */
export function* main(how: string, pipe = '', mode: profile.ProfileMode | '' = '', path = '.'): Go {
  const here = alloc(place, { taken: 0 });
  if (how === 'main') spin(here);
  if (how === 'spin') go(spin, here);
  else go(opens, here, pipe);
  while (here.taken === 0) work(); // another P takes it
  const mu = new Mutex();
  for (let k = 0; k < 2; k++) go(worker, mu);
  if (mode !== '') {
    const stop = profile.start({ mode, path });
    for (const began = now(); now() - began < LASTS; yield* gosched()) work();
    stop();
  }
  println('up');
  for (;;) yield* gosched();
}
