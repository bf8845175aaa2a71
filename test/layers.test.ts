// Who may import whom, which package has which door, how large a file may be: the house, checked.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { doors, exceptions, rooms, type SourceFile, violations } from './support/layers.js';
import { codeOf, importsOf, linesOfCode } from './support/sourcetext.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The files of these folders that are compiled. */
function sources(...folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.c?tsx?$/.test(name))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .map((path) => ({ path, text: readFileSync(root + path, 'utf8') })),
  );
}

const src = sources('src');
const others = sources('examples', 'bench', 'test');

describe('the house', () => {
  test.each(src.map((file) => file.path))('%s keeps its rules', (path) => {
    expect(violations(src.find((file) => file.path === path)!)).toEqual([]);
  });

  test('tests, benches and examples run what ships', () => {
    expect(others.flatMap((file) => violations(file))).toEqual([]);
  });

  test('every room has files, but for those that are still to come', () => {
    const empty = rooms.filter((room) => ![...src, ...others].some((file) => room.files.test(file.path)));
    expect(empty.map((room) => room.name).filter((name) => name !== 'runtime/sim')).toEqual([]);
  });

  test('every door is used', () => {
    for (const door of doors.filter((d) => !d.package.startsWith('node:'))) {
      expect(src.filter((file) => importsOf(file.text).includes(door.package))).not.toEqual([]);
    }
  });

  test('every exception excuses something', () => {
    for (const exception of exceptions) {
      const rest = exceptions.filter((e) => e !== exception);
      const excused = src.filter((file) => violations(file, rest).length > violations(file).length);
      expect(excused.length, exception.reason).toBeGreaterThan(0);
    }
  });
});

interface Row {
  readonly path: string;
  readonly text: string;
  readonly violation: string;
}

const row = (path: string, violation: string, text: string): Row => ({ path, violation, text });

