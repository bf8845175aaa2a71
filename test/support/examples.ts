// The examples, by name.

import { readdirSync } from 'node:fs';

/** Wrong in some schedules, on purpose: sim/explore.test.ts finds what is wrong with them. */
export const wrong: readonly string[] = ['closerace', 'lostwakeup'];
/** What serves until it is told to end, and is no program for `mandel run`: service/web.test.ts has them. */
export const services: readonly string[] = ['httpapi'];

/** By their sources: what has none any more is left over from an earlier build. */
export const all = readdirSync(new URL('../../examples/', import.meta.url)).flatMap((file) =>
  file.endsWith('.ts') ? [file.slice(0, -'.ts'.length)] : [],
);
/** Those that print the same under every schedule. */
export const right = all.filter((name) => !wrong.includes(name) && !services.includes(name));

/** Path of an example, compiled. */
export function compiledExample(name: string): URL {
  return new URL(`../../dist/examples/${name}.js`, import.meta.url);
}
