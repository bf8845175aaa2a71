// The syntax of Go's regular expressions (RE2's), as a tree. After regexp/syntax.
//
// Unlike Go, names of groups mean nothing, and lazy operators are the same as greedy ones: whether a text matches does not
// depend on them.

/** What an expression is made of. */
export type Tree =
  | { readonly op: 'char'; readonly test: CharTest; readonly literal?: string }
  | { readonly op: 'assert'; readonly kind: Assertion }
  | { readonly op: 'sequence'; readonly parts: readonly Tree[] }
  | { readonly op: 'choice'; readonly parts: readonly Tree[] }
  | { readonly op: 'repeat'; readonly part: Tree; readonly min: number; readonly max: number };

/** Whether a character, by its code point, is meant. */
export type CharTest = (code: number) => boolean;

/** Places in a text: its ends, those of a line, and where a word begins or ends or does not. */
export type Assertion = 'text begins' | 'text ends' | 'line begins' | 'line ends' | 'word' | 'no word';

/** An expression that makes no sense. The message says why, in a few words. */
export class RegexpError extends Error {
  override readonly name = 'RegexpError';
}

interface Flags {
  readonly fold: boolean;
  readonly lines: boolean;
  readonly dotAll: boolean;
}

/** Go's limits: how often a part may be repeated, and how deep groups may be nested. */
const MAX_REPEAT = 1000;
const MAX_DEPTH = 1000;

/** The tree of `pattern`. @throws RegexpError */
export function parseRegexp(pattern: string): Tree {
  return new Parser(pattern).parse();
}

class Parser {
  readonly #chars: readonly string[];
  #pos = 0;
  #depth = 0;

  constructor(pattern: string) {
    this.#chars = [...pattern];
  }

