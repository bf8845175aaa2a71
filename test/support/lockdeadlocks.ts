// Programs that end asleep over locks, and what is to be said of each: which goroutine holds what another waits for, and which
// wait for each other in a circle. They come to the same end in every order and on any number of Ps.

export interface LockDeadlock {
  readonly what: string;
  readonly body: string;
  readonly circles: readonly string[];
  /** The lines about holders under each goroutine that has some, without columns. */
  readonly holders: Readonly<Record<number, readonly string[]>>;
}

/** Every goroutine has its first lock before any of them asks for its second. */
const dine = `
export function* dine(a, b, wg) {
  yield* a.lock();
  wg.done();
  yield* wg.wait();
  yield* b.lock();
}`;

export const lockDeadlocks: readonly LockDeadlock[] = [
  {
    what: 'two goroutines and two locks',
    body: `${dine}
export function* main() {
  const a = new Mutex();
  const b = new Mutex();
  const wg = new WaitGroup();
  wg.add(2);
  go(dine, a, b, wg);
  go(dine, b, a, wg);
  yield* chan(int).recv();
}`,
    circles: ['goroutines that wait for each other in a circle: 2 -> 3 -> 2'],
    holders: {
      2: ['held by goroutine 3, locked at p.mjs:3'],
      3: ['held by goroutine 2, locked at p.mjs:3'],
    },
  },
  {
    what: 'five philosophers, and two more at a table of their own',
    body: `${dine}
function table(n) {
  const forks = Array.from({ length: n }, () => new Mutex());
  const wg = new WaitGroup();
  wg.add(n);
  for (let k = 0; k < n; k++) go(dine, forks[k], forks[(k + 1) % n], wg);
}
export function* main() {
  table(5);
  table(2);
  yield* chan(int).recv();
}`,
    circles: [
      'goroutines that wait for each other in a circle: 2 -> 3 -> 4 -> 5 -> 6 -> 2',
      'goroutines that wait for each other in a circle: 7 -> 8 -> 7',
    ],
    holders: Object.fromEntries(
      [3, 4, 5, 6, 2, 8, 7].map((holder, k) => [k + 2, [`held by goroutine ${holder}, locked at p.mjs:3`]]),
    ),
  },
  {
    what: 'a lock that is locked twice',
    body: `
export function* twice(mu) {
  yield* mu.lock();
  yield* mu.lock();
}
export function* main() {
  const mu = new Mutex();
  go(twice, mu);
  yield* chan(int).recv();
}`,
    circles: ['goroutine that waits for a lock that it holds itself: 2 -> 2'],
    holders: { 2: ['held by goroutine 2 itself, locked at p.mjs:3'] },
  },
  {
    what: 'a lock whose holder has ended',
    body: `
export function* forgets(mu, wg) {
  yield* mu.lock();
  wg.done();
}
export function* main() {
  const mu = new Mutex();
  const wg = new WaitGroup();
  wg.add(1);
  go(forgets, mu, wg);
  yield* wg.wait();
  yield* mu.lock();
}`,
    circles: [],
    holders: { 1: ['held by goroutine 2, which has ended, locked at p.mjs:3'] },
  },
  {
    what: 'a holder that waits for a channel, and a plain body that got the lock by tryLock',
    body: `
export function* holds(mu, c, wg) {
  yield* mu.lock();
  wg.done();
  yield* c.recv();
}
export function tries(mu, wg) {
  mu.tryLock();
  wg.done();
}
export function* asks(mu) {
  yield* mu.lock();
}
export function* main() {
  const mu = new Mutex();
  const other = new Mutex();
  const wg = new WaitGroup();
  wg.add(2);
  go(holds, mu, chan(int), wg);
  go(tries, other, wg);
  yield* wg.wait();
  go(asks, mu);
  yield* other.lock();
}`,
    circles: [],
    holders: {
      1: ['held by goroutine 3, which has ended, locked at p.mjs:8'],
      4: ['held by goroutine 2, locked at p.mjs:3'],
    },
  },
  {
    what: 'a reader that locks again while a writer waits',
    body: `
export function* reads(rw, wg) {
  yield* rw.rLock();
  wg.done();
  while (rw.tryRLock()) {
    rw.rUnlock();
    yield* gosched();
  }
  yield* rw.rLock();
}
export function* writes(rw, wg) {
  yield* wg.wait();
  yield* rw.lock();
}
export function* main() {
  const rw = new RWMutex();
  const wg = new WaitGroup();
  wg.add(1);
  yield* rw.rLock();
  go(reads, rw, wg);
  go(writes, rw, wg);
  yield* chan(int).recv();
}`,
    circles: ['goroutines that wait for each other in a circle: 2 -> 3 -> 2'],
    holders: {
      2: ['queued behind goroutine 3, which waits for the readers to unlock'],
      3: ['held for reading by goroutine 1, locked at p.mjs:19', 'held for reading by goroutine 2, locked at p.mjs:3'],
    },
  },
  {
    what: 'a reader that becomes a writer',
    body: `
export function* upgrades(rw) {
  yield* rw.rLock();
  yield* rw.lock();
}
export function* main() {
  const rw = new RWMutex();
  go(upgrades, rw);
  yield* chan(int).recv();
}`,
    circles: ['goroutine that waits for a lock that it holds itself: 2 -> 2'],
    holders: { 2: ['held for reading by goroutine 2 itself, locked at p.mjs:3'] },
  },
  {
    what: 'a writer that does not unlock',
    body: `
export function* writes(rw, wg) {
  yield* rw.lock();
  wg.done();
  yield* chan(int).recv();
}
export function* reads(rw, wg) {
  yield* wg.wait();
  yield* rw.rLock();
}
export function* main() {
  const rw = new RWMutex();
  const wg = new WaitGroup();
  wg.add(1);
  go(writes, rw, wg);
  go(reads, rw, wg);
  yield* wg.wait();
  yield* rw.lock();
}`,
    circles: [],
    holders: {
      1: ['held by goroutine 2, locked at p.mjs:3'],
      3: ['held by goroutine 2, locked at p.mjs:3'],
    },
  },
  {
    what: 'a read lock that another goroutine has unlocked, so that it is not known which is left',
    body: `
export function* reads(rw, wg) {
  yield* rw.rLock();
  wg.done();
  yield* chan(int).recv();
}
export function unlocks(rw, wg) {
  rw.rUnlock();
  wg.done();
}
export function* main() {
  const rw = new RWMutex();
  const wg = new WaitGroup();
  wg.add(2);
  go(reads, rw, wg);
  go(reads, rw, wg);
  yield* wg.wait();
  wg.add(1);
  go(unlocks, rw, wg);
  yield* wg.wait();
  yield* rw.lock();
}`,
    circles: [],
    holders: { 1: ['held for reading by 1 goroutine'] },
  },
  {
    what: 'a goroutine that holds a lock while it waits for a condition under another one',
    body: `
export function* waits(c, held, wg) {
  yield* held.lock();
  yield* c.l.lock();
  wg.done();
  yield* c.wait();
}
export function* signals(c, held, wg) {
  yield* wg.wait();
  yield* c.l.lock();
  c.signal();
  yield* held.lock();
}
export function* main() {
  const c = new Cond(new Mutex());
  const held = new Mutex();
  const wg = new WaitGroup();
  wg.add(1);
  go(waits, c, held, wg);
  go(signals, c, held, wg);
  yield* chan(int).recv();
}`,
    circles: ['goroutines that wait for each other in a circle: 2 -> 3 -> 2'],
    holders: {
      2: ['held by goroutine 3, locked at p.mjs:10'],
      3: ['held by goroutine 2, locked at p.mjs:3'],
    },
  },
  {
    what: 'a Once that calls itself',
    body: `
function* first(once) {
  yield* once.do(() => first(once));
}
export function* calls(once) {
  yield* first(once);
}
export function* main() {
  go(calls, new Once());
  yield* chan(int).recv();
}`,
    circles: ['goroutine that waits for a lock that it holds itself: 2 -> 2'],
    holders: { 2: ['held by goroutine 2 itself, locked at p.mjs:3'] },
  },
];
