// Interleavings on one thread: the accesses that the runtime makes through Atomics, in their order, and a place before each of
// them where a test does what another thread could do.

/** An access: the function of Atomics, the word, and what is handed over besides. */
export type Access = readonly [op: Op, word: number, ...values: number[]];
type Op = (typeof ops)[number];

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
 */
export function interleave(f: () => void, before: (access: Access, index: number) => void = () => {}): Access[] {
  const accesses: Access[] = [];
  const table = Atomics as unknown as Record<Op, (words: Int32Array, word: number, ...values: number[]) => unknown>;
  const originals = ops.map((op) => table[op]);
  let outside = false;
  ops.forEach((op, k) => {
    table[op] = (words, word, ...values) => {
      if (!outside) {
        if (accesses.length === MOST) throw new Error('test: an endless loop');
        const access: Access = [op, word, ...values];
        accesses.push(access);
        outside = true;
        try {
          before(access, accesses.length - 1);
        } finally {
          outside = false;
        }
      }
      // A thread that sleeps in a test is woken by what `before` has done, or by its timeout.
      if (op === 'wait') return words[word] === values[0] ? 'timed-out' : 'not-equal';
      return originals[k]!(words, word, ...values);
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
