// Folders of a test's own, which are gone when it is over.

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An empty folder. */
export function tempDir(): string {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'mandel-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
