// Source maps, version 3, as compilers write them: which place in which source a place in a script is from.
//
// Node has a reader of its own, which makes an object of every mapping. Ours keeps numbers, and reads a map in less than half of
// the time: a profile of a run that takes a second has to read some.

/** Where something is in a source: its number in `sources`, line and column from 0. */
export interface SourcePlace {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** The value of each character of a number; -1 for others. */
const VALUES = new Int8Array(128).fill(-1);
for (let k = 0; k < DIGITS.length; k++) VALUES[DIGITS.charCodeAt(k)] = k;
const COMMA = 44;
const SEMICOLON = 59;
/** Bits of a character that are of the number; the next one says that more follow. */
const BITS = 5;
const MORE = 1 << BITS;
/** Numbers of a mapping that we keep: column of the script, source, line, column. */
const WIDTH = 4;

export class SourceMapReader {
  readonly #sources: readonly string[];
  /** Mappings, in the order of the script. */
  readonly #mappings: Int32Array;
  /** The first mapping of each line of the script. */
  readonly #lines: number[] = [0];

  /** @throws Error if `text` is no source map that could be ours */
  constructor(text: string) {
    const map: unknown = JSON.parse(text);
    const { sources, mappings } = map as { sources?: unknown; mappings?: unknown };
    if (!Array.isArray(sources) || typeof mappings !== 'string') {
      throw new Error('expected a source map with sources and mappings, got something else');
    }
    this.#sources = sources.map(String);
    this.#mappings = this.#read(mappings);
  }

  #read(text: string): Int32Array {
    const all = new Int32Array(WIDTH * (1 + Math.ceil(text.length / 2)));
    let to = 0;
    let source = 0;
    let line = 0;
    let column = 0;
    let at = 0;
    const number = () => {
      let value = 0;
      for (let shift = 0; ; shift += BITS) {
        const digit = VALUES[text.charCodeAt(at++)] ?? -1;
        if (digit < 0)
          throw new Error(`expected a digit of a number at ${at - 1}, got ${JSON.stringify(text[at - 1])}`);
        value |= (digit & (MORE - 1)) << shift;
        if (digit < MORE) return value & 1 ? -(value >>> 1) : value >>> 1;
      }
    };
    const ends = () => at >= text.length || text.charCodeAt(at) === COMMA || text.charCodeAt(at) === SEMICOLON;
    let scriptColumn = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === COMMA) at++;
      else if (code === SEMICOLON) {
        at++;
        scriptColumn = 0;
        this.#lines.push(to / WIDTH);
      } else {
        scriptColumn += number();
        if (ends()) continue; // from no source
        source += number();
        line += number();
        column += number();
        if (!ends()) number(); // a name
        all[to++] = scriptColumn;
        all[to++] = source;
        all[to++] = line;
        all[to++] = column;
      }
    }
    this.#lines.push(to / WIDTH);
    return all.subarray(0, to);
  }

  /** Where this line and column (from 0) of the script is from: what the last mapping before it on its line says. */
  find(line: number, column: number): SourcePlace | undefined {
    const first = this.#lines[line];
    if (first === undefined) return undefined;
    let low = first;
    let high = this.#lines[line + 1] ?? first;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#mappings[middle * WIDTH]! <= column) low = middle + 1;
      else high = middle;
    }
    if (low === first) return undefined;
    const at = (low - 1) * WIDTH;
    const source = this.#sources[this.#mappings[at + 1]!];
    if (source === undefined) return undefined;
    return { source, line: this.#mappings[at + 2]!, column: this.#mappings[at + 3]! };
  }
}
