// What the types of mandel/go refuse, and what they take. Nothing runs this file: `npm run check` compiles it, and an
// error that is expected and does not come is an error.

import {
  type Chan,
  chan,
  type Go,
  go,
  goArena,
  int,
  Mutex,
  Once,
  Panic,
  println,
  type Shared,
  string,
  struct,
  syscall,
  trace,
  type WaitGroup,
} from 'mandel/go';

const point = struct({ i: int, j: int });
type Point = typeof point.zero;

export async function asynchronous(): Promise<void> {}
export async function* asyncGenerator(): AsyncGenerator<void> {}
export function promising(): Promise<number> {
  return Promise.resolve(1);
}
export function thenable(): PromiseLike<number> {
  return Promise.resolve(1);
}
export function sometimes(n: number): Promise<void> | undefined {
  return n > 0 ? Promise.resolve() : undefined;
}
export function* worker(c: Chan<Point>, wg: WaitGroup): Go {
  yield* c.range((p) => println(p.i + p.j));
  wg.done();
}
export function* inferred(c: Chan<number>) {
  return yield* c.recv();
}
export function plain(n: number, text = 'x'): string {
  return text.repeat(n);
}
export function* generic<T>(c: Chan<T>, v: T): Go {
  yield* c.send(v);
}
export function untyped(...args: number[]): unknown {
  return args.length;
}
// biome-ignore lint/suspicious/noExplicitAny: a program in JavaScript has such functions
export function anything(): any {}
export function never(): never {
  throw new Panic('never');
}

export function bodies(c: Chan<Point>, numbers: Chan<number>, wg: WaitGroup, known: (n: number) => void): void {
  go(worker, c, wg);
  go(inferred, numbers);
  go(plain, 1);
  go(plain, 1, 'y');
  go(generic, numbers, 1);
  go(untyped, 1, 2, 3);
  go(anything);
  go(never);
  go(known, 1);
  goArena(worker, c, wg);

  // @ts-expect-error an async function
  go(asynchronous);
  // @ts-expect-error an async generator function
  go(asyncGenerator);
  // @ts-expect-error a function that returns a promise
  go(promising);
  // @ts-expect-error a function that returns a thenable
  go(thenable);
  // @ts-expect-error a function that may return a promise
  go(sometimes, 1);
  // @ts-expect-error an async arrow function
  go(async () => {});
  // @ts-expect-error an async function
  goArena(asynchronous);
  // @ts-expect-error an argument of the wrong type
  go(plain, 'x');
  // @ts-expect-error an argument is missing
  go(worker, c);
  // @ts-expect-error one argument too many
  go(plain, 1, 'y', 2);
  // @ts-expect-error a goroutine's body that has been called
  go(worker(c, wg));
}

export function* callbacks(c: Chan<Point>, known: (p: Point) => void): Go {
  const seen: number[] = [];
  const byName = new Map<number, number>();
  yield* c.range((p) => println(p.i));
  yield* c.range(({ i }) => seen.push(i));
  yield* c.range((p) => byName.set(p.i, p.j));
  yield* c.range((p) => {
    if (p.i > 0) seen.push(p.i);
  });
  yield* c.range(() => {});
  yield* c.range(known);
  yield* c.range(() => anything());
  yield* c.range(() => never());

  // @ts-expect-error a generator function
  yield* c.range(function* (p) {
    yield* chan(int).send(p.i);
  });
  // @ts-expect-error an async function
  yield* c.range(async (p) => println(p.i));
  // @ts-expect-error a function that returns a generator
  yield* c.range((p) => generic(c, p));
  // @ts-expect-error a function that returns a promise
  yield* c.range(() => promising());
  // @ts-expect-error a function of something else
  yield* c.range((p: string) => println(p));

  const once = new Once();
  yield* once.do(() => println('once'));
  yield* once.do(() => seen.push(1));
  yield* once.do(function* () {
    yield* new Mutex().lock();
  });
  // @ts-expect-error an async function
  yield* once.do(async () => {});
  // @ts-expect-error a function that returns a promise
  yield* once.do(promising);
  // @ts-expect-error an async generator function
  yield* once.do(asyncGenerator);

  const n: number = yield* trace.withRegion('n', () => 1);
  const m: number = yield* trace.withRegion('m', function* () {
    return yield* chan(int).recv();
  });
  const k: number = yield* trace.withRegion('k', () => inferred(chan(int)));
  yield* trace.withRegion('nothing', () => {});
  println(n, m, k);
  // @ts-expect-error an async function
  yield* trace.withRegion('async', async () => {});
  // @ts-expect-error an async generator function
  yield* trace.withRegion('async', asyncGenerator);

  const written: number = syscall(() => 1);
  syscall(() => {});
  println(written);
  // @ts-expect-error an async function
  syscall(async () => 1);
  // @ts-expect-error a generator function
  syscall(function* () {});
}

export function* results(c: Chan<string>, shared: Shared<Point>): Go {
  const text: string = yield* c.recv();
  // @ts-expect-error an operation is no value
  const forgotten: string = c.recv();
  // @ts-expect-error a promise is no operation
  yield* promising();
  // @ts-expect-error a channel is no operation
  yield* c;
  // @ts-expect-error a number is no operation
  yield* shared.i;
  println(text, forgotten, chan(string));
}
