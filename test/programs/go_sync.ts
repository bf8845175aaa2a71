// What package sync promises: WaitGroups count and can be used again, one goroutine at a time holds a Mutex, even
// across parking and Ps, and none is kept from it for ever; readers share an RWMutex until a writer waits; Once is once;
// Cond wakes in the order of arrival.

import {
  alloc,
  type Chan,
  Cond,
  chan,
  type Go,
  go,
  gosched,
  int,
  Mutex,
  microsecond,
  now,
  Once,
  panic,
  RWMutex,
  type Shared,
  sleep,
  struct,
  WaitGroup,
} from 'mandel/go';
import { equal, panics, textOf } from './lib/go_expect.js';

const counter = struct({ n: int, inside: int });
type Counter = typeof counter.zero;

export function* main(): Go {
  yield* waitGroupCounts();
  yield* mutexExcludes();
  yield* mutexServesTheStarving();
  yield* readersShare();
  yield* writersExclude();
  yield* writerKeepsReadersOut();
  yield* onceIsOnce();
  yield* condWakesInOrder();
}

function* waitGroupCounts(): Go {
  panics('done at zero', () => new WaitGroup().done(), 'sync: negative WaitGroup counter');
  yield* new WaitGroup().wait();
  const wg = new WaitGroup();
  const n = alloc(counter);
  const mu = new Mutex();
  for (let round = 1; round <= 30; round++) {
    const waiting = new WaitGroup();
    wg.add(4);
    waiting.add(2);
    for (let k = 0; k < 4; k++) go(bump, mu, n, wg, k % 2 === 0);
    go(waitToo, wg, waiting);
    go(waitToo, wg, waiting);
    yield* wg.wait();
    equal(`round ${round}`, n.n, 4 * round);
    yield* waiting.wait();
  }
}

export function* bump(mu: Mutex, n: Shared<Counter>, wg: WaitGroup, politely: boolean): Go {
  yield* mu.lock();
  const before = n.n;
  if (politely) yield* gosched(); // with the lock held
  n.n = before + 1;
  mu.unlock();
  wg.done();
}

export function* waitToo(wg: WaitGroup, waiting: WaitGroup): Go {
  yield* wg.wait();
  waiting.done();
}

function* mutexExcludes(): Go {
  const mu = new Mutex();
  const state = alloc(counter);
  const wg = new WaitGroup();
  wg.add(8);
  for (let k = 0; k < 8; k++) go(enter, mu, state, k, wg);
  yield* wg.wait();
  equal('entered', state.n, 8 * 40);
  equal('tryLock of a free one', [mu.tryLock(), mu.tryLock()], [true, false]);
}

export function* enter(mu: Mutex, state: Shared<Counter>, k: number, wg: WaitGroup): Go {
  for (let turn = 0; turn < 40; turn++) {
    yield* mu.lock();
    state.inside += 1;
    const before = state.n;
    equal('inside', state.inside, 1);
    if ((turn + k) % 4 === 0) yield* gosched();
    else if ((turn + k) % 13 === 0) yield* sleep(20 * microsecond);
    equal('still inside', [state.inside, state.n], [1, before]);
    state.n = before + 1;
    state.inside -= 1;
    mu.unlock();
  }
  wg.done();
}

// One goroutine takes the lock again as soon as it has given it back, and is at an advantage because it runs already.
function* mutexServesTheStarving(): Go {
  const mu = new Mutex();
  const over = alloc(counter);
  const wg = new WaitGroup();
  wg.add(2);
  go(hog, mu, over, wg);
  go(starving, mu, over, wg);
  yield* wg.wait();
}

export function* hog(mu: Mutex, over: Shared<Counter>, wg: WaitGroup): Go {
  for (let turn = 0; over.n === 0; turn++) {
    if (turn === 50_000) panic('the other goroutine did not get the mutex in 50,000 turns');
    yield* mu.lock();
    const until = now() + 50 * microsecond;
    while (now() < until);
    mu.unlock();
  }
  wg.done();
}

export function* starving(mu: Mutex, over: Shared<Counter>, wg: WaitGroup): Go {
  for (let turn = 0; turn < 3; turn++) {
    yield* mu.lock();
    mu.unlock();
  }
  over.n = 1;
  wg.done();
}

