// The source of a program's modules as syntax trees, for reports that have to name a place that no stack has. Loaded when
// something has gone wrong, never by a run that goes well, and the parser (lib/esmodule.ts) with it.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AnyNode, ImportDeclaration, Program } from '../../lib/esmodule.js';
import { isOurFile } from './stacktext.js';

export type { AnyNode, CallExpression, MemberExpression, Program } from '../../lib/esmodule.js';

/** A module, parsed. */
export interface Syntax {
  readonly url: string;
  readonly text: string;
  readonly tree: Program;
}

/** Why a module cannot be parsed, and where; line and column from 1. */
export interface SyntaxFault {
  readonly url: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** A string in the source of a module by which it imports another. */
export interface Import {
  readonly specifier: string;
  /** Offset of the string in the text. */
  readonly start: number;
}

const cache = new Map<string, Syntax | SyntaxFault | undefined>();

const parser = () => import('../../lib/esmodule.js');

/** The module at `url`, parsed once. A fault if its syntax is wrong; undefined if it is no file of JavaScript or cannot be read. */
export async function parseModule(url: string): Promise<Syntax | SyntaxFault | undefined> {
  const file = url.replace(/[?#].*$/, '');
  if (!cache.has(file)) cache.set(file, await readModule(file));
  return cache.get(file);
}

export function isSyntax(parsed: Syntax | SyntaxFault | undefined): parsed is Syntax {
  return parsed !== undefined && 'tree' in parsed;
}

async function readModule(url: string): Promise<Syntax | SyntaxFault | undefined> {
  if (!/^file:.*\.[cm]?[jt]s$/.test(url)) return undefined;
  const { parseText, stripTypes } = await parser();
  let text: string;
  try {
    const raw = readFileSync(fileURLToPath(url), 'utf8');
    text = /\.[cm]?ts$/.test(url) ? stripTypes(raw) : raw;
  } catch {
    return undefined; // a report that names no place is still true
  }
  let fault: unknown;
  for (const sourceType of /\.c[jt]s$/.test(url) ? (['script'] as const) : (['module', 'script'] as const)) {
    try {
      return { url, text, tree: parseText(text, sourceType) };
    } catch (error) {
      fault ??= error;
    }
  }
  return faultOf(url, fault);
}

/** acorn's errors: a message that ends with their place, and the place. */
function faultOf(url: string, error: unknown): SyntaxFault | undefined {
  const { message, loc } = error as { message: string; loc?: { line: number; column: number } };
  if (loc === undefined) return undefined;
  return { url, message: message.replace(/ \(\d+:\d+\)$/, ''), line: loc.line, column: loc.column + 1 };
}

/** Calls `visit` with every node, its parent before it. `ancestors` are those above it, the outermost first. */
export async function walk(
  tree: AnyNode,
  visit: (node: AnyNode, ancestors: readonly AnyNode[]) => void,
): Promise<void> {
  (await parser()).walkTree(tree, visit);
}

/** What a module imports by a literal name, in the order of the source. */
export async function importsOf({ tree }: Syntax): Promise<Import[]> {
  const found: Import[] = [];
  await walk(tree, (node) => {
    const source =
      node.type === 'ImportDeclaration' ||
      node.type === 'ExportNamedDeclaration' ||
      node.type === 'ExportAllDeclaration' ||
      node.type === 'ImportExpression'
        ? node.source
        : undefined;
    if (source?.type === 'Literal' && typeof source.value === 'string') {
      found.push({ specifier: source.value, start: source.start });
    }
  });
  return found.sort((a, b) => a.start - b.start);
}

/** The URL of what a module imports; undefined if that is a package or a module of Node's. */
export function urlOfImport(specifier: string, importer: string): string | undefined {
  if (!/^(\.\.?\/|\/|file:)/.test(specifier)) return undefined;
  return URL.canParse(specifier, importer) ? new URL(specifier, importer).href : undefined;
}

/** The module at `url` and all that it imports by a path, ours apart, each once, in the order in which they are found. */
export async function localModules(url: string): Promise<(Syntax | SyntaxFault)[]> {
  const seen = new Set<string>();
  const found: (Syntax | SyntaxFault)[] = [];
  const todo = [url];
  for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
    const key = next.replace(/[?#].*$/, '');
    if (seen.has(key) || isOurFile(key)) continue;
    seen.add(key);
    const parsed = await parseModule(key);
    if (parsed === undefined) continue;
    found.push(parsed);
    if (!isSyntax(parsed)) continue;
    for (const { specifier } of await importsOf(parsed)) {
      const local = urlOfImport(specifier, key);
      if (local !== undefined) todo.push(local);
    }
  }
  return found;
}

/** The local names under which a module has imported `name`, from wherever. */
export function localNames(tree: Program, name: string): string[] {
  const imports = tree.body.filter((node): node is ImportDeclaration => node.type === 'ImportDeclaration');
  return imports.flatMap(({ specifiers }) =>
    specifiers.flatMap((s) => {
      if (s.type !== 'ImportSpecifier') return [];
      const imported = s.imported.type === 'Identifier' ? s.imported.name : s.imported.value;
      return imported === name ? [s.local.name] : [];
    }),
  );
}

/** Line and column, from 1, of an offset. */
export function lineAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** Offset of a line and column, from 1. */
export function offsetAt(text: string, line: number, column: number): number {
  let offset = 0;
  for (let k = 1; k < line; k++) offset = text.indexOf('\n', offset) + 1;
  return offset + column - 1;
}
