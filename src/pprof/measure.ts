// How much that is, in a unit that people can read: 10ms, 1.50s, 512.19kB, 12.5%. After internal/measurement in
// google/pprof.

import { formatFixed, formatGeneral } from '../lib/numbers.js';

/** A unit, the words for it, and how many of its kind's smallest it has. */
interface Unit {
  readonly name: string;
  readonly words: readonly string[];
  readonly factor: number;
}

/** Units that can be made of each other, from small to large. */
interface Kind {
  /** For what is less than the smallest, and for what is asked for in a unit that is not of this kind. */
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

/** A number, and the unit that it is in; '' where that says nothing. */
export interface Scaled {
  readonly value: number;
  readonly unit: string;
}

/** Units that stand for: choose one. */
const AUTOMATIC = new Set(['minimum', 'auto']);
/** Units that nobody needs to read. */
const DULL = new Set(['count', 'sample', 'unit', 'minimum', 'auto']);

/** `value` from one unit to another, or to the one that suits it best if that is `auto` or `minimum`. */
export function scale(value: number, from: string, to: string): Scaled {
  if (value < 0) {
    const { value: size, unit: name } = scale(-value, from, to);
    return { value: -size, unit: name };
  }
  for (const kind of kinds) {
    const source = named(kind, from);
    if (source === undefined) continue;
    const size = value * source.factor;
    const target = AUTOMATIC.has(to) ? kind.units.findLast(({ factor }) => size / factor >= 1) : named(kind, to);
    const { name, factor } = target ?? kind.fallback;
    return { value: size / factor, unit: name };
  }
  return { value, unit: DULL.has(to) ? '' : to };
}

/** `value`, which is in `from`, as text in the unit `to`: `1.50s`, `0`, `12`. */
export function formatValue(value: number, from: string, to = 'auto'): string {
  const { value: scaled, unit: name } = scale(value, from, to);
  const text = formatFixed(scaled, 2).replace(/\.00$/, '');
  return text === '0' || text === '-0' ? '0' : `${text}${name}`;
}

/** Five characters and `%`: `12.35%`, `  100%`, ` 0.5%`. A total of nothing has no parts. */
export function percentage(value: number, total: number): string {
  const ratio = total === 0 ? 0 : Math.abs(value / total) * 100;
  if (ratio >= 99.95 && ratio <= 100.05) return '  100%';
  return `${(ratio >= 1 ? formatFixed(ratio, 2) : formatGeneral(ratio, 2)).padStart(5)}%`;
}

function named({ units }: Kind, text: string): Unit | undefined {
  const lower = text.toLowerCase();
  const word = lower.length > 2 ? lower.replace(/s$/, '') : lower;
  return units.find(({ words }) => words.includes(word));
}

/** Whether what is measured in one of these units can be told in the other. */
export function compatible(a: string, b: string): boolean {
  return a === b || kinds.some((kind) => named(kind, a) !== undefined && named(kind, b) !== undefined);
}
