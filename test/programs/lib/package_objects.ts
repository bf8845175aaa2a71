// What a package has at its top level, for go_package.ts: objects of every kind, and what its code does to them while it is
// loaded. In a circle with package_circle.ts.

import {
  after,
  alloc,
  Cond,
  cap,
  chan,
  chanOf,
  type Go,
  int,
  Mutex,
  millisecond,
  Once,
  ptr,
  RWMutex,
  string,
  struct,
  Ticker,
  WaitGroup,
} from 'mandel/go';
// biome-ignore lint/suspicious/noImportCycles: a circle is what go_package.ts tests
import { doubled } from './package_circle.js';

export const mu = new Mutex();
export const rw = new RWMutex();
export const once = new Once();
export const cond = new Cond(mu);
export const arrived = new WaitGroup();
arrived.add(5);
arrived.add(1);
arrived.done();

export const values = chan(int);
export const buffered = chan(string, 4);
export const closed = chan(int);
closed.close();
export const channels = chan(chanOf(int), 1);

/** Timers begin with the run, not when their module is loaded. */
export const ticker = new Ticker(3 * millisecond);
export const timeout = after(2 * millisecond);
export const stopped = new Ticker(millisecond);
stopped.stop();
export const timerCapacity = cap(ticker.c) + cap(timeout);

const point = struct({ x: int, y: int });
const record = struct({ n: int, text: string, at: point, next: ptr(point), lock: ptr(struct({ held: int })) });
export const first = alloc(point, { x: 1, y: 2 });
export const shared = alloc(record, { n: 40, text: 'begun', at: { x: 3, y: 4 }, next: first });
shared.n += 2;
shared.text = `${shared.text} and changed`;
first.y = doubled(first.x + 20);
/** What the fields were while the module was loaded. */
export const seen = `${shared.n} ${shared.text} ${shared.at.x} ${shared.next?.y} ${shared.lock}`;

/** A goroutine's body in another module than main's: counts, under the lock of this module. */
export function* count(times: number): Go {
  for (let k = 0; k < times; k++) {
    yield* mu.lock();
    const before = shared.n;
    if (k % 3 === 0) yield* values.send(k);
    shared.n = before + 1;
    mu.unlock();
  }
  yield* once.do(() => {
    shared.text = `${shared.text} once`;
  });
  arrived.done();
}
