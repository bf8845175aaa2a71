// Programs that are right, and wait in loops for fields that others write: in a schedule that lets only them go on they never end.

export const polls: readonly { readonly what: string; readonly body: string }[] = [
  {
    what: 'by gosched',
    body: `
export function* set(s) {
  s.n = s.n + 1;
  s.ready = true;
}
export function* main() {
  const s = alloc(struct({ n: int, ready: bool }));
  go(set, s);
  while (!s.ready) yield* gosched();
  println(s.n);
}`,
  },
  {
    what: 'by looking at the clock, in several goroutines of both kinds',
    body: `
export function set(s, wg) {
  s.n = s.n + 1;
  s.ready = true;
  wg.done();
}
export function plain(s, wg) {
  while (!s.ready) now();
  wg.done();
}
export function* parking(s, wg) {
  while (!s.ready) now();
  wg.done();
}
export function* main() {
  const s = alloc(struct({ n: int, ready: bool }));
  const wg = new WaitGroup();
  wg.add(4);
  go(plain, s, wg);
  go(parking, s, wg);
  go(set, s, wg);
  go(plain, s, wg);
  while (!s.ready) now();
  yield* wg.wait();
  println(s.n);
}`,
  },
  {
    what: 'by nothing but reading',
    body: `
export function set(s) {
  s.ready = true;
}
export function* main() {
  const s = alloc(struct({ ready: bool }));
  go(set, s);
  while (!s.ready);
}`,
  },
  {
    what: 'of a goroutine that sleeps',
    body: `
export function* set(s) {
  yield* sleep(millisecond);
  s.ready = true;
}
export function* main() {
  const s = alloc(struct({ ready: bool }));
  go(set, s);
  while (!s.ready) now();
}`,
  },
  {
    what: 'of each other',
    body: `
export function one(s, wg) {
  s.a = true;
  while (!s.b) now();
  wg.done();
}
export function other(s, wg) {
  s.b = true;
  while (!s.a) now();
  wg.done();
}
export function* main() {
  const s = alloc(struct({ a: bool, b: bool }));
  const wg = new WaitGroup();
  wg.add(2);
  go(one, s, wg);
  go(other, s, wg);
  yield* wg.wait();
}`,
  },
];
