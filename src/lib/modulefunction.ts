// An ECMAScript module rewritten as a generator function, which can be called any number of times: each call is an instance
// of the module with variables of its own. (Node evaluates a module once, and never forgets it.)
//
//     import { chan } from 'mandel/go';        (function* ($meta, $import) {
//     import { limit } from './limit.js';        const [$native0, $fresh1] = yield { get n() { return n; }, get main() ... };
//     export let n = limit;               ->     const chan = $native0["chan"]; yield;
//     export function main() { n++; }            let n = $fresh1["limit"];
//                                                function main() { n++; }
//                                              })
//
// Its first step yields the module's exports, and its second takes its imports: the two are the linking of the module, after
// which declared functions can be called. The third step is the module's code. An import from another rewritten module becomes
// an access to that instance's exports, so that it sees later values of a variable, as an import does; one from a module that is
// not rewritten becomes a constant. Lines stay the same, and columns change only behind an edit (`shifts`).

import { type ES, eachNode, eachNodeWithin, type ModuleSource, type Node, nameOf, namesIn } from './esmodule.js';

/** From this column (from 1) of a line on, columns are larger than in the source by `by`. */
export interface Shift {
  readonly line: number;
  readonly column: number;
  readonly by: number;
}

export interface ModuleFunction {
  /** An expression: a generator function, or an async one if the module awaits at its top level. */
  readonly code: string;
  /** Length of the code before the text of the module, all on the first line. */
  readonly head: number;
  /** Sources of the modules that its second step takes, in this order. The function itself takes import.meta and import(). */
  readonly dependencies: readonly string[];
  /** Sources of modules whose exports are this module's too: `export * from`. */
  readonly stars: readonly string[];
  readonly shifts: readonly Shift[];
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * @param isRewritten says of an import's source whether that module is rewritten too
 */
export function moduleFunction(module: ModuleSource, isRewritten: (source: string) => boolean): ModuleFunction {
  const sources = [...new Set(module.imports.map(({ source }) => source))];
  const parameter = (source: string) => `${isRewritten(source) ? '$fresh' : '$native'}${sources.indexOf(source)}`;
  const member = (source: string, name: string) =>
    name === '*' ? parameter(source) : `${parameter(source)}[${JSON.stringify(name)}]`;

  const imported = new Map<string, string>();
  for (const { source, bindings } of module.imports) {
    for (const { local, imported: name } of bindings) imported.set(local, member(source, name));
  }
  const edits = [...hashBang(module.text), ...statementEdits(module), ...metaEdits(module)];
  const constants: string[] = [];
  for (const { source, bindings } of module.imports) {
    for (const { local, imported: name } of bindings) {
      if (name === '*' || !isRewritten(source)) constants.push(`const ${local} = ${imported.get(local)};`);
      else edits.push(...referenceEdits(module, local, imported.get(local)!));
    }
  }
  const exported = exportsOf(module, imported, member);
  const getters = exported.map(([name, value]) => `get ${JSON.stringify(name)}() { return ${value}; }`);
  const head =
    `(${module.awaits ? 'async ' : ''}function* ($meta, $import) { 'use strict'; ${nameDefault(module)} ` +
    `const [${sources.map(parameter).join(', ')}] = yield { ${getters.join(', ')} }; ${constants.join(' ')} yield; `;
  const { text, shifts } = apply(module.text, edits);
  return { code: `${head}${text}\n})`, head: head.length, dependencies: sources, stars: starsOf(module), shifts };
}

function hashBang(text: string): Edit[] {
  return text.startsWith('#!') ? [{ start: 0, end: 2, text: '//' }] : [];
}

/** An edit to spaces, so that the text after it keeps its line and column. */
function blank(module: ModuleSource, start: number, end: number): Edit {
  return { start, end, text: module.text.slice(start, end).replace(/[^\n\r]/g, ' ') };
}

/** Edits that remove imports, and make plain declarations of exports. */
function statementEdits(module: ModuleSource): Edit[] {
  return module.body.flatMap((node): Edit[] => {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        return [blank(module, node.start, node.end)];
      case 'ExportNamedDeclaration':
        if (node.declaration) return [blank(module, node.start, (node.declaration as Node).start)];
        return [blank(module, node.start, node.end)];
      case 'ExportDefaultDeclaration':
        return defaultEdits(module, node);
      default:
        return [];
    }
  });
}

function defaultEdits(module: ModuleSource, node: Node<ES.ExportDefaultDeclaration>): Edit[] {
  const declaration = node.declaration as typeof node.declaration & { readonly start: number; readonly end: number };
  const hides = blank(module, node.start, declaration.start);
  if (declaration.type === 'FunctionDeclaration') {
    if (declaration.id) return [hides];
    const at = module.text.indexOf('(', declaration.start);
    return [hides, { start: at, end: at, text: ' $default' }];
  }
  if (declaration.type === 'ClassDeclaration' && declaration.id) return [hides];
  // A member called `default` gives an anonymous function or class its name, as the export would.
  return [
    { ...hides, text: 'const $default = { default: ' },
    { start: declaration.end, end: declaration.end, text: ' }.default;' },
  ];
}

