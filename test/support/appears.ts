// Waits for files of other processes, without looking all the time.

import { readdirSync, watch } from 'node:fs';
import { onTestFinished } from 'vitest';

/** Resolves when there is a file in `dir` whose name begins with `prefix`. */
export function appears(dir: string, prefix: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (readdirSync(dir).some((name) => name.startsWith(prefix))) resolve();
    };
    const watcher = watch(dir, look);
    onTestFinished(() => watcher.close());
    look();
  });
}
