// The source of a program's modules as syntax trees, for reports that have to name a place that no stack has. Loaded when
// something has gone wrong, never by a run that goes well: the parser with it. acorn's only door.

import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AnyNode, ImportDeclaration, Program } from 'acorn';
import { isOurFile } from './stacktext.js';

export type { AnyNode, CallExpression, MemberExpression, Program } from 'acorn';

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
  let text: string;
  try {
    text = withoutTypes(url, readFileSync(fileURLToPath(url), 'utf8'));
  } catch {
    return undefined; // a report that names no place is still true
  }
  const { parse } = await import('acorn');
  const options = { ecmaVersion: 'latest', allowHashBang: true, allowReturnOutsideFunction: true } as const;
  let fault: unknown;
  for (const sourceType of /\.c[jt]s$/.test(url) ? (['script'] as const) : (['module', 'script'] as const)) {
    try {
      return { url, text, tree: parse(text, { ...options, sourceType }) };
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

/** The text of a module without its types, every character where it was. Node strips them from 22.13 on. */
function withoutTypes(url: string, text: string): string {
  if (!/\.[cm]?ts$/.test(url)) return text;
  const { stripTypeScriptTypes } = nodeModule as { stripTypeScriptTypes?: (code: string) => string };
  if (stripTypeScriptTypes === undefined) return text;
  const { emitWarning } = process;
  process.emitWarning = () => {}; // that this is an experimental function is no matter of the program
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Calls `visit` with every node, its parent before it. `ancestors` are those above it, the outermost first. */
export async function walk(
  tree: AnyNode,
  visit: (node: AnyNode, ancestors: readonly AnyNode[]) => void,
): Promise<void> {
  const { fullAncestor } = await import('acorn-walk');
  fullAncestor(tree, (node, _state, ancestors) => visit(node, ancestors.slice(0, -1)));
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
export function localUrl(specifier: string, importer: string): string | undefined {
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
      const local = localUrl(specifier, key);
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
