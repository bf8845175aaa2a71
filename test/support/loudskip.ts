// Skipping what this machine cannot show, so that it is not taken for passed.

import type { TestContext } from 'vitest';

/** Skips the running test, and says why where the reader of the run looks. */
export function skipLoudly(context: TestContext, why: string): never {
  console.warn(`SKIPPED: ${context.task.name}: ${why}`);
  return context.skip(why);
}
