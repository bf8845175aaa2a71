// The house's rules: that a violation of each is found, and that src/README.md says the same as the data. `npm run check`
// runs them over all of the sources.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { importsOf, linesOfCode, nodesOf, roomOf, sourcesIn, violations } from '../scripts/house.mjs';
import * as rules from '../scripts/rules.mjs';
import { tempDir } from './support/tempdir.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = sourcesIn(root);

describe('the rules', () => {
  test('each room has files', () => {
    const rooms = new Set(sources.map(({ path }) => roomOf(path)));
    expect(rules.rooms.filter((room) => !rooms.has(room))).toEqual([]);
  });

  test('each door is used', () => {
    const src = sources.filter(({ path }) => path.startsWith('src/'));
    const names = new Set(
      src.flatMap((file) => importsOf(nodesOf(file.path, file.text), { urls: false })).map(({ name }) => name),
    );
    expect(Object.keys(rules.doors).filter((name) => !names.has(name) && !name.startsWith('node:'))).toEqual([]);
  });

  test('each exception excuses a file', () => {
    const strict = { ...rules, words: rules.words.map((word) => ({ ...word, except: [] })) };
    const excused = rules.words.flatMap(({ except = [] }) => except.map(({ place }) => `src/${place}.ts`));
    for (const path of excused) {
      const file = sources.find((source) => source.path === path)!;
      expect(violations(file, strict), path).not.toEqual(violations(file));
    }
  });

  test('src/README.md has them as tables', () => {
    const readme = readFileSync(join(root, 'src/README.md'), 'utf8');
    const rows = new Set(readme.split('\n').map((line) => line.replace(/\s+/g, ' ')));
    const roomRow = ({ name, may, not }: (typeof rules.rooms)[number]) =>
      `| ${name} | ${list(may) || 'nothing of ours'}${not ? `; not ${list(not)}` : ''} |`;
    const doorRow = ([name, places]: [string, readonly string[]]) => `| ${name} | ${list(places)} |`;
    const expected = [...rules.rooms.map(roomRow), ...Object.entries(rules.doors).map(doorRow)];
    expect(expected.filter((each) => !rows.has(each))).toEqual([]);
  });
});

/** Places as the tables have them: `lib, runtime/{memory,value}`. */
function list(places: readonly string[]): string {
  const folders = new Map<string, string[]>();
  for (const place of places) {
    const at = place.lastIndexOf('/') + 1;
    const names = folders.get(place.slice(0, at)) ?? [];
    folders.set(place.slice(0, at), [...names, place.slice(at) || 'anything']);
  }
  return [...folders]
    .map(([folder, names]) =>
      folder === '' || names.length === 1 ? names.map((name) => folder + name).join(', ') : `${folder}{${names}}`,
    )
    .join(', ');
}

interface Row {
  readonly path: string;
  readonly violation: string;
  readonly text: string;
}

const row = (path: string, violation: string, text: string): Row => ({ path, violation, text });

/** A file that imports what it may not. */
const imports = (path: string, room: string, target: string, text: string) =>
  row(path, `:1: ${room} may not import ${target}`, text);

