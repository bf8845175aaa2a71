// Goroutines that never park are run once each, none twice and none not at all, while the ring of the P that creates
// them overflows into the global queue and other Ps steal from both.

import { type Go, go, Mutex, panic, WaitGroup } from 'mandel/go';

const goroutines = 20_000; // 78 rings full
const rounds = 10;

export function* main(times: number = rounds): Go {
  const marks = Array.from({ length: goroutines }, () => new Mutex());
  for (let round = 0; round < times; round++) {
    const wg = new WaitGroup();
    wg.add(goroutines);
    for (const [k, mark] of marks.entries()) {
      go(once, mark, k, wg);
    }
    yield* wg.wait();
    for (const [k, mark] of marks.entries()) {
      if (mark.tryLock()) {
        panic(`round ${round}: goroutine ${k} has not run, though the count says that all have`);
      }
      mark.unlock();
    }
  }
}

// Locks the mark, and leaves it locked: whoever comes second cannot. Never parks.
export function once(mark: Mutex, k: number, wg: WaitGroup): void {
  if (!mark.tryLock()) {
    panic(`goroutine ${k} ran twice`);
  }
  wg.done();
}
