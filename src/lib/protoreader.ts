// A strict reader of protocol buffers, the counterpart of ProtoWriter. A fault is an error with its offset, and nothing is read
// past the end of a message.
//
// A number of 64 bits is kept in two parts: its low 49 bits, which seven bytes hold, and the 15 above them. So its signed and its
// unsigned value are exact wherever a double can be.

// Wire types: the low three bits of a tag.
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Weight of the high part of a number. */
const LOW = 2 ** 49;
/** The largest number of a field: protocol buffers allow 29 bits. */
const MAX_FIELD = 2 ** 29 - 1;

/** A fault in the bytes of a protocol buffer. */
export class ProtoError extends Error {
  override readonly name = 'ProtoError';
  /** Offset of the fault in bytes. */
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** A message that is read field by field: next(), then the method for the field's kind. A field that is not read is skipped. */
export class ProtoReader {
  /** Number of the current field. */
  field = 0;
  /** Offset of the current field. */
  offset = 0;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #pos: number;
  #type = VARINT;
  #read = true;
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#pos = start;
    this.#end = end;
  }

  /** Advances to the next field; false at the end of the message. @throws ProtoError */
  next(): boolean {
    if (!this.#read) this.#skip();
    if (this.#pos >= this.#end) return false;
    this.offset = this.#pos;
    this.#varint();
    const tag = this.#high * LOW + this.#low;
    this.field = Math.floor(tag / 8);
    this.#type = tag % 8;
    if (this.field < 1 || this.field > MAX_FIELD) {
      throw new ProtoError(this.offset, `expected a field's number, got ${this.field}`);
    }
    if (![VARINT, FIXED64, BYTES, FIXED32].includes(this.#type)) {
      throw new ProtoError(this.offset, `expected one of the wire types 0, 1, 2 and 5, got ${this.#type}`);
    }
    this.#read = false;
    return true;
  }

  /** The field as an unsigned number. @throws ProtoError if it is no number */
  uint(): number {
    this.#number();
    return this.#high * LOW + this.#low;
  }

  /** The field as a signed number. @throws ProtoError if it is no number */
  int(): number {
    this.#number();
    return this.#signed();
  }

  /** The field as an unsigned number, a bigint if it needs more bits than a number has. @throws ProtoError if it is no number */
  word(): number | bigint {
    const n = this.uint();
    return Number.isSafeInteger(n) ? n : (BigInt(this.#high) << 49n) | BigInt(this.#low);
  }

  /** Appends the field's unsigned numbers to `to`, packed or one. @throws ProtoError */
  uints(to: number[]): void {
    this.#numbers(() => to.push(this.#high * LOW + this.#low));
  }

  /** Appends the field's signed numbers to `to`, packed or one. @throws ProtoError */
  ints(to: number[]): void {
    this.#numbers(() => to.push(this.#signed()));
  }

  /** The field's bytes, not a copy. @throws ProtoError if it has none */
  bytes(): Uint8Array {
    const [start, end] = this.#bounds();
    return this.#bytes.subarray(start, end);
  }

  /** A reader of the message in the field. @throws ProtoError if it has none */
  message(): ProtoReader {
    const [start, end] = this.#bounds();
    return new ProtoReader(this.#bytes, start, end);
  }

  #signed(): number {
    return (this.#high >= 2 ** 14 ? this.#high - 2 ** 15 : this.#high) * LOW + this.#low;
  }

  #number(): void {
    this.#expect(VARINT, 'a number');
    this.#varint();
  }

  #numbers(take: () => void): void {
    if (this.#type !== BYTES) {
      this.#number();
      take();
      return;
    }
    const [, end] = this.#bounds();
    const after = this.#pos;
    for (this.#pos = this.#start; this.#pos < end; ) {
      this.#varint(end);
      take();
    }
    this.#pos = after;
  }
  #start = 0;

  #bounds(): [start: number, end: number] {
    this.#expect(BYTES, 'a length and bytes');
    this.#varint();
    const length = this.#high * LOW + this.#low;
    const start = this.#pos;
    if (length > this.#end - start) {
      throw new ProtoError(this.offset, `expected ${length} bytes in field ${this.field}, got ${this.#end - start}`);
    }
    this.#start = start;
    this.#pos = start + length;
    return [start, this.#pos];
  }

  #expect(type: number, what: string): void {
    if (this.#type !== type) {
      throw new ProtoError(this.offset, `expected ${what} in field ${this.field}, got wire type ${this.#type}`);
    }
    this.#read = true;
  }

  #skip(): void {
    if (this.#type === VARINT) this.#number();
    else if (this.#type === BYTES) this.#bounds();
    else {
      const size = this.#type === FIXED64 ? 8 : 4;
      if (size > this.#end - this.#pos) {
        throw new ProtoError(
          this.offset,
          `expected ${size} bytes in field ${this.field}, got ${this.#end - this.#pos}`,
        );
      }
      this.#pos += size;
      this.#read = true;
    }
  }

  /** Reads seven groups of seven bits into the low part and the rest into the high one. */
  #varint(end = this.#end): void {
    const at = this.#pos;
    let low = 0;
    let high = 0;
    let factor = 1;
    for (let k = 0; k < 10; k++) {
      if (this.#pos >= end) throw new ProtoError(at, 'expected a number, got the end of the message');
      const byte = this.#bytes[this.#pos++]!;
      if (k === 7) factor = 1;
      if (k < 7) low += (byte & 0x7f) * factor;
      else high += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) {
        if (high >= 2 ** 15) break;
        this.#low = low;
        this.#high = high;
        return;
      }
    }
    throw new ProtoError(at, 'expected a number of 64 bits, got a longer one');
  }
}
