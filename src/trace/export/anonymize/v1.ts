// Anonymous files of format v1. Strings, stacks and messages are records between all others, which stay as they are byte for
// byte; nothing has a length beyond its own record.

import { badBytes, TraceError } from '../../error.js';
import { ev, eventInfo } from '../../event.js';
import { argCounts } from '../../v1/counts.js';
import { HEADER_SIZE } from '../../v1/reader.js';
import { WideNumbers, WordReader } from '../../v2/words.js';
import { Aliases, type Anonymous, type Use, use } from './aliases.js';
import { ByteBuffer } from './bytebuffer.js';

/** Bytes that are handed out at a time, about. */
const PIECE = 1 << 16;

/** By type: the argument of an event, time first, that is a string, and what for. */
const stringArgs: { readonly [type: number]: { readonly at: number; readonly as: Use } } = {
  [ev.GoStartLabel]: { at: 3, as: use.runtime },
  [ev.UserTaskCreate]: { at: 3, as: use.task },
  [ev.UserRegion]: { at: 3, as: use.region },
  [ev.UserLog]: { at: 2, as: use.key },
};

/** Reads a file of format v1 for its texts, and makes it anonymous. */
export function anonymousV1(bytes: Uint8Array, version: number): Anonymous {
  const scan = new Scan(bytes, version);
  scan.run();
  return { end: scan.end, fault: scan.fault, pieces: () => rewritten(bytes, scan) };
}

/** The first pass: which texts there are, what for, and where. */
class Scan {
  readonly aliases = new Aliases();
  /** From ids of strings, as words, to texts. */
  readonly strings = new Map<number, number>();
  /** Offsets of the records that are written anew: strings, stacks, logs. */
  readonly changed: number[] = [];
  /** Offset at which the last record that can be read ends, and why it is the last. */
  end = HEADER_SIZE;
  fault: TraceError | undefined;

  readonly #counts: Int8Array;
  readonly wide = new WideNumbers();
  readonly #words = new WordReader(this.wide);
  /** Ids of strings with their uses, and of functions with files: strings may be defined later. */
  readonly #uses = new Map<number, Set<Use>>();
  readonly #frames: number[] = [];

  constructor(bytes: Uint8Array, version: number) {
    this.#counts = argCounts(version);
    this.#words.open(bytes, HEADER_SIZE, bytes.length, 0);
  }

  run(): void {
    try {
      while (this.#words.hasMore) {
        this.#record();
        this.end = this.#words.pos;
      }
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      this.fault = error;
      if (this.changed.at(-1)! >= this.end) this.changed.pop();
    }
    const empty = this.aliases.indexOf(new Uint8Array(0));
    for (const [id, uses] of this.#uses) for (const as of uses) this.aliases.note(this.strings.get(id) ?? empty, as);
    for (let k = 1; k < this.#frames.length; k += 2) {
      this.aliases.noteFrame(
        this.strings.get(this.#frames[k - 1]!) ?? empty,
        this.strings.get(this.#frames[k]!) ?? empty,
      );
    }
  }

  #record(): void {
    const words = this.#words;
    const at = words.pos;
    const first = words.byte();
    const type = first & 63;
    if (type === ev.String || type === ev.Stack || type === ev.UserLog) this.changed.push(at);
    if (type === ev.String) {
      const id = words.word();
      this.strings.set(id, this.#text());
      return;
    }
    const want = this.#counts[type]!;
    if (want === -2) throw badBytes(at, `unknown event type ${type}`);
    const count = first >> 6 === 3 ? this.#longArgs(at, type) : (first >> 6) + 1;
    if (first >> 6 < 3) for (let k = 0; k < count; k++) this.#arg(type, k, words.word());
    if (want < 0 ? count % 4 !== 2 : count !== want)
      throw badBytes(at, `${eventInfo[type]!.name} has ${count} arguments`);
    if (type === ev.UserLog) this.aliases.note(this.#text(), use.message);
  }

  /** Reads the arguments of a record that has a length, and returns how many there are. */
  #longArgs(at: number, type: number): number {
    const words = this.#words;
    const length = words.word();
    const end = words.pos + length;
    let count = 0;
    while (words.pos < end) this.#arg(type, count++, words.word());
    if (words.pos !== end) throw badBytes(at, `the arguments of ${eventInfo[type]!.name} do not end at its length`);
    return count;
  }

  /** Takes note of argument `k`, if it is a string. */
  #arg(type: number, k: number, word: number): void {
    if (type === ev.Stack) {
      // id, number of frames, then pc, function, file and line of each.
      if (k > 2 && (k % 4 === 3 || k % 4 === 0)) this.#frames.push(word);
      return;
    }
    const text = stringArgs[type];
    if (text?.at !== k) return;
    const uses = this.#uses.get(word);
    if (uses === undefined) this.#uses.set(word, new Set([text.as]));
    else uses.add(text.as);
  }

  /** Reads a length and so many bytes. */
  #text(): number {
    const at = this.#words.offset;
    const length = this.#words.word();
    if (length < 0) throw badBytes(at, 'a text of more than 2^53 bytes');
    return this.aliases.indexOf(this.#words.bytes(length));
  }
}

function* rewritten(bytes: Uint8Array, { aliases, wide, changed, end }: Scan): Generator<Uint8Array> {
  const words = new WordReader(wide);
  const out = new ByteBuffer();
  const args = new ByteBuffer();
  words.open(bytes, 0, end, 0);
  /** Bytes from this offset on have not been written. */
  let from = 0;
  const copyTo = (at: number) => {
    out.put(bytes.subarray(from, at));
    from = at;
  };
  /** Writes the alias of the text whose length is at the current position. */
  const rename = () => {
    copyTo(words.pos);
    const length = words.word();
    const alias = aliases.of(aliases.indexOf(words.bytes(length)));
    out.uint(alias.length);
    out.put(alias);
    from = words.pos;
  };

  for (const at of changed) {
    if (at - from > PIECE) {
      yield out.take();
      yield bytes.subarray(from, at);
      from = at;
    }
    words.pos = at;
    const first = words.byte();
    const type = first & 63;
    if (type === ev.String) {
      words.word();
      rename();
    } else if (type === ev.UserLog) {
      const length = words.word();
      words.pos += length;
      rename();
    } else if (first >> 6 === 3) {
      copyTo(words.pos);
      const length = words.word();
      const stop = words.pos + length;
      for (let k = 0; words.pos < stop; k++) {
        const begin = words.pos;
        const word = words.word();
        if (k >= 2 && k % 4 === 2) args.uint(aliases.pc(word));
        else args.put(bytes.subarray(begin, words.pos));
      }
      out.uint(args.length);
      out.put(args.take());
      from = words.pos;
    }
    if (out.length > PIECE) yield out.take();
  }
  yield out.take();
  yield bytes.subarray(from, end);
}
