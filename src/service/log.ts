// The lines of a service's log. After package log, whose lines begin with the date and the time.

import { inLocale } from '../lib/locale.js';

/** `2026/11/21 18:00:00`, as Go's log has it: local time. */
export function stamp(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('/');
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

/** A duration as Go prints it, to four digits: `85.3ms`, `1.204s`, `312µs`. */
export function duration(ms: number): string {
  const [value, unit] = ms < 1 ? [ms * 1e3, 'µs'] : ms < 1000 ? [ms, 'ms'] : [ms / 1e3, 's'];
  return `${Number(value.toPrecision(4))}${unit}`;
}

/** What came from a client, in one line of printable characters. */
export function printable(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, (c) => encodeURIComponent(c));
}

/** The line about a request: who, what and how long, as the workshop's mandelweb prints it. */
export function requestLine(remote: string, uri: string, ms: number): string {
  return `${remote} ${printable(uri)} ${duration(ms)}`;
}

/** Writes lines to standard error, each with date and time in front. */
export function logger(): (line: string) => void {
  // Who reads our standard error may be gone; the service stays.
  process.stderr.on('error', () => {});
  return (line) => void process.stderr.write(`${stamp(new Date())} ${inLocale(line)}\n`);
}