describe('a violation is found', () => {
  test.each([
    row(
      'src/lib/rng.ts',
      'lib may not import src/runtime/memory/layout.ts',
      "import { i32 } from '../runtime/memory/layout.js';",
    ),
    row(
      'src/go/chan.ts',
      'go may not import src/runtime/sched/sched.ts',
      "import { x } from '../runtime/sched/sched.js';",
    ),
    row(
      'src/go/chan.ts',
      'go may not import src/runtime/sched/runq.ts',
      "import type { X } from '../runtime/sched/runq.js';",
    ),
    row('src/go/go.ts', 'go may not import src/runtime/start.ts', "export { run } from '../runtime/start.js';"),
    row('src/go/go.ts', 'go may not import src/runtime/threads/m.ts', "import '../runtime/threads/m.js';"),
    row('src/go/go.ts', 'go may not import src/modes/px.ts', "const p = await import('../modes/px.js');"),
    row(
      'src/runtime/sched/sched.ts',
      'runtime may not import src/runtime/threads/park.ts',
      "import '../threads/park.js';",
    ),
    row(
      'src/runtime/sched/op.ts',
      'runtime may not import src/runtime/threads/m.ts',
      "new URL('../threads/m.js', import.meta.url)",
    ),
    row(
      'src/runtime/threads/m.ts',
      'runtime/threads may not import src/runtime/sim/clock.ts',
      "import '../sim/clock.js';",
    ),
    row('src/runtime/sim/clock.ts', 'runtime/sim may not import src/runtime/threads/m.ts', "import '../threads/m.js';"),
    row('src/runtime/g.ts', 'runtime may not import src/go/chan.ts', "import { chan } from '../go/chan.js';"),
    row('src/mandelbrot/image.ts', 'mandelbrot may not import src/go/index.ts', "import { go } from '../go/index.js';"),
    row(
      'src/modes/px.ts',
      'modes may not import src/runtime/memory/layout.ts',
      "import { i32 } from '../runtime/memory/layout.js';",
    ),
    row('src/commands/run.ts', 'commands may not import src/cli.ts', "import { main } from '../cli.js';"),
    row('src/runtime/start.ts', 'runtime/start may not import src/terminal/usage.ts', "import '../terminal/usage.js';"),
    row('src/attic/app.ts', 'is in no room of the house', "import { f } from './g.js';"),
    row(
      'test/x.test.ts',
      'what runs what ships may not import src/go/chan.ts',
      "import { chan } from '../src/go/chan.js';",
    ),
    row('src/runtime/start.ts', 'this is not the door for piscina', "import { Piscina } from 'piscina';"),
    row('src/modes/paint.ts', 'this is not the door for pngjs', "createRequire(import.meta.url)('pngjs')"),
    row('src/lib/rng.ts', 'this is not the door for commander', "import { Command } from 'commander';"),
    row('src/service/page.ts', 'this is not the door for preact', "import { render } from 'preact';"),
    row('src/lib/rng.ts', 'no door is for lodash', "import _ from 'lodash';"),
    row(
      'src/modes/px.ts',
      'this is not the door for node:worker_threads',
      "import { Worker } from 'node:worker_threads';",
    ),
    row('src/mandelbrot/image.ts', 'may not use Atomics (Atomics)', 'Atomics.load(i32, 0);'),
    row('examples/sieve.ts', 'may not use the clock (Date)', 'const t = Date.now();'),
    row('src/go/time.ts', 'may not use the clock (performance)', 'const t = performance.now();'),
    row('src/go/time.ts', 'may not use timers (setTimeout)', 'setTimeout(f, 1);'),
    row('src/modes/px.ts', 'may not use chance (Math.random)', `const r = \`a\${Math.random()}b\`;`),
    row('examples/daisy.ts', 'may not use console (console)', 'console.log(1);'),
    row('src/lib/rng.ts', 'has 401 lines, more than 400', 'f();\n'.repeat(401)),
    row('src/modes/px.ts', 'has 40 lines of code, not under 40', 'f();\n'.repeat(40)),
  ])('in $path: $violation', ({ path, text, violation }) => {
    expect(violations({ path, text }, [])).toEqual([`${path}: ${violation}`]);
  });

  test.each([
    row('src/go/time.ts', 'a word in a comment', '// Date.now() is not for us\n/* console.log */\n'),
    row('src/go/time.ts', 'a word in a string', "throw new Error('no Date, performance or console here');\n"),
    row('src/go/time.ts', 'a word in a template', `const text = \`setTimeout \${f(\`Atomics\`)} Math.random\`;\n`),
    row('src/go/time.ts', 'a word in a pattern', 'const quote = /\'|"|`|console|[/]/g;\n'),
    row('src/lib/rng.ts', 'an import in a string', 'const wrong = "import { go } from \'../go/index.js\'";\n'),
    row('src/mandelbrot/png.ts', 'a package at its door', "import { PNG } from 'pngjs';\nimport 'node:fs';\n"),
    row('src/lib/rng.ts', 'a file of 400 lines', 'f();\n'.repeat(400)),
    row('src/modes/px.ts', 'a mode with long comments', `${'// about it\n\n'.repeat(40)}${'f();\n'.repeat(39)}`),
    row('src/runtime/start.ts', 'start seeing an engine', "import { Threads } from './threads/run.js';\n"),
    row('examples/sieve.ts', 'the package by its name', "import { chan } from 'mandel/go';\n"),
    row('bench/modes.ts', 'a URL of what ships', "new URL('../src/cli.js', import.meta.url);\n"),
  ])('and $violation is none, in $path', ({ path, text }) => {
    expect(violations({ path, text }, [])).toEqual([]);
  });
});

describe('the scanner', () => {
  test('keeps code, and blanks comments and what is in strings', () => {
    const text = `const a = 'x' + "y"; // z\nconst b = \`p\${a + 'q'}r\`; /* s\nt */ c(1 / 2, /u/g);\n`;
    expect(codeOf(text, { strings: false })).toBe(
      `const a = 'x' + "y";     \nconst b = \`p\${a + 'q'}r\`;     \n     c(1 / 2, /u/g);\n`,
    );
    expect(codeOf(text, { strings: true })).toBe(
      `const a = ' ' + " ";     \nconst b = \` \${a + ' '} \`;     \n     c(1 / 2,     );\n`,
    );
  });

  test('sees braces inside of a template, and quotes that are escaped', () => {
    const text = `f(\`a\${g({ b: 'it\\'s' })}c\`, 'd\\\\', e);`;
    expect(codeOf(text, { strings: true })).toBe(`f(\` \${g({ b: '     ' })} \`, '   ', e);`);
  });

  test('finds imports of every form, over several lines, and none in comments', () => {
    const text = `
import {
  a,
  type B,
} from './a.js';
import './b.js';
export * from './c.js';
export { d } from './d.js';
await import('./e.js');
// import { g } from './g.js'
import type { H } from 'h';
`;
    expect(importsOf(text).sort()).toEqual(['./a.js', './b.js', './c.js', './d.js', './e.js', 'h']);
  });

  test('counts lines with code on them', () => {
    expect(linesOfCode('// a\n\nf();\n/* b\nc */ g();\n')).toBe(2);
  });
});
