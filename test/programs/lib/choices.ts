// All the ways through a piece of code that makes choices, after the generator
// in test/chan/select5.go in the Go distribution:
//
//     for (const ch = new Choices(); ch.next(); ) {
//       const b = ch.maybe();          // true on one pass, false on another
//       const i = ch.choose(3);        // 0, 1, 2 for each b
//     }
//
// Each pass takes the next sequence of answers in order; which questions are
// asked may depend on the answers given before.

export class Choices {
  // The answers of this pass, and how many there are to each question.
  #path: { i: number; n: number }[] = [];
  #asked = 0;
  #started = false;

  /** Moves to the next way through, and returns whether there is one. */
  next(): boolean {
    this.#asked = 0;
    if (!this.#started) {
      this.#started = true;
      return true;
    }
    for (let last = this.#path.pop(); last !== undefined; last = this.#path.pop()) {
      if (last.i + 1 < last.n) {
        this.#path.push({ i: last.i + 1, n: last.n });
        return true;
      }
    }
    return false;
  }

  /** Returns a number from 0 to n - 1; each has its turn. */
  choose(n: number): number {
    const at = this.#asked++;
    const known = this.#path[at];
    if (known === undefined) {
      this.#path.push({ i: 0, n });
      return 0;
    }
    if (known.n !== n) {
      throw new Error(`choices: question ${at} has ${n} answers, had ${known.n} before`);
    }
    return known.i;
  }

  /** Returns true on one pass and false on another. */
  maybe(): boolean {
    return this.choose(2) === 0;
  }
}
