// Warnings of mandel run about a program's source: one line on standard error, and the program runs all the same.

import { describe, expect, test } from 'vitest';
import { hostedCli } from '../support/hosted.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

/** What mandel run prints about a program. Its first line is line 2 of p.mjs. */
async function warnings(body: string): Promise<string> {
  const cwd = tempDir();
  const { status, stdout, stderr } = await hostedCli(['run', '-procs', '1', writeProgram(cwd, 'p', body)], { cwd });
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'ran\n' });
  return stderr.replaceAll(`${cwd}/`, '');
}

const main =
  "export function* main() { const wg = new WaitGroup(); wg.add(1); go(work, wg); yield* wg.wait(); println('ran'); }";

const warned = [
  {
    what: "a goroutine's body that assigns a module variable",
    body: `let n = 0;\nexport function work(wg) {\n  n++;\n  wg.done();\n}\n${main}`,
    says: 'mandel: warning: p.mjs:4: work assigns the module variable n, of which every thread has its own; goroutines share what alloc() makes, and what they send or are handed\n',
  },
  {
    what: 'a function that such a body calls',
    body: `let seen;\nconst note = () => { seen = true; };\nexport function work(wg) { note(); wg.done(); }\n${main}`,
    says: /^mandel: warning: p\.mjs:3: note assigns the module variable seen, /,
  },
  {
    what: 'a variable that main sets and other goroutines read',
    body: `let size = 1;\nexport function work(wg) { if (size < 0) panic('no'); wg.done(); }\n${main.replace('const wg', 'size = 2; const wg')}`,
    says: /^mandel: warning: p\.mjs:4: main assigns the module variable size, /,
  },
  {
    what: 'a generator that is dropped',
    body: `function* pause() { yield* gosched(); }\nexport function* work(wg) {\n  pause();\n  wg.done();\n}\n${main}`,
    says: 'mandel: warning: p.mjs:4: pause() does nothing without `yield*` before it, because pause is a function*; or start a goroutine with go(pause, ...)\n',
  },
] as const;

const fine = [
  {
    what: 'a variable of main alone',
    body: `let n = 0;\nexport function work(wg) { wg.done(); }\n${main.replace('const wg', 'n++; const wg')}`,
  },
  {
    what: 'a local variable of the same name',
    body: `let n = 0;\nexport function work(wg) { let n = 1; n++; wg.done(); }\n${main}`,
  },
  {
    what: 'objects at the top level',
    body: `const s = alloc(struct({ n: int }));\nexport function work(wg) { s.n++; wg.done(); }\n${main}`,
  },
  {
    what: 'a generator that is run',
    body: `function* pause() { yield* gosched(); }\nexport function* work(wg) {\n  yield* pause();\n  wg.done();\n}\n${main}`,
  },
];

describe('mandel run', () => {
  test.each(warned)('warns of $what', async ({ body, says }) => {
    const text = await warnings(body);
    if (typeof says === 'string') expect(text).toBe(says);
    else expect(text).toMatch(says);
  });

  test.each(fine)('says nothing about $what', async ({ body }) => {
    expect(await warnings(body)).toBe('');
  });
});