  parse(): Tree {
    const tree = this.#choice({ fold: false, lines: false, dotAll: false });
    if (this.#pos < this.#chars.length) throw new RegexpError('unexpected )');
    return tree;
  }

  /** Alternatives, up to the end or to what closes the group. */
  #choice(given: Flags): Tree {
    if (++this.#depth > MAX_DEPTH) throw new RegexpError('expression nests too deeply');
    let flags = given;
    const choices: Tree[] = [];
    let parts: Tree[] = [];
    while (this.#pos < this.#chars.length && this.#peek() !== ')') {
      if (this.#take('|')) {
        choices.push({ op: 'sequence', parts });
        parts = [];
      } else if (this.#starts('(?') && !this.#starts('(?P<') && !this.#starts('(?<')) {
        const { flags: changed, tree } = this.#flagGroup(flags);
        flags = changed;
        // As in Go, flags do not come between a part and how often it is repeated.
        const part = tree ?? parts.pop();
        if (part) parts.push(this.#repeated(part));
      } else if (this.#starts('\\Q')) {
        this.#pos += 2;
        for (const tree of this.#quoted(flags)) parts.push(tree);
        const last = parts.pop();
        if (last) parts.push(this.#repeated(last));
      } else {
        parts.push(this.#repeated(this.#atom(flags)));
      }
    }
    this.#depth--;
    choices.push({ op: 'sequence', parts });
    return choices.length === 1 ? choices[0]! : { op: 'choice', parts: choices };
  }

  #repeated(part: Tree): Tree {
    const bounds = this.#bounds();
    if (!bounds) return part;
    this.#take('?');
    if (this.#bounds()) throw new RegexpError('invalid nested repetition operator');
    return { op: 'repeat', part, ...bounds };
  }

  /** What says how often, if that comes next. */
  #bounds(): { readonly min: number; readonly max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Infinity };
    if (this.#take('+')) return { min: 1, max: Infinity };
    if (this.#take('?')) return { min: 0, max: 1 };
    const match = /^\{(\d+)(,?)(\d*)\}/.exec(this.#chars.slice(this.#pos, this.#pos + 24).join(''));
    if (!match || (match[2] === '' && match[3] !== '')) return undefined;
    const [text, least, comma, most] = match;
    const min = Number(least);
    const max = comma === '' ? min : most === '' ? Infinity : Number(most);
    if (min > MAX_REPEAT || (max !== Infinity && max > MAX_REPEAT) || min > max) {
      throw new RegexpError(`invalid repeat count ${text}`);
    }
    this.#pos += text.length;
    return { min, max };
  }

  #atom(flags: Flags): Tree {
    const start = this.#pos;
    if (this.#bounds()) {
      const operator = this.#chars.slice(start, this.#pos).join('');
      throw new RegexpError(`missing argument to repetition operator ${operator}`);
    }
    const char = this.#chars[this.#pos++]!;
    switch (char) {
      case '(':
        return this.#group(flags);
      case '[':
        return this.#class(flags);
      case '.':
        return { op: 'char', test: flags.dotAll ? () => true : (code) => code !== 10 };
      case '^':
        return { op: 'assert', kind: flags.lines ? 'line begins' : 'text begins' };
      case '$':
        return { op: 'assert', kind: flags.lines ? 'line ends' : 'text ends' };
      case '\\':
        return this.#escaped(flags);
      default:
        return literal(char, flags);
    }
  }

  /** A group with a name or without, behind its parenthesis. */
  #group(flags: Flags): Tree {
    const name = /^\?P?<(\w+)>/.exec(this.#chars.slice(this.#pos, this.#pos + 80).join(''));
    if (name) this.#pos += name[0].length;
    else if (this.#peek() === '?') throw new RegexpError('invalid named capture');
    return this.#closed(flags);
  }

  #closed(flags: Flags): Tree {
    const tree = this.#choice(flags);
    if (!this.#take(')')) throw new RegexpError('missing closing )');
    return tree;
  }

  /** `(?i)`, which holds up to the end of the group, or `(?i:x)`, which holds for x. */
  #flagGroup(flags: Flags): { flags: Flags; tree?: Tree } {
    this.#pos += 2;
    let changed = flags;
    let on = true;
    for (;;) {
      const char = this.#chars[this.#pos++];
      if (char === ':') return { flags, tree: this.#closed(changed) };
      if (char === ')') return { flags: changed };
      if (char === '-' && on) on = false;
      else if (char === 'i') changed = { ...changed, fold: on };
      else if (char === 'm') changed = { ...changed, lines: on };
      else if (char === 's') changed = { ...changed, dotAll: on };
      else if (char !== 'U') throw new RegexpError('invalid or unsupported Perl syntax');
    }
  }

  *#quoted(flags: Flags): Generator<Tree> {
    while (this.#pos < this.#chars.length) {
      if (this.#starts('\\E')) {
        this.#pos += 2;
        return;
      }
      yield literal(this.#chars[this.#pos++]!, flags);
    }
  }

  #escaped(flags: Flags): Tree {
    const char = this.#peek();
    const kinds: Readonly<Record<string, Assertion>> = {
      A: 'text begins',
      z: 'text ends',
      b: 'word',
      B: 'no word',
    };
    if (char !== undefined && Object.hasOwn(kinds, char)) {
      this.#pos++;
      return { op: 'assert', kind: kinds[char]! };
    }
    const set = this.#set(flags);
    if (set) return { op: 'char', test: set };
    return literal(String.fromCodePoint(this.#escapedCode()), flags);
  }

  /** A set with a name, behind the backslash: \d, \p{Greek}. What it is the opposite of is folded, not the opposite. */
  #set(flags: Flags): CharTest | undefined {
    const char = this.#peek();
    if (char === undefined) throw new RegexpError('trailing backslash at end of expression');
    const perl = perlSets[char.toLowerCase()];
    if (perl) {
      this.#pos++;
      const set = folded(perl, flags);
      return char === char.toLowerCase() ? set : not(set);
    }
    if (char !== 'p' && char !== 'P') return undefined;
    this.#pos++;
    const rest = this.#chars.slice(this.#pos, this.#pos + 64).join('');
    const [text = '', braced, short] = /^(?:\{(\^?\w+)\}|(\w))/.exec(rest) ?? [];
    this.#pos += text.length;
    const name = (braced ?? short ?? '').replace(/^\^/, '');
    const set = folded(unicodeSet(name), flags);
    return (char === 'P') === (braced ?? '').startsWith('^') ? set : not(set);
  }

  /** The code point of what stands behind a backslash and is one character. */
  #escapedCode(): number {
    const rest = this.#chars.slice(this.#pos, this.#pos + 12).join('');
    const [text, code] = this.#numericEscape(rest) ?? [];
    if (text !== undefined && code !== undefined) {
      this.#pos += text.length;
      if (code > 0x10ffff) throw new RegexpError(`invalid escape sequence \\${text}`);
      return code;
    }
    const char = this.#chars[this.#pos++]!;
    const control = 'afnrtv'.indexOf(char);
    if (control >= 0) return [7, 12, 10, 13, 9, 11][control]!;
    if (/[\w\u{80}-\u{10ffff}]/u.test(char) && char !== '_') throw new RegexpError(`invalid escape sequence \\${char}`);
    return char.codePointAt(0)!;
  }

  #numericEscape(rest: string): [text: string, code: number] | undefined {
    const hex = /^x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/.exec(rest);
    if (hex) return [hex[0], Number.parseInt(hex[1] ?? hex[2]!, 16)];
    const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
    return octal ? [octal[0], Number.parseInt(octal[0], 8)] : undefined;
  }

  /** A class, behind its bracket. */
  #class(flags: Flags): Tree {
    const negated = this.#take('^');
    const tests: CharTest[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      if (this.#pos >= this.#chars.length) throw new RegexpError('missing closing ]');
      const set = this.#setInClass(flags);
      if (set) {
        tests.push(set);
        continue;
      }
      const low = this.#classCode();
      let high = low;
      if (this.#peek() === '-' && ![undefined, ']'].includes(this.#chars[this.#pos + 1])) {
        this.#pos++;
        high = this.#classCode();
        if (high < low) throw new RegexpError('invalid character class range');
      }
      tests.push(folded((code) => code >= low && code <= high, flags));
    }
    this.#pos++;
    const any: CharTest = (code) => tests.some((test) => test(code));
    return { op: 'char', test: negated ? not(any) : any };
  }

  #setInClass(flags: Flags): CharTest | undefined {
    const posix = /^\[:(\^?)(\w+):\]/.exec(this.#chars.slice(this.#pos, this.#pos + 16).join(''));
    if (posix) {
      const named = posixSets[posix[2]!];
      if (!named) throw new RegexpError(`invalid character class range ${posix[0]}`);
      this.#pos += posix[0].length;
      const set = folded(named, flags);
      return posix[1] === '' ? set : not(set);
    }
    if (this.#peek() !== '\\') return undefined;
    this.#pos++;
    const set = this.#set(flags);
    if (!set) this.#pos--;
    return set;
  }

  #classCode(): number {
    if (this.#take('\\')) {
      if (this.#pos >= this.#chars.length) throw new RegexpError('trailing backslash at end of expression');
      return this.#escapedCode();
    }
    return this.#chars[this.#pos++]!.codePointAt(0)!;
  }

  #peek(): string | undefined {
    return this.#chars[this.#pos];
  }

  #starts(text: string): boolean {
    return [...text].every((char, k) => this.#chars[this.#pos + k] === char);
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#pos++;
    return true;
  }
}

function literal(char: string, flags: Flags): Tree {
  const code = char.codePointAt(0)!;
  const test = folded((c) => c === code, flags);
  return flags.fold ? { op: 'char', test } : { op: 'char', test, literal: char };
}

/** The same where upper and lower case are no different. */
function folded(test: CharTest, { fold }: Flags): CharTest {
  if (!fold) return test;
  return (code) => {
    if (test(code)) return true;
    const char = String.fromCodePoint(code);
    return [char.toLowerCase(), char.toUpperCase()].some((other) => test(other.codePointAt(0)!));
  };
}

function not(test: CharTest): CharTest {
  return (code) => !test(code);
}

function matching(set: RegExp): CharTest {
  return (code) => set.test(String.fromCodePoint(code));
}

/** Whether this is a character of a word, as \w and \b see it. */
export const isWord: CharTest = matching(/[0-9A-Za-z_]/);

const perlSets: Readonly<Record<string, CharTest>> = {
  __proto__: null as never,
  d: matching(/[0-9]/),
  s: matching(/[\t\n\f\r ]/),
  w: isWord,
};

const posixSets: Readonly<Record<string, CharTest>> = {
  __proto__: null as never,
  alnum: matching(/[0-9A-Za-z]/),
  alpha: matching(/[A-Za-z]/),
  ascii: (code) => code < 0x80,
  blank: matching(/[\t ]/),
  cntrl: (code) => code < 0x20 || code === 0x7f,
  digit: matching(/[0-9]/),
  graph: (code) => code > 0x20 && code < 0x7f,
  lower: matching(/[a-z]/),
  print: (code) => code >= 0x20 && code < 0x7f,
  punct: matching(/[!-/:-@[-`{-~]/),
  space: matching(/[\t\n\v\f\r ]/),
  upper: matching(/[A-Z]/),
  word: isWord,
  xdigit: matching(/[0-9A-Fa-f]/),
};

/** The characters of a general category or a script. */
function unicodeSet(name: string): CharTest {
  if (name === 'Any') return () => true;
  for (const property of [`General_Category=${name}`, `Script=${name}`]) {
    try {
      return matching(new RegExp(`\\p{${property}}`, 'u'));
    } catch {
      // it is the other of the two, or none
    }
  }
  throw new RegexpError(`invalid character class range \\p{${name}}`);
}
