// The other half of a circle of modules: it is loaded first, and calls a function of package_objects.ts before that is.

import { alloc, int, Mutex, struct } from 'mandel/go';
// biome-ignore lint/suspicious/noImportCycles: a circle is what go_package.ts tests
import { shared } from './package_objects.js';

export const inner = new Mutex();
export const total = alloc(struct({ n: int }), { n: 7 });

/** Declared as a function: it can be called before this module's code has run. */
export function doubled(n: number): number {
  return 2 * n;
}

/** The count in the other module, which is there once both are loaded. */
export function countInTheOther(): number {
  return shared.n;
}
