// Durations as Go writes them: `10s`, `1m30s`, `1.5h`. After time.ParseDuration, in package time.

const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds of a duration as Go writes it; undefined if `text` is none. Signs are not taken: time goes forward here. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let ns = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)([^\d.]+)/g)) ns += Number(number) * units[unit!]!;
  return Math.round(ns);
}
