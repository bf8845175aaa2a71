// A Piscina task for each value: what a Node user writes today to have work done on another thread.

import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { Subject } from '../subject.js';

/**
 * A subject that has each value handled by a task of its own.
 * @param threads as many, or as there are cores if these are fewer
 * @param underWay tasks at a time: until one is done, no other is begun
 */
export function piscina(n: number, threads: number, underWay = n): Subject {
  const size = Math.min(threads, availableParallelism());
  const filename = new URL('./task.js', import.meta.url).href;
  const pool = new Piscina<number, number>({ filename, minThreads: size, maxThreads: size });
  const batch = async (n: number) => {
    let next = 0;
    let count = 0;
    let sum = 0;
    const feed = async () => {
      while (next < n) {
        const v = await pool.run(next++);
        count++;
        sum += v;
      }
    };
    const begin = performance.now();
    await Promise.all(Array.from({ length: underWay }, feed));
    return { ns: (performance.now() - begin) * 1e6, count, sum };
  };
  return { name: `Piscina, ${size} ${size === 1 ? 'thread' : 'threads'}`, n, batch, close: () => pool.destroy() };
}
