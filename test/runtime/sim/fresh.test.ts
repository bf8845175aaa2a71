// Fresh modules: no run of the simulator sees what an earlier one has left in the variables of the program's modules; and a module
// that is rewritten behaves as Node's instance does, whatever syntax it is written in.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Simulator } from 'mandel/run';
import { describe, expect, test } from 'vitest';
import { writeProgram } from '../../support/program.js';
import { tempDir } from '../../support/tempdir.js';

const RUNS = 3;

/** What main returns in each of several runs on one thread. `main` is the program's first module; the others are beside it. */
async function runs(main: string, others: Readonly<Record<string, string>> = {}): Promise<unknown[]> {
  const dir = tempDir();
  for (const [name, text] of Object.entries(others)) writeFileSync(join(dir, name), text);
  const url = pathToFileURL(writeProgram(dir, 'p', main));
  const simulator = new Simulator(2);
  try {
    const values: unknown[] = [];
    for (let k = 0; k < RUNS; k++) {
      const { report, value } = await simulator
        .run(url)
        .catch((error: Error) => ({ report: error.message, value: '' }));
      values.push(report || value);
    }
    return values;
  } finally {
    await simulator.close();
  }
}

/** Programs that would see what the run before has left, with what main must return in every run. */
const programs: readonly {
  readonly what: string;
  readonly main: string;
  readonly value: unknown;
  readonly others?: Record<string, string>;
}[] = [
  { what: 'a variable', main: 'let n = 0; export function main() { return ++n; }', value: 1 },
  {
    what: 'an object',
    main: 'const seen = new Map(); export function main() { seen.set(seen.size, 0); return seen.size; }',
    value: 1,
  },
  {
    what: "a function's property",
    main: 'export function main() { main.calls = (main.calls ?? 0) + 1; return main.calls; }',
    value: 1,
  },
  { what: 'a static member', main: 'class A { static n = 0; } export function main() { return ++A.n; }', value: 1 },
  {
    what: "a regular expression's place",
    main: 'const re = /a/g; export function main() { return [re.lastIndex, re.test("aa"), re.lastIndex]; }',
    value: [0, true, 1],
  },
  {
    what: 'a struct of the package',
    main: 'const s = alloc(struct({ n: int }), { n: 5 }); export function main() { return ++s.n; }',
    value: 6,
  },
  {
    what: 'a channel of the package',
    main: 'const c = chan(int, 9); let n = 1; export function* main() { yield* c.send(n++); return [len(c), n]; }',
    value: [1, 2],
  },
  {
    what: 'a variable of another module, which is live',
    main: 'import { n, inc } from "./m.mjs"; export function main() { inc(); const before = n; inc(); return [before, n]; }',
    others: { 'm.mjs': 'export let n = 0; export function inc() { n++; }' },
    value: [1, 2],
  },
  {
    what: 'a module that holds nothing, but imports one that does',
    main: 'import { twice } from "./m.mjs"; export function main() { return twice(); }',
    others: {
      'm.mjs': 'import { next } from "./n.mjs"; export const twice = () => next() + next();',
      'n.mjs': 'let n = 0; export const next = () => ++n;',
    },
    value: 3,
  },
  {
    what: 'modules in a circle',
    main: 'import { isEven } from "./even.mjs"; let n = 0; export function main() { n++; return [n, isEven(10), isEven(7)]; }',
    others: {
      'even.mjs':
        'import { isOdd } from "./odd.mjs"; export let calls = 0; export function isEven(n) { calls++; return n === 0 || isOdd(n - 1); }',
      'odd.mjs':
        'import { isEven } from "./even.mjs"; let warm = isEven(0); export function isOdd(n) { return warm && n !== 0 && isEven(n - 1); }',
    },
    // Before even.mjs's own code has run, `calls` is in its temporal dead zone.
    value: expect.stringMatching(/Cannot access 'calls' before initialization/),
  },
  {
    what: 'every form of export',
    main: `
import def, { a as x, b, "with space" as w, f, C, again, star, ns, renamed } from './m.mjs';
import * as all from './m.mjs';
let calls = 0;
export function main() {
  calls++;
  return [calls, def(), x, b, w, f(), new C().v, again, star, ns.deep, renamed, Object.keys(all).sort().join(' '), all.default.name];
}`,
    others: {
      'm.mjs': `
export const [a, { b = 2 } = {}] = [1];
const hidden = 'h';
export { hidden as "with space" };
export function f() { return 'f' + state; }
let state = 0; state++;
export class C { v = state }
import { deep } from './n.mjs';
export { deep as again };
export * from './n.mjs';
export * as ns from './n.mjs';
export { deep as renamed } from './n.mjs'
export default function () { return 'default' }`,
      'n.mjs':
        'export let deep = "d"; deep += "!"; export const star = "s"; export const a = "hidden by the other a"; export default 0;',
    },
    value: [
      1,
      'default',
      1,
      2,
      'h',
      'f1',
      1,
      'd!',
      's',
      'd!',
      'd!',
      'C a again b deep default f ns renamed star with space',
      'default',
    ],
  },
  {
    what: 'names that hide an import, and imports in every place',
    main: `
import { n, f, tag } from './m.mjs';
let runs = 0
runs++
f()
const o = { n, f, m: n }
function hides(n) { return n }
{ let n = 'block'; runs += n.length }
const t = tag\`x\${n}y\`
const self = (() => { return f() })()
label: for (const n of [1]) { continue label }
export function main() { return [runs, o.n, o.m, o.f(), hides(7), t, self, typeof n, [...[n]].length, ((n) => n)(3)] }`,
    others: {
      'm.mjs':
        'export let n = 4; n++; export function f() { return this === undefined } export function tag(s, v) { return s.join(v) }',
    },
    value: [6, 5, 5, false, 7, 'x5y', true, 'number', 1, 3],
  },
  {
    what: 'a default export that is an expression, and import.meta',
    main: 'import d from "./m.mjs"; let n = 0; export function main() { n++; return [n, d.name, d(), import.meta.url.endsWith("p.mjs"), typeof import.meta.dirname]; }',
    others: { 'm.mjs': '#!/usr/bin/env node\nlet n = 1\nexport default () => n++' },
    value: [1, 'default', 1, true, 'string'],
  },
  {
    what: 'await at the top level, and import()',
    main: 'let n = await Promise.resolve(1); const m = await import("./m.mjs"); const mu = new Mutex(); export function* main() { yield* mu.lock(); mu.unlock(); return [n++, m.next()]; }',
    others: { 'm.mjs': 'let n = 10; export const next = () => ++n;' },
    value: [1, 11],
  },
];

