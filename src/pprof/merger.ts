// Adds up profiles: what is the same in two of them is there once in the sum. After profileMerger in google/pprof's profile
// package.

import type { Func, Location, Mapping, Profile, Sample, Word } from './profile.js';

/** A mapping of the sum, and how far its addresses are from those of the profile that is added. */
interface Moved {
  readonly place: number;
  readonly by: bigint;
}

/** What a profile says of itself. */
export type Heads = Omit<Profile, 'samples' | 'locations' | 'functions' | 'mappings'>;

export class Merger {
  readonly #samples = new Map<string, Sample & { readonly values: number[] }>();
  readonly #locations = new Table<Location>();
  readonly #functions = new Table<Func>();
  readonly #mappings = new Table<Mapping>();

  /** Adds the samples of `profile` that are not nothing, and what they need. */
  add(profile: Profile): void {
    const { functions, mappings = [] } = profile;
    const locationAt: number[] = [];
    const functionAt: number[] = [];
    const mappingAt: Moved[] = [];
    const func = (place: number) => (functionAt[place] ??= this.#func(functions[place]!));
    const mapping = (place: number) => (mappingAt[place] ??= this.#mapping(mappings[place]!));
    const location = (place: number) =>
      (locationAt[place] ??= this.#location(profile.locations[place]!, func, mapping));
    // The first mapping is the program's, which it shall stay.
    if (this.#mappings.items.length === 0 && mappings.length > 0) mapping(0);

    for (const sample of profile.samples) {
      if (sample.values.every((value) => value === 0)) continue;
      const locations = sample.locations.map(location);
      const key = JSON.stringify([locations, sorted(sample.labels), sorted(sample.numLabels)]);
      const known = this.#samples.get(key);
      if (known) for (const [k, value] of sample.values.entries()) known.values[k]! += value;
      else this.#samples.set(key, { ...sample, locations, values: [...sample.values] });
    }
  }

  /** The sum, which says of itself what `heads` says. */
  profile(heads: Heads): Profile {
    return {
      ...heads,
      samples: [...this.#samples.values()],
      locations: this.#locations.items,
      functions: this.#functions.items,
      mappings: this.#mappings.items,
    };
  }

  #func(func: Func): number {
    const { name, systemName = name, file, startLine = 0 } = func;
    return this.#functions.place(JSON.stringify([startLine, name, systemName, file]), func);
  }

  /** Where a program is in memory differs from run to run: it is the same if it is as long, and has the same name. */
  #mapping(mapping: Mapping): Moved {
    const { start, limit, offset, buildId, file } = mapping;
    const pages = (BigInt(limit) - BigInt(start) + PAGE - 1n) / PAGE;
    const place = this.#mappings.place(JSON.stringify([String(pages), String(offset), buildId || file]), mapping);
    return { place, by: BigInt(this.#mappings.items[place]!.start) - BigInt(start) };
  }

  #location(location: Location, func: (place: number) => number, mapping: (place: number) => Moved): number {
    const moved = location.mapping === undefined ? undefined : mapping(location.mapping);
    const lines = location.lines.map((line) => ({ ...line, func: func(line.func) }));
    const address = BigInt(location.address) + (moved?.by ?? 0n);
    const start = moved === undefined ? 0 : this.#mappings.items[moved.place]!.start;
    const key = JSON.stringify([
      String(address - BigInt(start)),
      moved?.place,
      lines.map((line) => [line.func, line.line, line.column]),
      location.folded,
    ]);
    const added = { ...location, address: word(address), lines, ...(moved ? { mapping: moved.place } : {}) };
    return this.#locations.place(key, added);
  }
}
const PAGE = 4096n;

/** An address wraps around, as in the machine. */
function word(n: bigint): Word {
  const wrapped = BigInt.asUintN(64, n);
  return wrapped <= Number.MAX_SAFE_INTEGER ? Number(wrapped) : wrapped;
}

/** Things by what makes them different. */
class Table<T> {
  readonly items: T[] = [];
  readonly #places = new Map<string, number>();

  /** Where the thing with this key is; it is added if there is none. */
  place(key: string, item: T): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.items.length);
    return this.items.push(item) - 1;
  }
}

function sorted(labels: Readonly<Record<string, unknown>> = {}): [string, unknown][] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}
