// The examples in the doc comments of mandel/go: every export has one, its types are right, and it prints what it says.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { nodesOf } from '../../scripts/house.mjs';
import { hostedCli } from '../support/hosted.js';
import { tempDir } from '../support/tempdir.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const api = 'src/go/index.ts';

/** Why an example is not run, but its types are checked. */
const notRun: Readonly<Record<string, string>> = {
  listen: "it takes a client on Node's main thread",
  Listener: "it takes a client on Node's main thread",
  Conn: "it takes a client on Node's main thread",
};

interface Example {
  /** The export: `chan`, `trace.log`. */
  readonly name: string;
  /** The code of its example, if it has one. */
  readonly code: string | undefined;
}

/** The examples of all exports of the module at `path`, those of other modules that it exports included. */
function examplesOf(path: string, only?: ReadonlyMap<string, string>): Example[] {
  const text = readFileSync(join(root, path), 'utf8');
  const exported = nodesOf(path, text).filter(({ type }) => /^Export(Named|All)Declaration$/.test(type));
  let comment: string | undefined;
  let end = 0;
  return exported.flatMap((node): Example[] => {
    const before = text.slice(end, node.start);
    // Exports on adjacent lines share the comment of the first.
    if (before.trim() !== '' || /\n\s*\n/.test(before))
      comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(before)?.[1];
    end = node.end;
    const source = node.source && join(dirname(path), node.source.value).replace(/\.js$/, '.ts');
    if (node.type === 'ExportAllDeclaration') {
      return examplesOf(source).map(({ name, code }) => ({ name: `${node.exported.name}.${name}`, code }));
    }
    if (source) {
      const names = new Map<string, string>(
        node.specifiers.map((each: { local: { name: string }; exported: { name: string } }) => [
          each.local.name,
          each.exported.name,
        ]),
      );
      const wanted = new Map(
        [...names].flatMap(([local, name]) => (only && !only.has(name) ? [] : [[local, only?.get(name) ?? name]])),
      );
      return wanted.size === 0 ? [] : examplesOf(source, wanted);
    }
    const { declaration } = node;
    const local = declaration?.id?.name ?? declaration?.declarations?.[0].id.name;
    if (local === undefined || (only && !only.has(local))) return [];
    return [{ name: only?.get(local) ?? local, code: codeIn(comment) }];
  });
}

/** The code after @example in a doc comment. */
function codeIn(comment = ''): string | undefined {
  const [, code] = /^ *\* @example\n((?: *\*(?: (?!@).*)?\n)+)/m.exec(comment) ?? [];
  return code?.replace(/^ *\* ?/gm, '');
}

/** The first of several with one name: the overloads of a function share its comment. */
const examples = [
  ...new Map(
    examplesOf(api)
      .reverse()
      .map((example) => [example.name, example]),
  ).values(),
].reverse();

test.each(examples)('$name has an example', ({ code }) => {
  expect(code).toBeDefined();
});

test('each export of the module is among them', async () => {
  const { trace, ...values } = await import('mandel/go');
  const names = [...Object.keys(values), ...Object.keys(trace).map((name) => `trace.${name}`)];
  expect(examples.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
});

/** The example as a program: exported functions and struct types are at the top of its module, the rest is its main function. */
function programOf(code: string): string {
  const words = new Set(code.match(/\w+/g));
  const names = [...examples.map(({ name }) => name).filter((name) => !name.includes('.')), 'trace'];
  const bodies = code.match(/^export [\s\S]*?^}\n|^const [A-Z]\w* = struct.*\n/gm) ?? [];
  const main = bodies.reduce((rest, body) => rest.replace(body, ''), code);
  return [
    `import { ${names.filter((name) => words.has(name)).join(', ')} } from 'mandel/go';`,
    ...bodies,
    '// biome-ignore lint/correctness/useYield: not every example parks',
    'export function* main() {',
    main,
    '}',
  ].join('\n');
}

/** What the comment at the end says that the example prints. */
function outputOf(code: string): string {
  const [, first = '', more = ''] = /^\/\/ Output:(.*)\n((?:\/\/.*\n)*)$/m.exec(code) ?? [];
  const lines = [first.trim(), ...more.split('\n').map((line) => line.replace(/^\/\/ ?/, ''))].filter(
    (line) => line !== '' && !line.startsWith('Exit status: '),
  );
  return lines.map((line) => `${line}\n`).join('');
}

describe('an example', () => {
  // One compilation for all of them, in a folder from which the package can be imported by its name.
  const dir = mkdtempSync(join(root, 'dist/docs-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const compilerOptions = { verbatimModuleSyntax: false, noUnusedLocals: false, declaration: false, sourceMap: false };
  const config = { extends: '../../tsconfig.json', compilerOptions: { ...compilerOptions, rootDir: '.', outDir: '.' } };
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ ...config, include: ['*.ts'], exclude: [] }));
  const withCode = examples.flatMap(({ name, code }, k) =>
    code === undefined ? [] : [{ name, code, file: `${k}-${name}` }],
  );
  for (const { code, file } of withCode) writeFileSync(join(dir, `${file}.ts`), programOf(code));
  const tsc = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', dir, '--pretty', 'false'], { encoding: 'utf8' });

  test('has the right types', () => {
    expect(tsc.stdout).toBe('');
  });

  test.each(withCode.filter(({ name }) => !(name in notRun)))(
    'of $name prints what it says',
    async ({ code, file }) => {
      const ended = await hostedCli(['run', '-engine', 'sim', join(dir, `${file}.js`)], { cwd: tempDir() });
      const status = Number(/^\/\/ Exit status: (\d+)$/m.exec(code)?.[1] ?? 0);
      expect(ended).toMatchObject({ status, stdout: outputOf(code), ...(status === 0 && { stderr: '' }) });
    },
  );
});
