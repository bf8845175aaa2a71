// The real tools, where they are installed.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** The last Go whose trace tool shows v1 traces as they are. */
export const go119: string | undefined = ['/usr/lib/go-1.19/bin/go'].find((path) => existsSync(path));

/** All Gos that there are: their pprof must read our files. */
export const gos: readonly string[] = ['/usr/lib/go-1.19/bin/go', '/usr/local/go/bin/go'].filter((path) =>
  existsSync(path),
);

/** What a tool prints. */
export function goTool(go: string, ...args: readonly string[]): Buffer {
  return execFileSync(go, ['tool', ...args], { maxBuffer: 1 << 29, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The data of the timeline that `go tool trace` serves. */
export async function goTimeline(go: string, file: string): Promise<unknown> {
  const env = { ...process.env, BROWSER: 'true' }; // instead of a browser: nothing
  const child = spawn(go, ['tool', 'trace', '-http=127.0.0.1:0', file], {
    env,
    detached: true, // `go` starts the tool, and both must go
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  });
  const address = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.on('error', reject);
    child.stderr.on('data', (chunk: Buffer) => {
      printed += chunk;
      const found = /listening on (http:\/\/[\d.:]+)/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on('exit', () => reject(new Error(`go tool trace: ${printed}`)));
  });
  for (;;) {
    // It prints the address just before it serves.
    const response = await fetch(`${address}/jsontrace`).catch(() => undefined);
    if (response) return response.json();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
