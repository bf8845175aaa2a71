// Go 1.19, the last Go whose `go tool trace` works on the v1 format itself: the judge of what a trace says.

import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { skipLoudly } from './loudskip.js';
import { tempDir } from './tempdir.js';

const candidates = [process.env.MANDEL_GO119, '/usr/lib/go-1.19/bin/go', 'go1.19', 'go'];

/** The command of Go 1.19, or a loud skip. MANDEL_GO119 names one. */
export function go119(context: TestContext): string {
  const go = candidates.find((command) => {
    if (!command) return false;
    return /^go version go1\.19\b/.test(spawnSync(command, ['version'], { encoding: 'utf8' }).stdout ?? '');
  });
  return go ?? skipLoudly(context, 'Go 1.19 is not here (Debian: apt install golang-1.19; or set MANDEL_GO119)');
}

/** An event as `go tool trace -d` prints it. */
export interface DumpedEvent {
  readonly ts: number;
  readonly name: string;
  readonly p: number;
  readonly g: number;
  readonly offset: number;
}

/** What `go tool trace -d` says of a trace: its events, or why it refuses. */
export function dump(go: string, path: string): DumpedEvent[] | string {
  // To a file: it makes a system call a line, and a pipe would make it wait for us each time.
  const text = join(tempDir(), 'dump');
  const out = openSync(text, 'w');
  const { status, stderr } = spawnSync(go, ['tool', 'trace', '-d', path], {
    stdio: ['ignore', out, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(out);
  if (status !== 0) return stderr;
  return readFileSync(text, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, ts, name, p, g, offset] = /^(\d+) (\w+) p=(-?\d+) g=(\d+) off=(\d+)/.exec(line)!;
      return { ts: Number(ts), name: name!, p: Number(p), g: Number(g), offset: Number(offset) };
    });
}