describe('every run has fresh modules', () => {
  test.each(programs)('$what', async ({ main, others, value }) => {
    expect(await runs(main, others)).toEqual(Array(RUNS).fill(value));
  });

  test('also if the runs are of different programs that share a module', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'm.mjs'), 'let n = 0; export const next = () => ++n;');
    const urls = ['a', 'b'].map((name) =>
      pathToFileURL(
        writeProgram(dir, name, 'import { next } from "./m.mjs"; export function main() { next(); return next(); }'),
      ),
    );
    const simulator = new Simulator(1);
    const values: unknown[] = [];
    for (const url of [...urls, ...urls]) values.push((await simulator.run(url)).value);
    await simulator.close();
    expect(values).toEqual([2, 2, 2, 2]);
  });
});

test('a line and a column in a report are those of the file, behind names that were rewritten as well', async () => {
  const main = `
import { limit } from './m.mjs'; let n = 0;
export function* main() { n += limit; limit + limit; panic(String(n)); }`;
  const [first, second] = await runs(main, { 'm.mjs': 'export let limit = 1; limit++;' });
  expect(first).toMatch(/p\.mjs:3:\d+\n/);
  expect(second).toBe(first);
});

test('an exploration of 2,000 schedules starts each with the same modules', async () => {
  const url = pathToFileURL(
    writeProgram(tempDir(), 'p', 'let n = 0; export function* main() { yield* gosched(); println(++n); }'),
  );
  const simulator = new Simulator(2);
  const outcomes = await simulator.explore(url, { runs: 2000 });
  await simulator.close();
  expect(outcomes.map(({ count, output }) => [count, output])).toEqual([[2000, '1\n']]);
});
