// Units: values as people read them, such as 10ms, 1.50s, 512.19kB, 12.5%. After internal/measurement in google/pprof.

import { fixed, general } from '../lib/decimal.js';

/** A unit, the words for it, and its size in the smallest unit of its kind. */
interface Unit {
  readonly name: string;
  readonly words: readonly string[];
  readonly factor: number;
}

/** Units that can be converted into each other, from small to large. */
interface Kind {
  /** The unit of values that are below the smallest one, or whose target is a unit of another kind. */
  readonly fallback: Unit;
  readonly units: readonly Unit[];
}

const unit = (name: string, factor: number, ...words: string[]): Unit => ({ name, words, factor });

const bytes = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const prefixes = ['', 'kilo', 'mega', 'giga', 'tera', 'peta'];
const gcu = ['n*GCU', 'u*GCU', 'm*GCU', 'GCU', 'k*GCU', 'M*GCU', 'G*GCU', 'T*GCU', 'P*GCU'];
const gcuPrefixes = ['nano', 'micro', 'milli', ...prefixes];

/** pprof's kinds: memory, time, and Google's computing units. */
const kinds: readonly Kind[] = [
  {
    fallback: unit('B', 1),
    units: bytes.map((name, k) =>
      k === 0
        ? unit(name, 1, 'b', 'byte')
        : unit(name, 1024 ** k, name.toLowerCase(), `${name[0]!.toLowerCase()}byte`, `${prefixes[k]}byte`),
    ),
  },
  {
    fallback: unit('s', 1e9),
    units: [
      unit('ns', 1, 'ns', 'nanosecond'),
      unit('us', 1e3, 'μs', 'us', 'microsecond'),
      unit('ms', 1e6, 'ms', 'millisecond'),
      unit('s', 1e9, 's', 'sec', 'second'),
      unit('hrs', 3600e9, 'hour', 'hr'),
    ],
  },
  {
    fallback: unit('GCU', 1),
    units: gcu.map((name, k) => unit(name, Number(`1e${3 * (k - 3)}`), `${gcuPrefixes[k]}gcu`)),
  },
];

/** A number and its unit; '' for units that are not shown. */
export interface Scaled {
  readonly value: number;
  readonly unit: string;
}

/** Names that let scale() choose a unit. */
const AUTOMATIC = new Set(['minimum', 'auto']);
/** Units that are not shown. */
const HIDDEN = new Set(['count', 'sample', 'unit', 'minimum', 'auto']);

/** Converts `value` from one unit to another; `auto` and `minimum` choose the largest unit in which it is at least 1. */
export function scale(value: number, from: string, to: string): Scaled {
  if (value < 0) {
    const { value: size, unit: name } = scale(-value, from, to);
    return { value: -size, unit: name };
  }
  for (const kind of kinds) {
    const source = findUnit(kind, from);
    if (source === undefined) continue;
    const size = value * source.factor;
    const target = AUTOMATIC.has(to) ? kind.units.findLast(({ factor }) => size / factor >= 1) : findUnit(kind, to);
    const { name, factor } = target ?? kind.fallback;
    return { value: size / factor, unit: name };
  }
  return { value, unit: HIDDEN.has(to) ? '' : to };
}

/** Formats `value`, whose unit is `from`, in the unit `to`: `1.50s`, `0`, `12`. */
export function formatValue(value: number, from: string, to = 'auto'): string {
  const { value: scaled, unit: name } = scale(value, from, to);
  const text = fixed(scaled, 2).replace(/\.00$/, '');
  return text === '0' || text === '-0' ? '0' : `${text}${name}`;
}

/** Formats a part of a total in five characters and `%`: `12.35%`, `  100%`, ` 0.5%`; 0 if the total is 0. */
export function percentage(value: number, total: number): string {
  const ratio = total === 0 ? 0 : Math.abs(value / total) * 100;
  if (ratio >= 99.95 && ratio <= 100.05) return '  100%';
  return `${(ratio >= 1 ? fixed(ratio, 2) : general(ratio, 2)).padStart(5)}%`;
}

function findUnit({ units }: Kind, text: string): Unit | undefined {
  const lower = text.toLowerCase();
  const word = lower.length > 2 ? lower.replace(/s$/, '') : lower;
  return units.find(({ words }) => words.includes(word));
}

/** True if values can be converted from one of these units to the other. */
export function compatible(a: string, b: string): boolean {
  return a === b || kinds.some((kind) => findUnit(kind, a) !== undefined && findUnit(kind, b) !== undefined);
}
