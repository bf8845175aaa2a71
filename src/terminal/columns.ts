// Text that fits the columns of a terminal.

import { foldLine } from '../lib/lines.js';

/** Columns of what is no terminal, or of one that does not say how many it has. */
const NO_TERMINAL = 80;

/** Columns that standard output has. */
export function columnsOfOutput(): number {
  return process.stdout.columns || NO_TERMINAL;
}

/** Columns of a help text that is not made by commander, which knows the terminal's. */
const HELP = 80;

/** Names and what they are, for a help text: one name a line, or more lines if they do not suffice. */
export function helpList(entries: readonly { readonly name: string; readonly about: string }[], width = 12): string {
  return entries
    .map(({ name, about }) => `${foldLine(`  ${name.padEnd(width)} ${about}`, HELP, width + 3)}\n`)
    .join('');
}

/** A paragraph of a help text. */
export function helpText(text: string): string {
  return `${foldLine(text, HELP)}\n`;
}
