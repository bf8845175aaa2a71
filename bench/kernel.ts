// The kernels that a build has.

import { spawnSync } from 'node:child_process';

export type KernelName = 'plain' | 'fast';

export interface Kernel {
  readonly name: KernelName;
  /** What picks it on the command line. */
  readonly flags: readonly string[];
}

const known = new Map<string, readonly Kernel[]>();

/** The kernels of the mandel that `command` starts. A build from before there was a choice has the plain one. */
export function kernelsOf(command: readonly string[]): readonly Kernel[] {
  const key = command.join(' ');
  const found = known.get(key) ?? ask(command);
  known.set(key, found);
  return found;
}

function ask(command: readonly string[]): readonly Kernel[] {
  const [program, ...args] = command as [string, ...string[]];
  const { stdout } = spawnSync(program, [...args, '-help'], { encoding: 'utf8' });
  if (!/-kernel\b/.test(stdout)) return [{ name: 'plain', flags: [] }];
  return (['plain', 'fast'] as const).map((name) => ({ name, flags: ['-kernel', name] }));
}
