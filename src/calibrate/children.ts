// Whole processes of the command: what coming up and going away takes.

import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Probe } from './probes.js';

const program = fileURLToPath(new URL('./boot.js', import.meta.url));
const start = promisify(execFile);

const none = { procs: 0, goroutines: 0, switches: 0, steals: 0, parks: 0, wakes: 0, sends: 0, receives: 0, memory: 0 };
const NS = 1e9;

/** A picture of one pixel, by so many Ps: its real, user and system time, as it says itself. */
export function wholeProcess(cli: string, procs: number): Probe {
  return {
    name: `process ${procs}`,
    async run(signal) {
      const args = [cli, '-w', '1', '-h', '1', '-procs', `${procs}`, '-o', devNull];
      const { stderr } = await start(process.execPath, args, { signal });
      const times = /real ([\d.]+)s user ([\d.]+)s sys ([\d.]+)s/.exec(stderr);
      if (!times) throw new Error(`calibrate: expected the line about a run, got ${JSON.stringify(stderr)}`);
      return { ns: times.slice(1).map((seconds) => Number(seconds) * NS), stats: none, wall: 0 };
    },
  };
}

/** Until the main goroutine runs, and from then until the next P does. */
export function coming(cli: string, procs: number): Probe {
  return {
    name: `coming ${procs}`,
    async run(signal) {
      const { stdout } = await start(process.execPath, [cli, 'run', '-procs', `${procs}`, program, `${procs}`], {
        signal,
      });
      return { ns: JSON.parse(stdout) as number[], stats: none, wall: 0 };
    },
  };
}
