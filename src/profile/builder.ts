// Builder of profiles: numbers functions, places in the source and stacks, and adds the values of equal stacks.

import type { Func, Line, Location, Profile, Sample, ValueType } from '../pprof/profile.js';
import { pcOf } from '../runtime/tracing/frames.js';

/** A place in the program. */
export interface Place {
  /** Name of the function after that of its module: `fill.fillPixel`. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** The first line of the function, if known. */
  readonly startLine?: number;
}

/** A frame of a stack: a place, or several where V8 has inlined calls, the innermost first. */
export type Frame = readonly Place[];

/** The only mapping of our profiles: pprof expects one that covers all addresses. */
const MAPPING = {
  start: 0x400000,
  limit: 2 ** 52,
  offset: 0,
  file: 'mandel',
  buildId: '',
  hasFunctions: true,
  hasFilenames: true,
  hasLineNumbers: true,
  hasInlineFrames: true,
} as const;

/** A profile while stacks are added. */
export class Builder {
  readonly #samples = new Map<string, { sample: Sample; values: number[] }>();
  readonly #locations: Location[] = [];
  readonly #locationAt = new Map<string, number>();
  readonly #functions: Func[] = [];
  readonly #functionAt = new Map<string, number>();

  /** Adds values to a stack, leaf first, with these labels. */
  add(stack: readonly Frame[], values: readonly number[], labels: Readonly<Record<string, string>> = {}): void {
    const locations = stack.map((frame) => this.#location(frame));
    const key = `${locations.join()} ${Object.values(labels).join('\0')}`;
    const known = this.#samples.get(key);
    if (known) {
      values.forEach((value, k) => {
        known.values[k]! += value;
      });
      return;
    }
    const sums = [...values];
    const named = Object.entries(labels).map(([name, value]) => [name, [value]] as const);
    const sample = { locations, values: sums, ...(named.length > 0 && { labels: Object.fromEntries(named) }) };
    this.#samples.set(key, { sample, values: sums });
  }

  /** The profile of all that was added. */
  finish(
    sampleTypes: readonly ValueType[],
    about: Omit<Profile, 'sampleTypes' | 'samples' | 'locations' | 'functions'>,
  ) {
    return {
      sampleTypes,
      samples: [...this.#samples.values()].map(({ sample }) => sample),
      locations: this.#locations,
      functions: this.#functions,
      mappings: [MAPPING],
      ...about,
    } satisfies Profile;
  }

  #location(frame: Frame): number {
    const key = frame.map(({ name, file, line }) => `${name}\n${file}\n${line}`).join('\n');
    const known = this.#locationAt.get(key);
    if (known !== undefined) return known;
    const lines: Line[] = frame.map((place) => ({ func: this.#function(place), line: place.line }));
    this.#locationAt.set(key, this.#locations.length);
    return this.#locations.push({ address: pcOf(key), mapping: 0, lines }) - 1;
  }

  #function({ name, file, startLine }: Place): number {
    const key = `${name}\n${file}`;
    const known = this.#functionAt.get(key);
    if (known !== undefined) return known;
    this.#functionAt.set(key, this.#functions.length);
    return this.#functions.push({ name, file, ...(startLine !== undefined && { startLine }) }) - 1;
  }
}
