// Interleavings on one thread: the accesses that the runtime makes through Atomics, in their order, and a place before each of
// them where a test does what another thread could do.

/** An access: the function of Atomics, the word, and what is handed over besides. */
export type Access = readonly [op: Op, word: number, ...values: number[]];
type Op = (typeof ops)[number];
/** What another thread does between two accesses, of which this is one and has this number. */
type Between = (access: Access, index: number) => void;

const ops = [
  'load',
  'store',
  'exchange',
  'compareExchange',
  'add',
  'sub',
  'and',
  'or',
  'wait',
  'notify',
] as const satisfies (keyof Atomics)[];

/** Accesses after which a loop that waits for another thread is taken to wait for ever. */
const MOST = 100_000;

/**
 * Calls `f` and lists its accesses.
 * @param before is called before each access, as another thread; its own accesses are not listed
 * @param after the same, after each access
 */
export function interleave(f: () => void, before?: Between, after?: Between): Access[] {
  const accesses: Access[] = [];
  const table = Atomics as unknown as Record<Op, (words: Int32Array, word: number, ...values: number[]) => unknown>;
  const originals = ops.map((op) => table[op]);
  let outside = false;
  const act = (between: Between | undefined) => {
    if (between === undefined) return;
    outside = true;
    try {
      between(accesses.at(-1)!, accesses.length - 1);
    } finally {
      outside = false;
    }
  };
  ops.forEach((op, k) => {
    table[op] = (words, word, ...values) => {
      if (outside) return originals[k]!(words, word, ...values);
      if (accesses.push([op, word, ...values]) > MOST) throw new Error('test: an endless loop');
      act(before);
      // A thread that sleeps in a test is woken by what `before` has done, or by its timeout.
      const result =
        op !== 'wait' ? originals[k]!(words, word, ...values) : words[word] === values[0] ? 'timed-out' : 'not-equal';
      act(after);
      return result;
    };
  });
  try {
    f();
  } finally {
    ops.forEach((op, k) => {
      table[op] = originals[k]!;
    });
  }
  return accesses;
}

/** The same, with `act` once, before the first access of this kind to this word. @returns whether there was one */
export function interrupt(f: () => void, op: Op, word: number, act: () => void): boolean {
  let done = false;
  interleave(f, ([what, where]) => {
    if (done || what !== op || where !== word) return;
    done = true;
    act();
  });
  return done;
}

/**
 * What `state` says when `f` is about to take the lock, and when it is about to give it back.
 * @throws Error if it does not do each of these once
 */
export function underLock<T>(f: () => void, lock: number, state: () => T): [before: T, after: T] {
  const states: T[] = [];
  const accesses = interleave(f, ([, word]) => {
    if (word === lock) states.push(state());
  });
  const ops = accesses.filter(([, word]) => word === lock).map(([op]) => op);
  if (ops.join() !== 'compareExchange,exchange') throw new Error(`test: the lock is taken and given back by ${ops}`);
  return states as [T, T];
}
