// Names of the addresses in profiles, for tools that ask. Our profiles have the names in them, so hardly any tool does.
// After Symbol in net/http/pprof.

import type { Profile } from '../pprof/profile.js';

/** Remembers what the addresses of profiles are called. */
export class Symbols {
  readonly #names = new Map<number, string>();

  /** The addresses in this profile have these names. */
  learn({ locations, functions }: Profile): void {
    for (const { address, lines } of locations) {
      const [line] = lines;
      if (line) this.#names.set(Number(address), functions[line.func]!.name);
    }
  }

  /** The answer to `addresses`, numbers with a plus between them: a line for each that has a name. */
  answer(addresses: string): string {
    const lines = addresses.split('+').flatMap((word) => {
      const address = /^(0x[\da-f]+|\d+)$/i.test(word) ? Number(word) : 0;
      const name = this.#names.get(address);
      return name === undefined ? [] : [`0x${address.toString(16)} ${name}\n`];
    });
    // Tools ask this first, to see whether there are names at all: any number above 0 says yes.
    return `num_symbols: 1\n${lines.join('')}`;
  }
}