// Each reader gives its lock back only when all hold one.
function* readersShare(): Go {
  const mu = new RWMutex();
  const all = new WaitGroup();
  const wg = new WaitGroup();
  all.add(6);
  wg.add(6);
  for (let k = 0; k < 6; k++) go(reader, mu, all, wg);
  yield* wg.wait();
  equal('tryLock when nobody reads', mu.tryLock(), true);
  equal('tryRLock when somebody writes', mu.tryRLock(), false);
  mu.unlock();
  equal('tryRLock', [mu.tryRLock(), mu.tryRLock(), mu.tryLock()], [true, true, false]);
}

export function* reader(mu: RWMutex, all: WaitGroup, wg: WaitGroup): Go {
  yield* mu.rLock();
  all.done();
  yield* all.wait();
  mu.rUnlock();
  wg.done();
}

function* writersExclude(): Go {
  const mu = new RWMutex();
  const state = alloc(counter);
  const wg = new WaitGroup();
  wg.add(8);
  for (let k = 0; k < 8; k++) go(k % 2 === 0 ? write : read, mu, state, wg);
  yield* wg.wait();
  equal('written', state.n, 4 * 30);
}

export function* write(mu: RWMutex, state: Shared<Counter>, wg: WaitGroup): Go {
  for (let turn = 0; turn < 30; turn++) {
    yield* mu.lock();
    state.inside += 1;
    const before = state.n;
    if (turn % 3 === 0) yield* gosched();
    equal('writing alone', [state.inside, state.n], [1, before]);
    state.n = before + 1;
    state.inside -= 1;
    mu.unlock();
  }
  wg.done();
}

export function* read(mu: RWMutex, state: Shared<Counter>, wg: WaitGroup): Go {
  for (let turn = 0; turn < 30; turn++) {
    yield* mu.rLock();
    const before = state.n;
    if (turn % 3 === 0) yield* gosched();
    equal('nobody writes', [state.inside, state.n], [0, before]);
    mu.rUnlock();
  }
  wg.done();
}

function* writerKeepsReadersOut(): Go {
  const mu = new RWMutex();
  const state = alloc(counter);
  const wg = new WaitGroup();
  wg.add(1);
  yield* mu.rLock();
  go(write, mu, state, wg);
  while (mu.tryRLock()) {
    mu.rUnlock();
    yield* gosched(); // until the writer waits
  }
  equal('written so far', state.n, 0);
  mu.rUnlock();
  yield* mu.rLock(); // behind the writer's first turn
  equal('the writer was first', state.n > 0, true);
  mu.rUnlock();
  yield* wg.wait();
}

function* onceIsOnce(): Go {
  const once = new Once();
  const state = alloc(counter);
  const wg = new WaitGroup();
  wg.add(8);
  for (let k = 0; k < 8; k++) go(initialize, once, state, wg);
  yield* wg.wait();
  equal('initialized', state.n, 1);

  const failing = new Once();
  let times = 0;
  for (let k = 0; k < 3; k++) {
    try {
      yield* failing.do(() => {
        times++;
        panic('first');
      });
    } catch (error) {
      equal('panic of the first call', [textOf(error), k], ['first', 0]);
    }
  }
  equal('times', times, 1);
}

export function* initialize(once: Once, state: Shared<Counter>, wg: WaitGroup): Go {
  yield* once.do(function* () {
    yield* gosched();
    state.n += 1;
  });
  equal('done when do returns', state.n, 1);
  wg.done();
}

function* condWakesInOrder(): Go {
  const cond = new Cond(new Mutex());
  const waiting = alloc(counter);
  const woken = chan(int, 6);
  for (let k = 0; k < 6; k++) go(sleeper, cond, waiting, woken);
  for (;;) {
    yield* cond.l.lock();
    const n = waiting.n;
    if (n === 6) break;
    cond.l.unlock();
    yield* gosched();
  }
  cond.l.unlock();
  const order: number[] = [];
  for (let k = 0; k < 3; k++) {
    yield* cond.l.lock();
    waiting.inside += 1; // one may go
    cond.signal();
    cond.l.unlock();
    order.push(yield* woken.recv());
  }
  yield* cond.l.lock();
  waiting.inside += 3;
  cond.broadcast();
  cond.l.unlock();
  equal('woken one by one', order.join(), '0,1,2');
  const rest = [yield* woken.recv(), yield* woken.recv(), yield* woken.recv()];
  equal('woken together', rest.sort().join(), '3,4,5');
}

export function* sleeper(cond: Cond, waiting: Shared<Counter>, woken: Chan<number>): Go {
  yield* cond.l.lock();
  const number = waiting.n;
  waiting.n += 1;
  while (waiting.inside === 0) yield* cond.wait();
  waiting.inside -= 1;
  cond.l.unlock();
  yield* woken.send(number);
}
