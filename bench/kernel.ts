// The kernels of a build.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratch } from './scratch.js';

export type KernelName = 'plain' | 'fast';

export interface Kernel {
  readonly name: KernelName;
  /** What picks it on the command line. */
  readonly flags: readonly string[];
}

/** The command that is `mandel` in this build. */
export const own: readonly string[] = [process.execPath, fileURLToPath(new URL('../src/cli.js', import.meta.url))];

const known = new Map<string, readonly Kernel[]>();

/**
 * The kernels with which the mandel that `command` starts can paint here. A build from before there was a choice has the
 * plain one; where there is no fast one, mandel says so and falls back to plain.
 */
export function kernelsOf(command: readonly string[]): readonly Kernel[] {
  const key = command.join(' ');
  const found = known.get(key) ?? ask(command);
  known.set(key, found);
  return found;
}

function ask([program, ...args]: readonly string[]): readonly Kernel[] {
  const kernels = (['plain', 'fast'] as const).map((name) => ({ name, flags: ['-kernel', name] }));
  const found = kernels.filter(({ flags }) => {
    const dot = ['-w', '1', '-h', '1', '-quiet', '-o', join(scratch, 'dot.png')];
    const { status, stderr } = spawnSync(program!, [...args, ...flags, ...dot], { encoding: 'utf8' });
    return status === 0 && stderr === '';
  });
  return found.length > 0 ? found : [{ name: 'plain', flags: [] }];
}
