// Anonymous files of format v2. Batches of events, samples and clocks stay as they are byte for byte; those of strings and stacks
// are written anew, and split where they have become too long. What experiments have recorded, which no reader knows, is left out:
// their batches are empty, so that the times of all generations stay.

import { badBytes, TraceError } from '../../error.js';
import { type Batch, BatchSplitter, MAX_PAYLOAD } from '../../v2/batches.js';
import { wire, wireInfo, wireName } from '../../v2/event.js';
import { WideNumbers, WordReader } from '../../v2/words.js';
import { Aliases, type Anonymous, type Use, use } from './aliases.js';
import { ByteBuffer } from './bytebuffer.js';

/** Bytes of the header of a file. */
const HEADER_SIZE = 16;

/** Uses of the arguments that are strings, by their names in the table of records. */
const stringUses: { readonly [name: string]: Use } = {
  reason_string: use.runtime,
  kind_string: use.runtime,
  label_string: use.runtime,
  key_string: use.key,
  value_string: use.message,
};

/** By type of record within a batch: number of its arguments, and its strings; undefined for batches. */
const shapes = wireInfo.map((info, type) => {
  const isBatch = type === wire.EventBatch || type === wire.ExperimentalBatch || type === wire.EndOfGeneration;
  if (info === undefined || isBatch) return undefined;
  const isTask = type === wire.UserTaskBegin;
  const texts: { readonly at: number; readonly as: Use }[] = [];
  info.args.forEach((name, k) => {
    const as = name === 'name_string' ? (isTask ? use.task : use.region) : stringUses[name];
    if (as !== undefined) texts.push({ at: k + 1, as }); // dt is first
  });
  return { count: (info.timed ? 1 : 0) + info.args.length + (info.stack ? 1 : 0), texts };
});

/** By the first byte of a batch that is written anew: the only type of its records. */
const tableRecords: { readonly [kind: number]: number } = { [wire.Strings]: wire.String, [wire.Stacks]: wire.Stack };
const isOfTable = (type: number) => type === wire.String || type === wire.Stack;

/** A batch that is written anew. */
interface Changed {
  /** Offsets of the batch, of its size, of its payload, and of what follows. */
  readonly offset: number;
  readonly sizeAt: number;
  readonly payload: number;
  readonly end: number;
  readonly isExperimental: boolean;
}

/** Reads a file of format v2 for its texts, and makes it anonymous. */
export function anonymousV2(bytes: Uint8Array): Anonymous {
  const scan = new Scan(bytes);
  scan.run();
  return { end: scan.end, fault: scan.fault, pieces: () => rewritten(bytes, scan) };
}

/** The first pass: which texts there are, what for, and where. */
class Scan {
  readonly aliases = new Aliases();
  readonly changed: Changed[] = [];
  /** Offset at which the last batch that can be read ends, and why it is the last. */
  end = HEADER_SIZE;
  fault: TraceError | undefined;

