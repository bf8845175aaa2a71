// Flags as Go's flag package reads them: one dash or two, `-flag value` or `-flag=value`, values may begin with a dash,
// and the first word that is no flag ends them. Commander has no single-dash words, so they are rewritten for it.

import type { Command } from './commander.js';
import { BadUsage } from './usage.js';

/** `argv` with every flag of `command` in the form `--flag=value` or `--flag`. @throws BadUsage */
export function goFlags(command: Command, argv: readonly string[]): string[] {
  const out: string[] = [];
  for (let k = 0; k < argv.length; k++) {
    const word = argv[k]!;
    const match = /^--?([A-Za-z][^=]*)(?:=(.*))?$/s.exec(word);
    if (!match) return [...out, '--', ...argv.slice(word === '--' ? k + 1 : k)]; // the first word that is no flag
    const [, name = '', value] = match;
    const option = command.options.find((o) => o.long === `--${name}`);
    if (!option) return [...out, value === undefined ? `--${name}` : `--${name}=${value}`]; // commander says what is wrong
    if (option.required) {
      const given = value ?? argv[++k];
      if (given === undefined) throw new BadUsage(`-${name}: expected a value, got nothing`);
      out.push(`--${name}=${given}`);
    } else if (value === undefined || truth(name, value)) {
      out.push(`--${name}`);
    }
  }
  return out;
}

/** What strconv.ParseBool takes for a boolean flag's value. */
function truth(name: string, value: string): boolean {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value)) return false;
  throw new BadUsage(`-${name}: expected true or false, got ${JSON.stringify(value)}`);
}
