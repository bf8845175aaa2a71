// Where in the program something happened: the frame of a stack that its author would point at.

import type { Trace } from '../model.js';

/** Packages that act for the program: a wait in them is the caller's. */
const library = /^(runtime|sync|time|syscall|os|net|bufio|io|internal\/[^.]*|runtime\/[^.]*)\./;

/** `function file:line` of the innermost frame that is not the library's, else of the leaf; '' without a stack. */
export function whereabouts(trace: Trace, stack: number): string {
  const { stacks, frames, strings } = trace;
  const [first, last] = [stacks.first[stack]!, stacks.first[stack + 1]!];
  if (stack === 0 || first === last) return '';
  const name = (k: number) => strings[frames.func[stacks.frame[k]!]!]!;
  let at = first;
  while (at < last && library.test(name(at))) at++;
  const k = at === last ? first : at;
  const frame = stacks.frame[k]!;
  return `${name(k)} ${strings[frames.file[frame]!]!.replace(/^.*\//, '')}:${frames.line[frame]}`;
}
