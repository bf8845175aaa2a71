// Work that goroutines do between scheduling points, by kind: what a program has to tell its engine about it. Threads
// show it as progress; in the simulator it is what makes time pass (sim/machine.ts has the prices).

import { field, nth64 } from '../memory/address.js';
import { P } from '../memory/layout.js';
import { f64 } from '../memory/memory.js';
import { m } from './g.js';

/**
 * Kinds of work, by the place of their counter. At most 8.
 * @example
 * const start = now();
 * charge(workload.iteration, 1e6); // a million iterations of a small loop
 * println(now() > start);
 * // Output: true
 */
export const work = {
  /** Pixels painted. */
  pixel: 0,
  /** Iterations of the kernel, or of any other loop whose iterations take about as long. */
  iteration: 1,
  /** Pixels of PNG written. */
  encoded: 2,
  /** Calls into the system. */
  syscall: 3,
  /** Iterations of the kernel in vectors; those of each lane count. */
  vector: 4,
} as const;
export type Work = (typeof work)[keyof typeof work];

/**
 * Tells the engine that the running goroutine has done so much work of this kind. Never parks.
 * @example
 * const start = now();
 * charge(workload.pixel, 1000); // progress on threads, virtual time in the simulator
 * println(now() > start);
 * // Output: true
 */
export function charge(kind: Work, units: number): void {
  f64[nth64(field(m.pp, P.WORK), kind)]! += units;
}
