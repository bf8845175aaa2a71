// The flag -trace of the commands that run something.

import { BadUsage } from './usage.js';

/** What the flag says to a run. @throws BadUsage */
export function traceOption(file: string | undefined): { trace?: string } {
  if (file === undefined) return {};
  if (file === '') throw new BadUsage('-trace: expected a file name, got nothing');
  return { trace: file };
}
