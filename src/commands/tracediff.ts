// mandel trace diff: what one trace spends more than another.

import { Command } from 'commander';

export function traceDiffCommand(): Command {
  return new Command('mandel trace diff');
}
