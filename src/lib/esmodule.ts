// The source of an ECMAScript module, parsed: what it imports and exports, and what its top-level variables are used for.

import { readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { type AnyNode, type Program, parse } from 'acorn';
import { full, fullAncestor } from 'acorn-walk';
import { analyze, type Variable } from 'eslint-scope';
import type * as ES from 'estree';

export type { Variable } from 'eslint-scope';
export type * as ES from 'estree';

/** A node of the syntax tree, with its place in the text. */
export type Node<T extends ES.Node = ES.Node> = T & { readonly start: number; readonly end: number };

/** `import { imported as local } from source`; `imported` is `*` for a namespace. */
export interface ImportBinding {
  readonly local: string;
  readonly imported: string;
}

/** A statement that imports, or that exports what another module exports. */
export interface Import {
  readonly source: string;
  readonly start: number;
  readonly bindings: readonly ImportBinding[];
}

export interface ModuleSource {
  readonly url: string;
  /** JavaScript: types are blanked out, so that every place is where it was. */
  readonly text: string;
  readonly body: readonly Node<ES.Statement | ES.ModuleDeclaration>[];
  readonly imports: readonly Import[];
  /** Its top-level variables, imports among them. */
  readonly variables: readonly Variable[];
  /** True if it awaits at its top level. */
  readonly awaits: boolean;
}

export type { AnyNode, CallExpression, ImportDeclaration, MemberExpression, Program } from 'acorn';

/** The module at `url`, which is a file's. @throws SyntaxError with `loc`, where it is none; Error if it cannot be read */
export function readModule(url: string): ModuleSource {
  return parseModule(url, readText(url));
}

/** The text of the module at `url`, which is a file's, with types blanked out. @throws Error if it cannot be read */
export function readText(url: string): string {
  const text = readFileSync(fileURLToPath(url), 'utf8');
  return /\.[cm]?ts$/.test(new URL(url).pathname) ? stripTypes(text) : text;
}

/** A module of this text. @throws SyntaxError with `loc` */
export function parseModule(url: string, text: string): ModuleSource {
  const program = parseText(text, 'module') as unknown as Node<ES.Program>;
  const scopes = analyze(program, { ecmaVersion: 2022, sourceType: 'module' });
  const top = scopes.globalScope?.childScopes[0];
  const body = program.body as Node<ES.Statement | ES.ModuleDeclaration>[];
  return {
    url,
    text,
    body,
    imports: body.flatMap(importOf),
    variables: top?.variables ?? [],
    awaits: awaitsAtTop(program),
  };
}

/**
 * The syntax tree of a text, as acorn makes it, with ranges and locations. A `return` outside of functions is accepted: Node
 * wraps the text of a CommonJS module in a function.
 * @throws SyntaxError with `loc`
 */
export function parseText(text: string, sourceType: 'module' | 'script'): Program {
  const options = { ecmaVersion: 'latest', ranges: true, locations: true, allowHashBang: true } as const;
  return parse(text, { ...options, allowReturnOutsideFunction: true, sourceType });
}

/** The text of a module without its types, every character where it was. Node strips them from 22.13 on. */
function stripTypes(text: string): string {
  const { stripTypeScriptTypes } = module as { stripTypeScriptTypes?: (text: string) => string };
  if (stripTypeScriptTypes === undefined) return text; // such a Node does not run TypeScript either
  const { emitWarning } = process;
  process.emitWarning = () => {}; // that this is an experimental function is no matter of the program
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

function importOf(node: Node<ES.Statement | ES.ModuleDeclaration>): Import[] {
  switch (node.type) {
    case 'ImportDeclaration':
      return [
        {
          source: String(node.source.value),
          start: node.start,
          bindings: node.specifiers.map((specifier) => ({
            local: specifier.local.name,
            imported: importedName(specifier),
          })),
        },
      ];
    case 'ExportAllDeclaration':
      return [{ source: String(node.source.value), start: node.start, bindings: [] }];
    case 'ExportNamedDeclaration':
      return node.source ? [{ source: String(node.source.value), start: node.start, bindings: [] }] : [];
    default:
      return [];
  }
}

function importedName(specifier: ES.ImportDeclaration['specifiers'][number]): string {
  switch (specifier.type) {
    case 'ImportDefaultSpecifier':
      return 'default';
    case 'ImportNamespaceSpecifier':
      return '*';
    default:
      return nameOf(specifier.imported);
  }
}

/** The name that an import or an export has, which may be written as a string. */
export function nameOf(node: ES.Identifier | ES.Literal): string {
  return node.type === 'Identifier' ? node.name : String(node.value);
}

/** The names that a pattern declares. */
export function namesIn(pattern: ES.Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((p) => namesIn(p.type === 'RestElement' ? p.argument : p.value));
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : namesIn(element)));
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'RestElement':
      return namesIn(pattern.argument);
    default:
      return [];
  }
}

/** Calls `each` with every node. */
export function eachNode(root: ES.Node | readonly ES.Node[], each: (node: Node) => void): void {
  for (const node of [root].flat() as ES.Node[]) full(node as never, (n) => each(n as unknown as Node));
}

/** Calls `each` with every node and what it is in, outermost first, itself last. */
export function eachNodeWithin(root: ES.Node, each: (node: Node, within: readonly Node[]) => void): void {
  fullAncestor(root as never, (n, _state, ancestors) => each(n as unknown as Node, ancestors as unknown as Node[]));
}

/** Calls `visit` with every node of a tree, its parent before it. `ancestors` are those above it, the outermost first. */
export function walkTree(tree: AnyNode, visit: (node: AnyNode, ancestors: readonly AnyNode[]) => void): void {
  fullAncestor(tree, (node, _state, ancestors) => visit(node, ancestors.slice(0, -1)));
}

function awaitsAtTop(program: ES.Program): boolean {
  let found = false;
  eachNodeWithin(program, (node, within) => {
    const awaits = node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await);
    if (awaits && !within.some(isFunction)) found = true;
  });
  return found;
}

/** True for what has a `this`, an `await` and variables of its own. */
export function isFunction(node: ES.Node): boolean {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}
