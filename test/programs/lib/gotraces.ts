// The traces that Go's own tests read, where Go's sources are installed.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folders = [
  '/usr/share/go-1.19/src/internal/trace/testdata',
  '/usr/lib/go-1.19/src/internal/trace/testdata',
  '/usr/local/go/src/internal/trace/testdata',
];

/** The folder with Go's traces in the v1 format, if there is one. */
export function goTraceFolder(): string | undefined {
  return folders.find((folder) => existsSync(join(folder, 'http_1_11_good')));
}

/** Their names, of the versions from 1.7 on; none without Go. */
export function goTraceNames(): string[] {
  const folder = goTraceFolder();
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((name) => /_1_(7|8|9|1\d|2\d)_good$/.test(name))
    .sort();
}

export function goTrace(name: string): Uint8Array {
  return readFileSync(join(goTraceFolder()!, name));
}