  readonly #bytes: Uint8Array;
  readonly wide = new WideNumbers();
  readonly #words = new WordReader(this.wide);
  readonly #splitter: BatchSplitter;
  /** The current generation: its number, the texts of its strings, the uses of strings, functions and files of frames. */
  #gen = 0;
  #strings = new Map<number, number>();
  #uses = new Map<number, Set<Use>>();
  #frames: number[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#splitter = new BatchSplitter(
      { addBatch: (batch) => this.#addBatch(batch), endGeneration: (offset) => this.#endGeneration(offset) },
      this.wide,
    );
  }

  run(): void {
    try {
      this.#splitter.push(this.#bytes.subarray(HEADER_SIZE), HEADER_SIZE);
      if (this.end < this.#bytes.length) throw this.#splitter.cutAt(this.#bytes.length);
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      this.fault = error;
    }
    this.#resolve();
  }

  #endGeneration(offset: number): void {
    this.#resolve();
    this.end = offset + 1;
  }

  #addBatch(batch: Batch): boolean {
    if (batch.gen !== this.#gen) this.#resolve();
    this.#gen = batch.gen;
    const { offset, payloadOffset: payload, isExperimental } = batch;
    const end = payload + batch.end - batch.start;
    if (!isExperimental) this.#readRecords(payload, end);
    if (isExperimental || (payload < end && this.#bytes[payload]! in tableRecords)) {
      this.changed.push({ offset, sizeAt: this.#sizeAt(offset), payload, end, isExperimental });
    }
    this.end = end;
    return false;
  }

  /** Offset of the size of the batch at `offset`: it follows the type, the experiment, the generation, the thread, the time. */
  #sizeAt(offset: number): number {
    const words = this.#words;
    words.open(this.#bytes, offset, this.#bytes.length, 0);
    if (words.byte() === wire.ExperimentalBatch) words.byte();
    for (let k = 0; k < 3; k++) words.word();
    return words.pos;
  }

  #readRecords(from: number, to: number): void {
    const words = this.#words;
    words.open(this.#bytes, from, to, 0);
    const table = from < to ? tableRecords[this.#bytes[from]!] : undefined;
    if (table !== undefined) words.byte();
    while (words.hasMore) {
      const at = words.offset;
      const type = words.byte();
      const shape = shapes[type];
      if (shape === undefined || (table ?? type) !== type || (table === undefined && isOfTable(type)))
        throw badBytes(at, `expected ${table === undefined ? 'an event' : wireName(table)}, got ${wireName(type)}`);
      if (type === wire.String) this.#string();
      else if (type === wire.Stack) this.#stack();
      else this.#event(shape.count, shape.texts);
    }
  }

  #string(): void {
    const id = this.#words.word();
    const at = this.#words.offset;
    const length = this.#words.word();
    if (length < 0) throw badBytes(at, 'a text of more than 2^53 bytes');
    this.#strings.set(id, this.aliases.indexOf(this.#words.bytes(length)));
  }

  #stack(): void {
    const words = this.#words;
    words.word();
    for (let n = words.word(); n > 0; n--) {
      words.word();
      const func = words.word();
      this.#frames.push(func, words.word());
      words.word();
    }
  }

  #event(count: number, texts: readonly { readonly at: number; readonly as: Use }[]): void {
    let next = 0;
    for (let k = 0; k < count; k++) {
      const word = this.#words.word();
      if (next === texts.length || texts[next]!.at !== k) continue;
      const { as } = texts[next++]!;
      const uses = this.#uses.get(word);
      if (uses === undefined) this.#uses.set(word, new Set([as]));
      else uses.add(as);
    }
  }

  /** Ends the generation: only now are all of its strings known. */
  #resolve(): void {
    const { aliases } = this;
    const empty = aliases.indexOf(new Uint8Array(0));
    const textOf = (id: number) => this.#strings.get(id) ?? empty;
    for (const [id, uses] of this.#uses) for (const as of uses) aliases.note(textOf(id), as);
    for (let k = 1; k < this.#frames.length; k += 2) {
      aliases.noteFrame(textOf(this.#frames[k - 1]!), textOf(this.#frames[k]!));
    }
    this.#strings = new Map();
    this.#uses = new Map();
    this.#frames = [];
  }
}

function* rewritten(bytes: Uint8Array, { aliases, wide, changed, end }: Scan): Generator<Uint8Array> {
  const words = new WordReader(wide);
  let from = 0;
  for (const batch of changed) {
    yield bytes.subarray(from, batch.offset);
    const head = bytes.subarray(batch.offset, batch.sizeAt);
    for (const payload of batch.isExperimental ? [new Uint8Array(0)] : tables(bytes, batch, aliases, words)) {
      const out = new ByteBuffer();
      out.put(head);
      out.uint(payload.length);
      out.put(payload);
      yield out.take();
    }
    from = batch.end;
  }
  yield bytes.subarray(from, end);
}

/** The payloads for a batch of strings or stacks. */
function* tables(
  bytes: Uint8Array,
  { payload, end }: Changed,
  aliases: Aliases,
  words: WordReader,
): Generator<Uint8Array> {
  words.open(bytes, payload, end, 0);
  const kind = words.byte();
  const out = new ByteBuffer();
  const record = new ByteBuffer();
  out.byte(kind);
  while (words.hasMore) {
    const type = words.byte();
    record.byte(type);
    if (type === wire.String) renameString(bytes, words, aliases, record);
    else if (type === wire.Stack) renameStack(bytes, words, aliases, record);
    if (out.length + record.length > MAX_PAYLOAD) {
      yield out.take();
      out.byte(kind);
    }
    out.put(record.take());
  }
  yield out.take();
}

function renameString(bytes: Uint8Array, words: WordReader, aliases: Aliases, record: ByteBuffer): void {
  const begin = words.pos;
  words.word();
  record.put(bytes.subarray(begin, words.pos));
  const length = words.word();
  const alias = aliases.of(aliases.indexOf(words.bytes(length)));
  record.uint(alias.length);
  record.put(alias);
}

function renameStack(bytes: Uint8Array, words: WordReader, aliases: Aliases, record: ByteBuffer): void {
  let begin = words.pos;
  words.word();
  for (let n = words.word(); n > 0; n--) {
    record.put(bytes.subarray(begin, words.pos));
    record.uint(aliases.pc(words.word()));
    begin = words.pos;
    for (let k = 0; k < 3; k++) words.word();
  }
  record.put(bytes.subarray(begin, words.pos));
}
