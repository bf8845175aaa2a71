// Starting goroutines on another P: how a program makes sure that they do not run on its own P.

import { type Chan, cap, len, now, panic, second } from 'mandel/go';

/**
 * Waits until as much has been sent on `c` as its buffer holds, without leaving the thread. So the goroutines that send
 * it, if they are new, cannot start here; and where a goroutine has started, there it stays.
 * @throws Panic if that takes longer than a second
 */
export function filledElsewhere(c: Chan<unknown>): void {
  for (const deadline = now() + second; len(c) < cap(c); ) {
    if (now() > deadline) {
      panic(`expected ${cap(c)} goroutines to start on another P within a second, got ${len(c)}`);
    }
  }
}
