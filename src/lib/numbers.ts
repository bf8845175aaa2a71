// Numbers as C and Go write them, and durations as Go reads them.
//
// Where JavaScript rounds a number exactly in the middle between two others away from zero, C and Go round it to the even digit.

/** `%.2f`, with `digits` in place of 2. */
export function formatFixed(n: number, digits: number): string {
  const rounded = n.toFixed(digits);
  // A number in the middle is a multiple of 2^-(digits + 1), because it is a binary fraction.
  if (!Number.isInteger(n * 2 ** (digits + 1))) return rounded;
  const [mantissa = ''] = n.toFixed(digits + 25).split('e');
  const dropped = mantissa.slice(mantissa.indexOf('.') + 1 + digits);
  return isHalf(dropped) && isOdd(rounded) ? towardZero(mantissa, digits) : rounded;
}

/** `%.2g`, with `digits` in place of 2. */
export function formatGeneral(n: number, digits: number): string {
  if (n === 0) return '0';
  const [exactly = ''] = n.toExponential(40).split('e');
  const dot = exactly.indexOf('.');
  let [mantissa = '', exponent = '0'] = n.toExponential(digits - 1).split('e');
  // Rounding a half to the even digit never carries into another power of ten.
  if (isHalf(exactly.slice(dot + digits)) && isOdd(mantissa)) {
    mantissa = exactly.slice(0, dot + digits);
    exponent = n.toExponential(40).split('e')[1]!;
  }
  const power = Number(exponent);
  if (power < -4 || power >= digits) {
    const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    return `${short}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const plain = (Number(mantissa) * 10 ** power).toFixed(Math.max(0, digits - 1 - power));
  return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
}

function isHalf(dropped: string): boolean {
  return /^50*$/.test(dropped);
}

function isOdd(text: string): boolean {
  return '13579'.includes(text.at(-1)!);
}

function towardZero(text: string, digits: number): string {
  return text.slice(0, text.indexOf('.') + (digits > 0 ? 1 + digits : 0));
}

const unitNs: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/**
 * Nanoseconds of a duration such as `10s`, `1m30s` or `1.5h`; undefined if `text` is none. After time.ParseDuration.
 *
 * Unlike Go, without a sign: no option takes a time that is past.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let ns = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)([^\d.]+)/g)) ns += Number(number) * unitNs[unit!]!;
  return Math.round(ns);
}

/** `1,234,567`. */
export function count(n: number): string {
  return String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** The form of a noun that follows this number: `goroutine`, `goroutines`. */
export function noun(n: number, one: string, many = `${one}s`): string {
  return n === 1 ? one : many;
}

/** `1 goroutine`, `2,000 goroutines`. */
export function plural(n: number, one: string, many?: string): string {
  return `${count(n)} ${noun(n, one, many)}`;
}
