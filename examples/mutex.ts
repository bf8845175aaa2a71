// A program for a mutex profile, which shows the goroutines that hold a lock while others wait for it.
//
//   mandel run -mutexprofile mutex.pprof mutex
//   mandel pprof -top -cum mutex.pprof
//
// Four goroutines count, in two ways. incHolding does what takes long (a look-up, here a sleep) under the lock, incBriefly
// before it has the lock; both count right. Almost all of the delay is that of incHolding, at its unlock, because a mutex
// profile adds the waits of the others to the unlock that ends them. A block profile of the same run has the same waits
// where they were spent, in lock: it shows the goroutines that wait, and this one those that make them wait.
//
// After the workshop's AtomicVariable, which all goroutines increment under one lock
// (https://github.com/davecheney/high-performance-go-workshop/blob/master/examples/mutex/mutex_test.go).

import { alloc, type Go, go, int, Mutex, millisecond, println, type Shared, sleep, struct, WaitGroup } from 'mandel/go';

const GOROUTINES = 4;
const TIMES = 25;
const LOOKUP = 1 * millisecond;

const variable = struct({ val: int, mu: Mutex.type });
type Variable = Shared<typeof variable.zero>;

/** Increments `v`, and holds the lock during the look-up. */
function* incHolding(v: Variable): Go {
  yield* v.mu.lock();
  yield* sleep(LOOKUP);
  v.val++;
  v.mu.unlock();
}

/** Increments `v`, and holds the lock only after the look-up. */
function* incBriefly(v: Variable): Go {
  yield* sleep(LOOKUP);
  yield* v.mu.lock();
  v.val++;
  v.mu.unlock();
}

export function* count(held: Variable, brief: Variable, wg: WaitGroup): Go {
  for (let k = 0; k < TIMES; k++) {
    yield* incHolding(held);
    yield* incBriefly(brief);
  }
  wg.done();
}

export function* main(): Go {
  const held = alloc(variable, { val: 0, mu: new Mutex() });
  const brief = alloc(variable, { val: 0, mu: new Mutex() });
  const wg = new WaitGroup();
  wg.add(GOROUTINES);
  for (let k = 0; k < GOROUTINES; k++) {
    go(count, held, brief, wg);
  }
  yield* wg.wait();
  println('held while looking up:', held.val);
  println('held briefly:', brief.val);
}

// Output:
// held while looking up: 100
// held briefly: 100
