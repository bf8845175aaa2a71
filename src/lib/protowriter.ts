// A writer of protocol buffers: tags, lengths and values into one growing buffer, without an object per field.
//
// A nested message is written in place: begin() leaves one byte for its length, and end() makes room for more if the
// message became longer than 127 bytes, which few do.

// Wire types: the low three bits of a tag.
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
/** The most bytes of a field without a nested message: ten each for its tag and its value. */
const ROOM = 20;

export class ProtoWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;
  readonly #encoder = new TextEncoder();

  constructor(capacity = 1 << 12) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** An integer; a negative one as its two's complement in 64 bits. */
  int(field: number, value: number | bigint): void {
    this.#room(ROOM);
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
  }

  /** A whole number from 0 to 2 ** 53, in eight bytes. */
  fixed64(field: number, value: number): void {
    this.#room(ROOM);
    this.#varint(field * 8 + FIXED64);
    this.#view.setUint32(this.#length, value >>> 0, true);
    this.#view.setUint32(this.#length + 4, Math.floor(value / 2 ** 32), true);
    this.#length += 8;
  }

  text(field: number, value: string): void {
    this.#room(ROOM + 3 * value.length); // a UTF-16 unit has at most three bytes in UTF-8
    const mark = this.begin(field);
    this.#length += this.#encoder.encodeInto(value, this.#bytes.subarray(this.#length)).written;
    this.end(mark);
  }

  /** Integers in one packed field. */
  packed(field: number, values: Iterable<number>): void {
    const mark = this.begin(field);
    for (const value of values) {
      this.#room(ROOM);
      this.#varint(value);
    }
    this.end(mark);
  }

  /** Begins a nested message. @returns what end() needs */
  begin(field: number): number {
    this.#room(ROOM);
    this.#varint(field * 8 + BYTES);
    return ++this.#length;
  }

  /** Ends the nested message that begin() returned `mark` for. */
  end(mark: number): void {
    const size = this.#length - mark;
    let more = 0;
    for (let rest = size; rest > 127; rest = Math.floor(rest / 128)) more++;
    if (more > 0) {
      this.#room(more);
      this.#bytes.copyWithin(mark + more, mark, this.#length);
    }
    this.#length = mark - 1;
    this.#varint(size);
    this.#length += size;
  }

  /** A copy of what was written; the writer is empty again. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  #varint(value: number | bigint): void {
    if (typeof value === 'bigint' || value < 0 || value > Number.MAX_SAFE_INTEGER) {
      this.#bigVarint(BigInt.asUintN(64, BigInt(value)));
      return;
    }
    let rest = value;
    while (rest > 0x7fffffff) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest & 127) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  #bigVarint(value: bigint): void {
    let rest = value;
    for (; rest > 127n; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 127n) | 0x80;
    this.#bytes[this.#length++] = Number(rest);
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const wider = new Uint8Array(2 * (this.#length + more));
    wider.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = wider;
    this.#view = new DataView(wider.buffer);
  }
}
