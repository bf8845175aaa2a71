// A terminal for a command, where there is none.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, type TestContext } from 'vitest';
import { skipLoudly } from './loudskip.js';

/** What the command writes to start its line of progress again. */
export const CLEAR_LINE = '\r\u001b[K';

/** Calls the command through script(1), which gives it a terminal of so many columns: CliOptions.through. */
export function onTerminal(
  context: TestContext,
  columns = 80,
): (command: readonly string[]) => readonly [string, ...string[]] {
  const found = (process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, 'script')));
  if (process.platform !== 'linux' || !found)
    skipLoudly(context, 'there is no script(1) of util-linux to make a terminal');
  return (command) => [
    'script',
    '--quiet',
    '--return',
    '--command',
    `stty cols ${columns}; exec ${command.join(' ')}`,
    '/dev/null',
  ];
}

/** The lines of progress, of which nothing may be left on the terminal, nor anything have been there before. */
export function linesTakenAway(stdout: string): string[] {
  const [before, ...shown] = stdout.split(CLEAR_LINE);
  expect(before).toBe('');
  expect(shown.pop()).toBe('');
  return shown;
}
