// A column of numbers that grows: an array of doubles without an object a number.

/** Numbers, appended one by one. */
export class Column {
  #values: Float64Array;
  #length = 0;

  constructor(capacity = 16) {
    this.#values = new Float64Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const wider = new Float64Array(2 * this.#length);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#length++] = value;
  }

  /** The numbers so far: a view, which the next push may leave behind. */
  values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}
