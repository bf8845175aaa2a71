// Peers of goroutines on one thread: async functions with Promise.all, and setImmediate.

import type { Outcome, Subject } from '../subject.js';

/**
 * A subject that calls an async function for each value and waits for all with Promise.all.
 * @param crowd calls before it waits for them
 * @param pauses whether each lets the others run first
 */
export function asyncFunctions(n: number, crowd = n, pauses = false): Subject {
  const batch = async (n: number) => {
    let count = 0;
    let sum = 0;
    const plain = async (v: number) => {
      count++;
      sum += v;
    };
    const pausing = async (v: number) => {
      await null;
      count++;
      sum += v;
    };
    const each = pauses ? pausing : plain;
    const begin = performance.now();
    for (let first = 0; first < n; first += crowd) {
      const calls: Promise<void>[] = [];
      for (let i = first; i < first + crowd; i++) {
        calls.push(each(i));
      }
      await Promise.all(calls);
    }
    return { ns: (performance.now() - begin) * 1e6, count, sum };
  };
  return { name: 'async function, Promise.all', n, batch };
}

/** A subject that has each value handled by a setImmediate. */
export function immediates(n: number): Subject {
  const batch = (n: number) =>
    new Promise<Outcome>((resolve) => {
      let count = 0;
      let sum = 0;
      const each = (v: number) => {
        sum += v;
        if (++count === n) {
          resolve({ ns: (performance.now() - begin) * 1e6, count, sum });
        }
      };
      const begin = performance.now();
      for (let i = 0; i < n; i++) {
        setImmediate(each, i);
      }
    });
  return { name: 'setImmediate', n, batch };
}
