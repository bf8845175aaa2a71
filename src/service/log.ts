// The log of a service. After package log, whose lines start with the date and the time.

import { inLocale } from '../lib/locale.js';

/** `2026/11/21 18:00:00`, as Go's log has it: local time. */
export function stamp(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('/');
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

/** A duration in Go's form, to four digits: `85.3ms`, `1.204s`, `312µs`. */
export function duration(ms: number): string {
  const [value, unit] = ms < 1 ? [ms * 1e3, 'µs'] : ms < 1000 ? [ms, 'ms'] : [ms / 1e3, 's'];
  return `${Number(value.toPrecision(4))}${unit}`;
}

/** A text from a client, in one line of printable characters. */
export function printable(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, (c) => encodeURIComponent(c));
}

/** The line about a request: its client, URI and duration, as the workshop's mandelweb prints it. */
export function requestLine(remote: string, uri: string, ms: number): string {
  return `${remote} ${printable(uri)} ${duration(ms)}`;
}

/** A function that writes lines to standard error, each with date and time. */
export function logger(): (line: string) => void {
  // The reader of standard error may be gone; the service continues.
  process.stderr.on('error', () => {});
  return (line) => void process.stderr.write(`${stamp(new Date())} ${inLocale(line)}\n`);
}