/** An anonymous function that is the default export is called `default`. */
function nameDefault(module: ModuleSource): string {
  const anonymous = module.body.some(
    (node) =>
      node.type === 'ExportDefaultDeclaration' &&
      node.declaration.type === 'FunctionDeclaration' &&
      !node.declaration.id,
  );
  return anonymous ? "Object.defineProperty($default, 'name', { value: 'default' });" : '';
}

function starsOf(module: ModuleSource): string[] {
  return module.body.flatMap((node) =>
    node.type === 'ExportAllDeclaration' && !node.exported ? [String(node.source.value)] : [],
  );
}

/** The module's exports by name, with expressions for their values. */
function exportsOf(
  module: ModuleSource,
  imported: ReadonlyMap<string, string>,
  member: (source: string, name: string) => string,
): [name: string, value: string][] {
  return module.body.flatMap((node): [string, string][] => {
    if (node.type === 'ExportAllDeclaration' && node.exported) {
      return [[nameOf(node.exported), member(String(node.source.value), '*')]];
    }
    if (node.type === 'ExportDefaultDeclaration') {
      const { declaration } = node;
      const named =
        (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration') && declaration.id;
      return [['default', named ? named.name : '$default']];
    }
    if (node.type !== 'ExportNamedDeclaration') return [];
    if (node.declaration) return declaredNames(node.declaration).map((name) => [name, name]);
    return node.specifiers.map((specifier) => {
      const local = nameOf(specifier.local);
      const value = node.source ? member(String(node.source.value), local) : (imported.get(local) ?? local);
      return [nameOf(specifier.exported), value];
    });
  });
}

function declaredNames(declaration: ES.Declaration): string[] {
  if (declaration.type === 'VariableDeclaration') return declaration.declarations.flatMap(({ id }) => namesIn(id));
  return declaration.id ? [declaration.id.name] : [];
}

/** Edits that use the function's parameters for `import.meta` and `import()`: Node's would be those of another file. */
function metaEdits(module: ModuleSource): Edit[] {
  const edits: Edit[] = [];
  eachNode(module.body, (node) => {
    if (node.type === 'MetaProperty' && node.meta.name === 'import') {
      edits.push({ start: node.start, end: node.end, text: '$meta' });
    }
    if (node.type === 'ImportExpression')
      edits.push({ start: node.start, end: node.start + 'import'.length, text: '$import' });
  });
  return edits;
}

/** Edits that make `value` of every use of the import `local`. */
function referenceEdits(module: ModuleSource, local: string, value: string): Edit[] {
  const variable = module.variables.find(({ name }) => name === local);
  const uses = new Set(variable?.references.map(({ identifier }) => (identifier as Node<ES.Identifier>).start));
  const edits: Edit[] = [];
  const program = { type: 'Program', body: module.body, sourceType: 'module' } as unknown as ES.Program;
  eachNodeWithin(program, (node, within) => {
    if (node.type !== 'Identifier' || !uses.delete(node.start)) return;
    edits.push({ start: node.start, end: node.end, text: inPlace(node, within, local, value) });
  });
  return edits;
}

function inPlace(node: Node<ES.Identifier>, within: readonly Node[], local: string, value: string): string {
  const around = within.filter(({ start, end }) => start <= node.start && end >= node.end && !isSame(node, start, end));
  const parent = around.at(-1);
  if (parent === undefined) return value;
  // Of `{ local }`, the property and its value have the same offset.
  const property = within.findLast((n) => n.type === 'Property');
  if (property?.type === 'Property' && property.shorthand && property.start === node.start) return `${local}: ${value}`;
  const isCallee =
    (parent.type === 'CallExpression' && (parent.callee as Node).start === node.start) ||
    (parent.type === 'TaggedTemplateExpression' && (parent.tag as Node).start === node.start);
  if (!isCallee) return value;
  // Parentheses and comma, because a method call would give the function a `this`. At the beginning of a statement, the
  // parenthesis would continue the statement before, if that has no semicolon.
  const statement = around.findLast(({ type }) => type === 'ExpressionStatement');
  const list = around[around.lastIndexOf(statement!) - 1];
  const begins =
    statement?.start === node.start && /^(Program|BlockStatement|StaticBlock|SwitchCase)$/.test(list?.type ?? '');
  return `${begins ? ';' : ''}(0, ${value})`;
}

const isSame = (node: Node, start: number, end: number) => node.start === start && node.end === end;

/** The text with its edits, and how they shift columns. */
function apply(text: string, edits: readonly Edit[]): { text: string; shifts: Shift[] } {
  const shifts: Shift[] = [];
  let result = '';
  let at = 0;
  for (const { start, end, text: by } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, start) + by;
    at = end;
    const grown = by.length - (end - start);
    if (grown === 0) continue;
    const before = result.slice(0, result.length - by.length);
    const line = before.split('\n').length;
    shifts.push({ line, column: result.length - (result.lastIndexOf('\n') + 1) + 1, by: grown });
  }
  return { text: result + text.slice(at), shifts };
}
