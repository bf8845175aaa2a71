// Syntax trees of a program's modules, for reports that name a place that is in no stack. Loaded after a failure only, because
// this loads the parser (lib/esmodule.ts), which takes some 100 ms.

import { type ImportDeclaration, type Program, parseText, readText, walkTree } from '../../lib/esmodule.js';
import { isOurFile } from './stacktext.js';

export {
  type AnyNode,
  type CallExpression,
  type MemberExpression,
  type Program,
  walkTree,
} from '../../lib/esmodule.js';

/** A parsed module. */
export interface Syntax {
  readonly url: string;
  readonly text: string;
  readonly tree: Program;
}

/** The first syntax error of a module. Line and column from 1. */
export interface SyntaxFault {
  readonly url: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** A string by which a module imports another. */
export interface Import {
  readonly specifier: string;
  /** Offset of the string in the text. */
  readonly start: number;
}

const cache = new Map<string, Syntax | SyntaxFault | undefined>();

/** The module at `url`, parsed once. Undefined if it is not a JavaScript or TypeScript file, or cannot be read. */
function parsedModule(url: string): Syntax | SyntaxFault | undefined {
  const file = url.replace(/[?#].*$/, '');
  if (!cache.has(file)) cache.set(file, parseFile(file));
  return cache.get(file);
}

export function isSyntax(parsed: Syntax | SyntaxFault | undefined): parsed is Syntax {
  return parsed !== undefined && 'tree' in parsed;
}

function parseFile(url: string): Syntax | SyntaxFault | undefined {
  if (!/^file:.*\.[cm]?[jt]s$/.test(url)) return undefined;
  let text: string;
  try {
    text = readText(url);
  } catch {
    return undefined; // a report without the place is still true
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

/** The fault for an error of acorn's, whose message ends with its place. */
function faultOf(url: string, error: unknown): SyntaxFault | undefined {
  const { message, loc } = error as { message: string; loc?: { line: number; column: number } };
  if (loc === undefined) return undefined;
  return { url, message: message.replace(/ \(\d+:\d+\)$/, ''), line: loc.line, column: loc.column + 1 };
}

/** The imports of a module by a literal name, static and dynamic, in the order of the source. */
export function importsOf({ tree }: Syntax): Import[] {
  const found: Import[] = [];
  walkTree(tree, (node) => {
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

/** The URL of an imported file; undefined for a package or a module of Node's. */
export function urlOfImport(specifier: string, importer: string): string | undefined {
  if (!/^(\.\.?\/|\/|file:)/.test(specifier)) return undefined;
  return URL.canParse(specifier, importer) ? new URL(specifier, importer).href : undefined;
}

/** The module at `url` and all files that it imports, directly or through others, without the runtime's; breadth first. */
export function localModules(url: string): (Syntax | SyntaxFault)[] {
  const seen = new Set<string>();
  const found: (Syntax | SyntaxFault)[] = [];
  const todo = [url];
  for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
    const key = next.replace(/[?#].*$/, '');
    if (seen.has(key) || isOurFile(key)) continue;
    seen.add(key);
    const parsed = parsedModule(key);
    if (parsed === undefined) continue;
    found.push(parsed);
    if (!isSyntax(parsed)) continue;
    for (const { specifier } of importsOf(parsed)) {
      const local = urlOfImport(specifier, key);
      if (local !== undefined) todo.push(local);
    }
  }
  return found;
}

/** The local names under which a module has imported `name`, from any module. */
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

/** The line and column, from 1, of an offset. */
export function lineAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** The offset of a line and column, both from 1. */
export function offsetAt(text: string, line: number, column: number): number {
  let offset = 0;
  for (let k = 1; k < line; k++) offset = text.indexOf('\n', offset) + 1;
  return offset + column - 1;
}
