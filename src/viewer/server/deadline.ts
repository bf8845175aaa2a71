// Work that must come to an end. A pattern that a person types into a page may take longer to try than there is time, and
// nothing inside of one thread can stop it but its own virtual machine.

import { createContext, Script } from 'node:vm';

const script = new Script('work()');

/**
 * What `work` returns. It is stopped wherever it is, so it must leave nothing behind that others see.
 * @throws Error if it takes longer than `ms` milliseconds, and what it throws itself
 */
export function within<T>(ms: number, what: string, work: () => T): T {
  try {
    return script.runInContext(createContext({ work }), { timeout: ms });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new Error(`${what}: took longer than ${ms} ms; expected a simpler pattern, or a smaller part of the profile`);
  }
}
