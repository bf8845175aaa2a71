// Go's regular expressions, of which only one thing is asked: whether a text has a match in it. After package regexp.
//
// JavaScript's own can take forever: a few nested repetitions and a text that almost matches are enough. Patterns come with
// profiles and over the network, so here all states are followed at once, and the time is that of the text's length times
// the expression's.

import { type Assertion, type CharTest, isWord, parseRegexp, RegexpError, type Tree } from './regexpsyntax.js';

export { RegexpError } from './regexpsyntax.js';

/** A step of the machine; `next` and `other` are places in the program. */
type Step =
  | { readonly op: 'char'; readonly test: CharTest }
  | { readonly op: 'assert'; readonly kind: Assertion }
  | { readonly op: 'split'; other: number }
  | { readonly op: 'jump'; other: number }
  | { readonly op: 'match' };

/** Steps of a program; more are refused, as Go refuses what takes too much memory. */
const MAX_STEPS = 10_000;

export class Regexp {
  readonly source: string;
  readonly #steps: Step[] = [];
  /** For an expression without anything special in it. */
  readonly #plain: string | undefined;
  #work = 0;

  /** @throws RegexpError if `source` is none */
  constructor(source: string) {
    this.source = source;
    const tree = parseRegexp(source);
    this.#plain = plainText(tree);
    this.#compile(tree);
    this.#add({ op: 'match' });
  }

  /** Whether there is a match anywhere in `text`. */
  test(text: string): boolean {
    if (this.#plain !== undefined) return text.includes(this.#plain);
    const codes = Array.from(text, (char) => char.codePointAt(0)!);
    let now = new States(this.#steps.length);
    let next = new States(this.#steps.length);
    for (let pos = 0; pos <= codes.length; pos++) {
      if (this.#follow(now, 0, codes, pos)) return true;
      const code = codes[pos];
      if (code === undefined) break;
      next.clear();
      for (const at of now.chars) {
        const step = this.#steps[at]!;
        if (step.op === 'char' && step.test(code) && this.#follow(next, at + 1, codes, pos + 1)) return true;
      }
      [now, next] = [next, now];
    }
    return false;
  }

  /** Adds all states that are reached from `start` without another character. @returns whether one is a match */
  #follow(states: States, start: number, codes: readonly number[], pos: number): boolean {
    const open = [start];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (!states.add(at)) continue;
      const step = this.#steps[at]!;
      switch (step.op) {
        case 'match':
          return true;
        case 'char':
          states.chars.push(at);
          break;
        case 'assert':
          if (holds(step.kind, codes, pos)) open.push(at + 1);
          break;
        case 'split':
          open.push(step.other, at + 1);
          break;
        case 'jump':
          open.push(step.other);
      }
    }
    return false;
  }

  #compile(tree: Tree): void {
    // What has no steps can be repeated often all the same.
    if (++this.#work > 10 * MAX_STEPS) throw new RegexpError('expression too large');
    switch (tree.op) {
      case 'char':
      case 'assert':
        this.#add(tree);
        break;
      case 'sequence':
        for (const part of tree.parts) this.#compile(part);
        break;
      case 'choice':
        this.#compileChoice(tree.parts);
        break;
      case 'repeat':
        this.#compileRepeat(tree.part, tree.min, tree.max);
    }
  }

  #compileChoice(parts: readonly Tree[]): void {
    const jumps: { other: number }[] = [];
    for (const [k, part] of parts.entries()) {
      const last = k === parts.length - 1;
      const split = last ? undefined : this.#add({ op: 'split', other: 0 });
      this.#compile(part);
      if (!split) continue;
      jumps.push(this.#add({ op: 'jump', other: 0 }));
      split.other = this.#steps.length;
    }
    for (const jump of jumps) jump.other = this.#steps.length;
  }

  #compileRepeat(part: Tree, min: number, max: number): void {
    for (let k = 0; k < min; k++) this.#compile(part);
    if (max === Infinity) {
      const start = this.#steps.length;
      const split = this.#add({ op: 'split', other: 0 });
      this.#compile(part);
      this.#add({ op: 'jump', other: start });
      split.other = this.#steps.length;
      return;
    }
    const splits: { other: number }[] = [];
    for (let k = min; k < max; k++) {
      splits.push(this.#add({ op: 'split', other: 0 }));
      this.#compile(part);
    }
    for (const split of splits) split.other = this.#steps.length;
  }

  #add<T extends Step>(step: T): T {
    if (this.#steps.length >= MAX_STEPS) throw new RegexpError('expression too large');
    this.#steps.push(step);
    return step;
  }
}

/** A set of states; clear() costs nothing. */
class States {
  /** Those that wait for a character. */
  readonly chars: number[] = [];
  readonly #marks: Uint32Array;
  #mark = 1;

  constructor(size: number) {
    this.#marks = new Uint32Array(size);
  }

  add(state: number): boolean {
    if (this.#marks[state] === this.#mark) return false;
    this.#marks[state] = this.#mark;
    return true;
  }

  clear(): void {
    this.#mark++;
    this.chars.length = 0;
  }
}

function holds(kind: Assertion, codes: readonly number[], pos: number): boolean {
  const [before, after] = [codes[pos - 1], codes[pos]];
  switch (kind) {
    case 'text begins':
      return before === undefined;
    case 'text ends':
      return after === undefined;
    case 'line begins':
      return before === undefined || before === 10;
    case 'line ends':
      return after === undefined || after === 10;
    default: {
      const atEdge = (before !== undefined && isWord(before)) !== (after !== undefined && isWord(after));
      return atEdge === (kind === 'word');
    }
  }
}

/** What the expression says literally, if that is all it says. */
function plainText(tree: Tree): string | undefined {
  if (tree.op === 'char') return tree.literal;
  if (tree.op !== 'sequence') return undefined;
  const texts = tree.parts.map(plainText);
  return texts.includes(undefined) ? undefined : texts.join('');
}
