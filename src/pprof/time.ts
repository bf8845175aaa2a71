// Times as Go prints them, in the time zone of this computer.

/** A time in the form `2006-01-02 15:04:05 MST`. @param ns since 1970 */
export function timeText(ns: number | bigint): string {
  const { seconds, zone } = parts(ns);
  return `${seconds} ${zone}`;
}

/** The same with fractions of a second and the offset of the zone from UTC, as Go prints a time.Time. */
export function exactTimeText(ns: number | bigint): string {
  const { seconds, zone, offset, rest } = parts(ns);
  const digits = rest === 0 ? '' : `.${String(rest).padStart(9, '0').replace(/0+$/, '')}`;
  return `${seconds}${digits} ${offset} ${zone}`;
}

/** A duration as Go prints a time.Duration: `1h2m3.5s`, `10.2ms`, `0s`. */
export function durationText(ns: number): string {
  const size = Math.abs(ns);
  const sign = ns < 0 ? '-' : '';
  if (size === 0) return '0s';
  if (size < 1e3) return `${sign}${size}ns`;
  if (size < 1e6) return `${sign}${size / 1e3}µs`;
  if (size < 1e9) return `${sign}${size / 1e6}ms`;
  const whole = Math.floor(size / 1e9);
  const rest = String(size % 1e9)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const seconds = `${whole % 60}${rest === '' ? '' : `.${rest}`}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return `${sign}${minutes > 0 ? `${minutes}m` : ''}${seconds}`;
}

function parts(ns: number | bigint): { seconds: string; zone: string; offset: string; rest: number } {
  const exact = BigInt.asIntN(64, BigInt(ns));
  const rest = ((exact % NS) + NS) % NS;
  const date = new Date(Number((exact - rest) / 1_000_000n));
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const east = -date.getTimezoneOffset();
  const offset = `${east < 0 ? '-' : '+'}${two(Math.floor(Math.abs(east) / 60))}${two(Math.abs(east) % 60)}`;
  return {
    seconds: `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
    zone: zoneOf(date, offset),
    offset,
    rest: Number(rest),
  };
}
const NS = 1_000_000_000n;

const locales = ['en-US', 'en-GB', 'en-IN', 'en-AU', 'en-ZA'];
/** Made at the first use, because making them takes long. */
let zones: readonly Intl.DateTimeFormat[] | undefined;

/** The abbreviation of the time zone in the first variant of English that has one, or else its offset from UTC. */
function zoneOf(date: Date, offset: string): string {
  zones ??= locales.map((locale) => new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }));
  for (const format of zones) {
    const name = format.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    if (/^[A-Z]{3,}$/.test(name)) return name;
  }
  return offset.replace(/00$/, '');
}
