// Programs that cannot be loaded: one line names the file and the line that are wrong, not the module that imports them.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostedCli } from '../support/hosted.js';
import { tempDir } from '../support/tempdir.js';

interface Row {
  readonly about: string;
  /** The modules; the first is run. */
  readonly files: Readonly<Record<string, string>>;
  /** What the line says, behind `mandel: `. */
  readonly says: RegExp;
}

const MAIN = 'export function* main() {}\n';
const IMPORTS = `import { helper } from './inner.js';\n${MAIN}`;
const ESM = { 'package.json': '{ "type": "module" }' };

const rows: readonly Row[] = [
  {
    about: 'wrong syntax',
    files: { 'p.mjs': 'export function* main() {\n  return 1 +;\n}' },
    says: /^p\.mjs:2: cannot be loaded: SyntaxError: Unexpected token ';'$/,
  },
  {
    about: 'wrong syntax in what it imports',
    files: { 'p.mjs': IMPORTS, 'inner.js': 'export function helper() {\n  return 1 +;\n}', ...ESM },
    says: /^inner\.js:2: cannot be loaded: SyntaxError: Unexpected token ';'$/,
  },
  {
    about: 'wrong syntax two imports away',
    files: {
      'p.mjs': IMPORTS,
      'inner.js': "export { helper } from './deep/most.mjs';",
      'deep/most.mjs': 'export const helper = 1;\nconst helper = 2;',
      ...ESM,
    },
    says: /^deep\/most\.mjs:2: cannot be loaded: SyntaxError: Identifier 'helper' has already been declared$/,
  },
  {
    about: '`yield*` in a plain function',
    files: { 'p.mjs': 'export function* main() {\n  const f = () => {\n    yield* g();\n  };\n}' },
    says: /^p\.mjs:3: cannot be loaded: SyntaxError: .*; `yield\*` is only possible in a `function\*`$/,
  },
  {
    about: '`await` in a goroutine',
    files: { 'p.mjs': 'export function* main() {\n  await fetch("http://127.0.0.1/");\n}' },
    says: /^p\.mjs:2: cannot be loaded: SyntaxError: .*; a goroutine cannot await$/,
  },
  {
    about: 'an error that what it imports throws',
    files: {
      'p.mjs': IMPORTS,
      'inner.js': "export function helper() {\n  throw new RangeError('far');\n}\nhelper();",
      ...ESM,
    },
    says: /^inner\.js:2:9: cannot be loaded: RangeError: far$/,
  },
  {
    about: 'a string that it throws',
    files: { 'p.mjs': `throw 'text';\n${MAIN}` },
    says: /^p\.mjs: cannot be loaded: it has thrown text$/,
  },
  {
    about: 'a module that is not there',
    files: { 'p.mjs': `\nimport {\n  helper,\n} from './nope.mjs';\n${MAIN}` },
    says: /^p\.mjs:4: cannot be loaded: Error: Cannot find module 'nope\.mjs'$/,
  },
  {
    about: 'a module that is not there, in what it imports',
    files: { 'p.mjs': IMPORTS, 'inner.js': "\n\nimport './nope.mjs';", ...ESM },
    says: /^inner\.js:3: cannot be loaded: Error: Cannot find module 'nope\.mjs'$/,
  },
  {
    about: 'a module that is not there, of a dynamic import',
    files: { 'p.mjs': `\nconst x = await import('./nope.mjs');\n${MAIN}` },
    says: /^p\.mjs:2: cannot be loaded: Error: Cannot find module 'nope\.mjs'$/,
  },
  {
    about: 'a package that is not there',
    files: { 'p.mjs': `\nimport x from 'no-such-package/sub';\n${MAIN}` },
    says: /^p\.mjs:2: cannot be loaded: Error: Cannot find package 'no-such-package'$/,
  },
  {
    about: 'an export that is not there',
    files: { 'p.mjs': `\nimport { zzz } from './q.mjs';\n${MAIN}`, 'q.mjs': 'export const a = 1;' },
    says: /^p\.mjs:2: cannot be loaded: SyntaxError: The requested module '\.\/q\.mjs' does not provide an export named 'zzz'$/,
  },
  {
    about: 'a directory',
    files: { 'p.mjs': `\nimport './dir';\n${MAIN}`, 'dir/index.js': '' },
    says: /^p\.mjs:2: cannot be loaded: Error: Directory import 'dir' is not supported$/,
  },
  {
    about: 'JSON without its attribute',
    files: { 'p.mjs': `\nimport data from './data.json';\n${MAIN}`, 'data.json': '{}' },
    says: /^p\.mjs:2: cannot be loaded: TypeError: Module ".*data\.json" needs an import attribute .*; write `with \{ type: "json" \}` behind its name$/,
  },
  {
    about: 'JSON that is wrong',
    files: {
      'p.mjs': `import data from './data.json' with { type: 'json' };\n${MAIN}`,
      'data.json': '{\n  "a": 1,\n  "b" 2\n}',
    },
    says: /^data\.json:3: cannot be loaded: SyntaxError: /,
  },
  {
    about: 'a file that is no module',
    files: { 'data.json': '{}' },
    says: /^data\.json: cannot be loaded: expected a JavaScript module, got \.json$/,
  },
  {
    about: 'CommonJS with wrong syntax',
    files: { 'p.cjs': 'exports.main = function* () {\n  return 1 +;\n};' },
    says: /^p\.cjs:2: cannot be loaded: SyntaxError: Unexpected token ';'$/,
  },
  {
    about: 'CommonJS with wrong syntax, imported',
    files: { 'p.mjs': `import './q.cjs';\n${MAIN}`, 'q.cjs': '\nreturn 1 +;' },
    says: /^q\.cjs:2: cannot be loaded: SyntaxError: Unexpected token ';'$/,
  },
];

async function loaded(files: Row['files'], flags: readonly string[]) {
  const cwd = tempDir();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(cwd, name, '..'), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  const ended = await hostedCli([...flags, join(cwd, Object.keys(files)[0]!)], { cwd });
  return { ...ended, stderr: ended.stderr.replaceAll(`${cwd}/`, '') };
}

describe.each([
  ['run', '-procs', '2'],
  ['run', '-engine', 'sim'],
  ['explore', '-runs', '2'],
])('mandel %s %s %s says what cannot be loaded', (...flags) => {
  test.each(rows)('$about', async ({ files, says }) => {
    const { status, stderr } = await loaded(files, flags);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^mandel: .*\n$/);
    expect(stderr.slice('mandel: '.length, -1)).toMatch(says);
  });
});

test('a program in TypeScript runs where Node can take its types away; elsewhere one line says which Node can', async () => {
  const { typescript } = process.features as { typescript?: unknown };
  const { status, stdout, stderr } = await loaded({ 'p.ts': 'export function main(): void {}\n' }, ['run']);
  const needs = 'TypeScript needs Node 22.18 or later';
  const refused = `mandel: p.ts: cannot be loaded: ${needs}, this is ${process.versions.node}; compile it first with tsc\n`;
  expect({ status, stdout, stderr }).toEqual(
    typescript ? { status: 0, stdout: '', stderr: '' } : { status: 1, stdout: '', stderr: refused },
  );
});