describe('a violation is found', () => {
  test.each([
    imports(
      'src/lib/rng.ts',
      'lib',
      'src/runtime/memory/layout.ts',
      "import { i32 } from '../runtime/memory/layout.js';",
    ),
    imports('src/runtime/memory/malloc.ts', 'runtime/memory', 'src/runtime/sched/g.ts', "import '../sched/g.js';"),
    imports(
      'src/runtime/value/type.ts',
      'runtime/value',
      'src/runtime/sched/handle.ts',
      "import '../sched/handle.js';",
    ),
    imports(
      'src/runtime/sched/op.ts',
      'runtime/sched',
      'src/runtime/tracing/tracer.ts',
      "import type { T } from '../tracing/tracer.js';",
    ),
    imports(
      'src/runtime/sched/sched.ts',
      'runtime/sched',
      'src/runtime/threads/park.ts',
      "import '../threads/park.js';",
    ),
    imports(
      'src/runtime/sched/op.ts',
      'runtime/sched',
      'src/runtime/threads/m.ts',
      "new URL('../threads/m.js', import.meta.url)",
    ),
    imports('src/runtime/sched/g.ts', 'runtime/sched', 'src/go/chan.ts', "import { chan } from '../../go/chan.js';"),
    imports(
      'src/runtime/tracing/frames.ts',
      'runtime/tracing',
      'src/runtime/report/report.ts',
      "import '../report/report.js';",
    ),
    imports(
      'src/runtime/report/report.ts',
      'runtime/report',
      'src/runtime/run/ending.ts',
      "let e: import('../run/ending.js').Ending;",
    ),
    imports(
      'src/runtime/profiling/cpu.ts',
      'runtime/profiling',
      'src/runtime/run/ending.ts',
      "import '../run/ending.js';",
    ),
    imports('src/runtime/run/ending.ts', 'runtime/run', 'src/runtime/threads/m.ts', "import '../threads/m.js';"),
    imports('src/runtime/threads/m.ts', 'runtime/threads', 'src/runtime/sim/clock.ts', "import '../sim/clock.js';"),
    imports(
      'src/runtime/threads/boot.cts',
      'runtime/threads',
      'src/runtime/start.ts',
      "import m = require('../start.js');",
    ),
    imports('src/runtime/sim/clock.ts', 'runtime/sim', 'src/runtime/threads/m.ts', "import '../threads/m.js';"),
    imports('src/runtime/sim/audit/audit.ts', 'runtime/sim', 'src/runtime/start.ts', "import '../../start.js';"),
    imports('src/runtime/start.ts', 'runtime/start', 'src/terminal/usage.ts', "import '../terminal/usage.js';"),
    imports('src/go/chan.ts', 'go', 'src/runtime/sched/sched.ts', "import { x } from '../runtime/sched/sched.js';"),
    imports('src/go/chan.ts', 'go', 'src/runtime/sched/runq.ts', "import type { X } from '../runtime/sched/runq.js';"),
    imports('src/go/go.ts', 'go', 'src/runtime/start.ts', "export { run } from '../runtime/start.js';"),
    imports('src/go/go.ts', 'go', 'src/runtime/threads/m.ts', "import '../runtime/threads/m.js';"),
    imports('src/go/go.ts', 'go', 'src/modes/px.ts', "const p = await import('../modes/px.js');"),
    imports('src/mandelbrot/image.ts', 'mandelbrot', 'src/go/index.ts', "import { go } from '../go/index.js';"),
    imports(
      'src/modes/px.ts',
      'modes',
      'src/runtime/memory/layout.ts',
      "import { i32 } from '../runtime/memory/layout.js';",
    ),
    imports('src/pprof/top.ts', 'pprof', 'src/trace/reader.ts', "export * from '../trace/reader.js';"),
    imports('src/trace/model.ts', 'trace', 'src/pprof/graph.ts', "import '../pprof/graph.js';"),
    imports('src/scale/fit.ts', 'scale', 'src/load/stats.ts', "import '../load/stats.js';"),
    imports('src/load/stats.ts', 'load', 'src/scale/fit.ts', "import '../scale/fit.js';"),
    imports('src/calibrate/simfit.ts', 'calibrate', 'src/runtime/sim/order.ts', "import '../runtime/sim/order.js';"),
    imports('src/profile/live.ts', 'profile', 'src/runtime/threads/run.ts', "import '../runtime/threads/run.js';"),
    imports('src/service/app.ts', 'service', 'src/runtime/sched/op.ts', "import '../runtime/sched/op.js';"),
    imports('src/viewer/server/server.ts', 'viewer', 'src/go/index.ts', "import '../../go/index.js';"),
    imports('src/terminal/usage.ts', 'terminal', 'src/commands/run/run.ts', "import '../commands/run/run.js';"),
    imports('src/terminal/warmup.ts', 'terminal/warmup', 'src/runtime/sim/run.ts', "import '../runtime/sim/run.js';"),
    imports('src/commands/run/run.ts', 'commands', 'src/cli.ts', "import { main } from '../../cli.js';"),
    imports('src/commands/render.ts', 'commands', 'src/runtime/sim/order.ts', "import '../runtime/sim/order.js';"),
    imports('src/index.ts', 'index', 'src/modes/index.ts', "export * from './modes/index.js';"),
    imports('test/x.test.ts', 'test, bench, examples', 'src/go/chan.ts', "import { chan } from '../src/go/chan.js';"),
    row('examples/sieve.ts', ':1: examples import the package by its name', "import '#src/lib/rng.js';"),
    row('src/attic/app.ts', ':1: is in no room of the house', "import { f } from './g.js';"),
    row('src/runtime/start.ts', ':1: this is not the door for piscina', "import { Piscina } from 'piscina';"),
    row('src/modes/paint.ts', ':1: this is not the door for pngjs', "createRequire(import.meta.url)('pngjs')"),
    row('src/modes/paint.ts', ':2: this is not the door for pngjs/lib/x.js', "f();\nrequire('pngjs/lib/x.js')"),
    row('src/lib/rng.ts', ':1: this is not the door for commander', "import { Command } from 'commander';"),
    row('src/lib/rng.ts', ':1: no door is for lodash', "import _ from 'lodash';"),
    row(
      'src/modes/px.ts',
      ':1: this is not the door for node:worker_threads',
      "import { Worker } from 'node:worker_threads';",
    ),
    row(
      'src/trace/parse.ts',
      ':1: runs in a browser as well, and may not import node:fs',
      "import { readFileSync } from 'node:fs';",
    ),
    row('src/trace/v1/reader.ts', ':1: may not use Buffer (Buffer)', 'const bytes = Buffer.from(text);'),
    row('src/mandelbrot/image.ts', ':1: may not use Atomics (Atomics)', 'Atomics.load(i32, 0);'),
    row('examples/sieve.ts', ':1: may not use the clock (Date)', 'const t = Date.now();'),
    row('src/go/time.ts', ':1: may not use the clock (performance)', 'const t = performance.now();'),
    row('src/go/time.ts', ':1: may not use timers (setTimeout)', 'setTimeout(f, 1);'),
    row('src/modes/px.ts', ':1: may not use chance (Math.random)', `const r = \`a\${Math.random()}b\`;`),
    row('examples/daisy.ts', ':3: may not use console (console)', '\n\nconsole.log(1);'),
    row('src/lib/rng.ts', ': has 401 lines, more than 400', 'f();\n'.repeat(401)),
    row('src/modes/px.ts', ': has 40 lines of code, not under 40', 'f();\n'.repeat(40)),
  ])('in $path$violation', ({ path, text, violation }) => {
    expect(violations({ path, text })).toEqual([path + violation]);
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
    row('src/runtime/start.ts', 'an engine in start.ts', "import { Threads } from './threads/run.js';\n"),
    row('src/terminal/flags/machine.ts', 'a machine', "import { machines } from '../../runtime/sim/machines.js';\n"),
    row('examples/sieve.ts', 'the package by its name', "import { chan } from 'mandel/go';\n"),
    row('test/lib/rng.test.ts', 'the insides by #src', "import { Rng } from '#src/lib/rng.js';\n"),
    row('bench/modes.ts', 'a URL of what ships', "new URL('../src/cli.js', import.meta.url);\n"),
  ])('and $violation is none, in $path', ({ path, text }) => {
    expect(violations({ path, text })).toEqual([]);
  });

  test('in each form of an import, and in none that is a comment', () => {
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
let i: import('./i.js').I;
`;
    const names = importsOf(nodesOf('x.ts', text), { urls: true }).map(({ name }) => name);
    expect(names.sort()).toEqual(['./a.js', './b.js', './c.js', './d.js', './e.js', './i.js', 'h']);
  });

  test('lines with code are counted', () => {
    const text = '// a\n\nf();\n/* b\nc */ g(\n  1,\n);\n';
    expect(linesOfCode(text, nodesOf('x.ts', text))).toBe(4);
  });
});

describe("Biome's rules find", () => {
  test('a circle of imports, even one of types only', () => {
    const said = biome({
      'src/a.ts': "import { b } from './b.js';\nexport const a = b;\nexport type A = typeof a;\n",
      'src/b.ts': "import type { A } from './a.js';\nexport const b = 1;\nexport let c: A;\n",
    });
    expect(said).toContain('src/a.ts:1:19 lint/suspicious/noImportCycles');
    expect(said).toContain('src/b.ts:1:24 lint/suspicious/noImportCycles');
  });

  test('a function that is too complex, but for the kernel', () => {
    const nested = (depth: number): string => (depth === 0 ? 'f();' : `if (f()) { ${nested(depth - 1)} }`);
    const complex = (depth: number) => `export function g(f: () => boolean) { ${nested(depth)} }\n`;
    const said = biome({
      'src/simple.ts': complex(5), // 1 + 2 + ... + 5 = 15
      'src/complex.ts': complex(6), // 21
      'src/mandelbrot/fast/assembly/kernel.ts': complex(6),
    });
    expect(said).toContain('src/complex.ts:1:17 lint/complexity/noExcessiveCognitiveComplexity');
    expect(said).not.toContain('src/simple.ts');
    expect(said).not.toContain('kernel.ts');
  });
});

/** What Biome's linter says of a folder with these files and our configuration. It must find something. */
function biome(files: Readonly<Record<string, string>>): string {
  const dir = tempDir();
  for (const name of ['biome.json', '.gitignore']) copyFileSync(join(root, name), join(dir, name));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const command = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url));
  try {
    execFileSync(command, ['lint', '--colors=off'], { cwd: dir, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
  throw new Error('expected a violation');
}
