// Package-level objects: what a module makes while it is loaded is one object for all goroutines, on whatever thread, and as
// the module's code left it when the program starts. Here in several modules, two of them in a circle.

import {
  alloc,
  bool,
  cap,
  type Go,
  go,
  int,
  len,
  microsecond,
  millisecond,
  orDefault,
  println,
  recv,
  select,
  sleep,
  struct,
  WaitGroup,
} from 'mandel/go';
import { equal } from './lib/go_expect.js';
import { countInTheOther, inner, total } from './lib/package_circle.js';
import {
  arrived,
  buffered,
  channels,
  closed,
  cond,
  count,
  first,
  mu,
  once,
  rw,
  seen,
  shared,
  stopped,
  ticker,
  timeout,
  timerCapacity,
  values,
} from './lib/package_objects.js';

const finished = new WaitGroup();
finished.add(3);
const ready = alloc(struct({ yes: bool, readers: int }));
const capacity = cap(buffered);

export function* main(): Go {
  equal('fields while the module is loaded', seen, '42 begun and changed 3 42 null');
  equal('n', shared.n, 42);
  equal('text', shared.text, 'begun and changed');
  equal('a struct in a struct', `${shared.at.x} ${shared.at.y}`, '3 4');
  equal('a pointer to another object of the package', shared.next, first);
  equal('a field of that', first.y, 42);
  equal('capacity while the module is loaded', capacity, 4);
  equal('capacity', cap(buffered), 4);
  equal('length', len(buffered), 0);
  yield* timersRun();
  yield* closedIsClosed();
  yield* counts();
  yield* meets();
  yield* excludes();
}

/** They begin with the run: the first fires after 2 ms of it, and the ticker after 3, whichever goroutine waits. */
function* timersRun(): Go {
  equal('capacity of timers', timerCapacity, 0);
  go(forwardsTick);
  const first = yield* timeout.recv();
  const second = yield* values.recv();
  equal('the timer begins with the run', first >= 2 * millisecond, true);
  equal('the ticker begins with the run', second >= 3 * millisecond, true);
  ticker.stop();
  const s = yield* select([recv(ticker.c), recv(stopped.c)], orDefault);
  equal('timers that are stopped', s.index, -1);
}

export function* forwardsTick(): Go {
  yield* values.send(yield* ticker.c.recv());
}

function* closedIsClosed(): Go {
  const [v, ok] = yield* closed.recv2();
  equal('a receive from the channel that was closed', `${v} ${ok}`, '0 false');
}

/** Five goroutines, whose body is in another module, hold its lock across parking. */
function* counts(): Go {
  for (let k = 0; k < 5; k++) go(count, 30);
  for (let k = 0; k < 5 * 10; k++) yield* values.recv();
  yield* arrived.wait();
  equal('counted', shared.n, 42 + 5 * 30);
  equal('seen from the other module', countInTheOther(), shared.n);
  equal('once', shared.text, 'begun and changed once');
  yield* once.do(() => println('twice'));
}

/** A channel is the same channel wherever it comes from. */
function* meets(): Go {
  go(answer);
  yield* channels.send(values);
  equal('an answer on the channel that was sent', yield* values.recv(), 5);
  equal('a text', yield* buffered.recv(), 'the same');
}

export function* answer(): Go {
  const c = yield* channels.recv();
  yield* buffered.send(c === values ? 'the same' : 'another');
  yield* c.send(5);
}

/** The locks of three modules, and a condition variable that belongs to one of them. */
function* excludes(): Go {
  for (let k = 0; k < 3; k++) go(waits);
  for (;;) {
    yield* mu.lock();
    if (ready.readers === 3) break;
    mu.unlock();
    yield* inner.lock();
    inner.unlock();
    yield* sleep(50 * microsecond);
  }
  ready.yes = true;
  cond.broadcast();
  mu.unlock();
  yield* finished.wait();
  equal('counted under the lock of the third module', total.n, 7 + 3);
}

export function* waits(): Go {
  yield* rw.rLock();
  yield* mu.lock();
  ready.readers++;
  while (!ready.yes) yield* cond.wait();
  mu.unlock();
  rw.rUnlock();
  yield* inner.lock();
  const { n } = total;
  yield* rw.lock();
  total.n = n + 1;
  rw.unlock();
  inner.unlock();
  finished.done();
}
