// Small programs that are wrong, each in a way that textbooks know: most runs of each of them go well, or some do.

export interface Bug {
  readonly what: string;
  readonly body: string;
  /** What exploring finds, besides runs that go well. */
  readonly finds: 'deadlock' | 'panic' | 'endless' | 'another result';
  /** What the report, or the result, says. */
  readonly says: RegExp;
}

export const bugs: readonly Bug[] = [
  {
    what: 'two mutexes that are locked in different orders',
    body: `
export function* both(a, b, wg) {
  yield* a.lock();
  yield* b.lock();
  b.unlock();
  a.unlock();
  wg.done();
}
export function* main() {
  const a = new Mutex();
  const b = new Mutex();
  const wg = new WaitGroup();
  wg.add(2);
  go(both, a, b, wg);
  go(both, b, a, wg);
  yield* wg.wait();
}`,
    finds: 'deadlock',
    says: /(sync\.Mutex\.Lock on sync\.Mutex[\s\S]*){2}/,
  },
  {
    what: 'a goroutine that adds itself to the WaitGroup',
    body: `
export function* work(c, wg) {
  wg.add(1);
  yield* c.send(1);
  wg.done();
}
export function* main() {
  const c = chan(int, 3);
  const wg = new WaitGroup();
  for (let k = 0; k < 3; k++) go(work, c, wg);
  yield* wg.wait();
  return len(c) === 3 ? 'all' : 'too few';
}`,
    finds: 'another result',
    says: /too few/,
  },
  {
    what: 'a send that nobody receives, because the receiver has returned early',
    body: `
export function* ask(k, answers, errors, wg) {
  if (k === 2) yield* errors.send('no answer');
  else yield* answers.send(k);
  wg.done();
}
export function* main() {
  const answers = chan(int);
  const errors = chan(string);
  const wg = new WaitGroup();
  wg.add(3);
  for (let k = 0; k < 3; k++) go(ask, k, answers, errors, wg);
  for (let k = 0; k < 3; k++) {
    const s = yield* select([recv(answers), recv(errors)]);
    if (s.index === 1) break;
  }
  yield* wg.wait();
}`,
    finds: 'deadlock',
    says: /chan send on chan int/,
  },
  {
    what: 'two goroutines that both unlock',
    body: `
export function* release(s, mu, wg) {
  if (s.held) {
    mu.unlock();
    s.held = false;
  }
  wg.done();
}
export function* main() {
  const s = alloc(struct({ held: bool }));
  const mu = new Mutex();
  const wg = new WaitGroup();
  yield* mu.lock();
  s.held = true;
  wg.add(2);
  go(release, s, mu, wg);
  go(release, s, mu, wg);
  yield* wg.wait();
}`,
    finds: 'panic',
    says: /fatal error: sync: unlock of unlocked mutex/,
  },
  {
    what: 'a counter whose mutex is unlocked between the reading and the writing',
    body: `
function* get(s, mu) {
  yield* mu.lock();
  const n = s.n;
  mu.unlock();
  return n;
}
function* set(s, mu, n) {
  yield* mu.lock();
  s.n = n;
  mu.unlock();
}
export function* count(s, mu, wg) {
  yield* set(s, mu, 1 + (yield* get(s, mu)));
  wg.done();
}
export function* main() {
  const s = alloc(struct({ n: int }));
  const mu = new Mutex();
  const wg = new WaitGroup();
  wg.add(2);
  go(count, s, mu, wg);
  go(count, s, mu, wg);
  yield* wg.wait();
  println('counted', s.n);
}`,
    finds: 'another result',
    says: /^counted 1$/m,
  },
  {
    what: 'a select with a default that drops a value when the receiver is not there yet',
    body: `
export function* notify(c) {
  yield* select([send(c, true)], orDefault);
}
export function* main() {
  const c = chan(bool);
  go(notify, c);
  yield* c.recv();
}`,
    finds: 'deadlock',
    says: /chan receive on chan bool/,
  },
  {
    what: 'two who let each other go first for ever',
    body: `
const table = struct({ spoon: int, hungry0: bool, hungry1: bool });
export function* dine(me, t, wg) {
  const other = 1 - me;
  t['hungry' + me] = true;
  for (;;) {
    yield* gosched();
    if (t.spoon !== me) continue;
    if (!t['hungry' + other]) break;
    t.spoon = other; // after you
  }
  t['hungry' + me] = false;
  t.spoon = other;
  wg.done();
}
export function* main() {
  const t = alloc(table);
  const wg = new WaitGroup();
  wg.add(2);
  go(dine, 0, t, wg);
  go(dine, 1, t, wg);
  yield* wg.wait();
}`,
    finds: 'endless',
    says: /^$/,
  },
  {
    what: 'a counter without a lock, in two plain bodies',
    body: `
export function plain(s, wg) {
  s.n = s.n + 1;
  wg.done();
}
export function* parking(s, wg) {
  s.n = s.n + 1;
  wg.done();
}
export function* main() {
  const s = alloc(struct({ n: int }));
  const wg = new WaitGroup();
  wg.add(2);
  go(plain, s, wg);
  go(plain, s, wg);
  yield* wg.wait();
  println('counted', s.n);
}`,
    finds: 'another result',
    says: /^counted 1$/m,
  },
  {
    what: 'a counter without a lock, in two bodies that may park',
    body: `
export function plain(s, wg) {
  s.n = s.n + 1;
  wg.done();
}
export function* parking(s, wg) {
  s.n = s.n + 1;
  wg.done();
}
export function* main() {
  const s = alloc(struct({ n: int }));
  const wg = new WaitGroup();
  wg.add(2);
  go(parking, s, wg);
  go(parking, s, wg);
  yield* wg.wait();
  println('counted', s.n);
}`,
    finds: 'another result',
    says: /^counted 1$/m,
  },
  {
    what: 'a text without a lock, in a plain body and one that may park',
    body: `
export function plain(s, wg) {
  s.n = s.n + 'x';
  wg.done();
}
export function* parking(s, wg) {
  s.n = s.n + 'x';
  wg.done();
}
export function* main() {
  const s = alloc(struct({ n: string }));
  const wg = new WaitGroup();
  wg.add(2);
  go(parking, s, wg);
  go(plain, s, wg);
  yield* wg.wait();
  println('counted', s.n);
}`,
    finds: 'another result',
    says: /^counted x$/m,
  },
  {
    what: 'a counter without a lock, while main waits in a loop that only looks at the clock',
    body: `
export function count(s) {
  s.n = s.n + 1;
  s.left = s.left - 1;
}
export function* main() {
  const s = alloc(struct({ n: int, left: int }), { n: 0, left: 2 });
  go(count, s);
  go(count, s);
  for (const t = now(); s.left > 0 && now() - t < millisecond; );
  println('counted', s.n);
}`,
    finds: 'another result',
    says: /^counted 1$/m,
  },
  {
    what: 'a result that is written after done',
    body: `
export function* compute(s, wg) {
  wg.done();
  s.n = 42;
}
export function* main() {
  const s = alloc(struct({ n: int }));
  const wg = new WaitGroup();
  wg.add(1);
  go(compute, s, wg);
  yield* wg.wait();
  return s.n;
}`,
    finds: 'another result',
    says: /^0$/m,
  },
  {
    what: 'two fields that are read while they do not fit',
    body: `
export function move(s, wg) {
  s.from = s.from - 1;
  s.to = s.to + 1;
  wg.done();
}
export function check(s, wg) {
  if (s.from + s.to !== 9) panic('money is lost');
  wg.done();
}
export function* main() {
  const s = alloc(struct({ from: int, to: int }), { from: 9, to: 0 });
  const wg = new WaitGroup();
  wg.add(2);
  go(move, s, wg);
  go(check, s, wg);
  yield* wg.wait();
}`,
    finds: 'panic',
    says: /^panic: money is lost$/m,
  },
  {
    what: 'a field that no goroutine writes',
    body: `
export function* main() {
  const s = alloc(struct({ ready: bool }));
  while (!s.ready) now();
}`,
    finds: 'endless',
    says: /^$/,
  },
];
