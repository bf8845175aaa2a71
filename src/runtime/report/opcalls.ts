// Calls of operations in the source of a program, recognized by their names, and whether each is the operand of a `yield*`.

import {
  type AnyNode,
  type CallExpression,
  localNames,
  type MemberExpression,
  type Program,
  type Syntax,
  walkTree,
} from './syntax.js';

/** Operations that are methods, those that are functions, and those of `trace`, which are called `trace.start` ... */
const methods = ['send', 'recv', 'recv2', 'range', 'wait', 'lock', 'rLock', 'accept', 'write', 'do'];
const functions = ['sleep', 'gosched', 'select'];
const ofTrace = ['start', 'stop', 'withRegion'];
/** Methods of mandel/go that are plain calls. */
const plain = [
  ...['close', 'done', 'add', 'unlock', 'rUnlock', 'tryLock', 'tryRLock'],
  ...['signal', 'broadcast', 'stop', 'reset', 'end'],
];

/** Globals of JavaScript and of Node: a method of theirs is never an operation, whatever its name. */
const foreign = [
  ...['process', 'console', 'globalThis', 'Atomics', 'navigator', 'performance'],
  ...['Math', 'JSON', 'Object', 'Array', 'Number', 'String', 'Date', 'Promise', 'Buffer', 'Symbol', 'Reflect'],
];

/** A call that is an operation by its name. */
export interface OpCall {
  readonly operation: string;
  readonly node: CallExpression;
  /** Offset of the call as V8 counts it: that of the method's name, or of the function. */
  readonly at: number;
  /** The nodes that contain it, outermost first. */
  readonly ancestors: readonly AnyNode[];
  /** `yielded`: operand of a `yield*`. `returned`: result of a plain function, whose caller may `yield*` it. */
  readonly use: 'yielded' | 'returned' | 'forgotten';
}

/** A module with the calls in it. */
export interface Source extends Syntax {
  readonly calls: readonly OpCall[];
  /** Other calls, which may be of the program's own functions. */
  readonly others: readonly CallExpression[];
  /** Names of methods that the module declares itself. */
  readonly own: ReadonlySet<string>;
}

const sources = new WeakMap<Syntax, Source>();

/** The calls in a module, found once per module. */
export function sourceOf(syntax: Syntax): Source {
  const known = sources.get(syntax) ?? findCalls(syntax);
  sources.set(syntax, known);
  return known;
}

export function isFunction(node: AnyNode): boolean {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

export function isGenerator(node: AnyNode): boolean {
  return 'generator' in node && node.generator === true;
}

export function functionAround(ancestors: readonly AnyNode[]): AnyNode | undefined {
  return ancestors.findLast(isFunction);
}

function findCalls(syntax: Syntax): Source {
  const calls: OpCall[] = [];
  const others: CallExpression[] = [];
  const own = new Set<string>();
  const names = namesOf(syntax.tree);
  walkTree(syntax.tree, (node, ancestors) => {
    const method = methodName(node);
    if (method !== undefined) own.add(method);
    if (node.type !== 'CallExpression') return;
    const operation = operationOf(node, names);
    if (operation === undefined) {
      if (mayBeOwn(node, names)) others.push(node);
      return;
    }
    const at = node.callee.type === 'MemberExpression' ? node.callee.property.start : node.start;
    calls.push({ operation, node, at, ancestors: [...ancestors], use: useOf(node, ancestors) });
  });
  return { ...syntax, calls, others, own };
}

/** The meaning of names in a module. */
interface Names {
  /** Local names of each export of mandel/go. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Names of namespaces: `import * as go`. */
  readonly namespaces: ReadonlySet<string>;
  /** Names that are imported from Node or a package, mandel included, and globals. */
  readonly foreign: ReadonlySet<string>;
}

function namesOf(tree: Program): Names {
  const namespaces = new Set<string>();
  const others = new Set(foreign);
  for (const node of tree.body) {
    if (node.type !== 'ImportDeclaration') continue;
    const ofProgram = /^(\.|\/|file:(?!.*\/go\/index\.js$))/.test(String(node.source.value));
    for (const { type, local } of node.specifiers) {
      if (type === 'ImportNamespaceSpecifier') namespaces.add(local.name);
      else if (!ofProgram) others.add(local.name);
    }
  }
  const aliases = new Map([...functions, 'trace'].map((name) => [name, localNames(tree, name)] as const));
  return { aliases, namespaces, foreign: others };
}

/** The operation that a call makes, by its name; undefined if it makes none. */
function operationOf({ callee }: CallExpression, names: Names): string | undefined {
  const { aliases, namespaces } = names;
  if (callee.type === 'Identifier') return functions.find((name) => aliases.get(name)!.includes(callee.name));
  if (callee.type !== 'MemberExpression') return undefined;
  const name = propertyOf(callee);
  if (name === undefined) return undefined;
  const { object } = callee;
  const isTrace =
    (object.type === 'Identifier' && aliases.get('trace')!.includes(object.name)) ||
    (object.type === 'MemberExpression' && propertyOf(object) === 'trace' && namespaces.has(rootOf(object)));
  if (isTrace) return ofTrace.includes(name) ? `trace.${name}` : undefined;
  if (object.type === 'Identifier' && namespaces.has(object.name)) return functions.find((known) => known === name);
  return names.foreign.has(rootOf(callee)) ? undefined : methods.find((known) => known === name);
}

/** True if a call may be of one of the program's own functions. */
function mayBeOwn({ callee }: CallExpression, names: Names): boolean {
  if (callee.type === 'Identifier') return !names.foreign.has(callee.name);
  if (callee.type !== 'MemberExpression') return true;
  return !names.foreign.has(rootOf(callee)) && !plain.includes(propertyOf(callee) ?? '');
}

/** The name of the method that a node declares in a class or an object; undefined if it declares none. */
function methodName(node: AnyNode): string | undefined {
  if (node.type !== 'MethodDefinition' && node.type !== 'PropertyDefinition' && node.type !== 'Property')
    return undefined;
  if (node.key.type !== 'Identifier' || !node.value || !isFunction(node.value)) return undefined;
  return node.key.name;
}

function propertyOf({ property, computed }: MemberExpression): string | undefined {
  if (!computed && property.type === 'Identifier') return property.name;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}

/** The name that an expression such as `process.stdout.write` begins with; empty if it begins with something else. */
function rootOf(member: MemberExpression): string {
  let node: AnyNode = member;
  while (node.type === 'MemberExpression') node = node.object;
  return node.type === 'Identifier' ? node.name : '';
}

/** The use of a call's result, found by climbing through expressions that pass it on unchanged. */
function useOf(node: AnyNode, ancestors: readonly AnyNode[]): OpCall['use'] {
  let child = node;
  for (let k = ancestors.length - 1; k >= 0; k--) {
    const parent = ancestors[k]!;
    switch (parent.type) {
      case 'YieldExpression':
        return parent.delegate ? 'yielded' : 'forgotten';
      case 'ConditionalExpression':
        if (child === parent.test) return 'forgotten';
        break;
      case 'SequenceExpression':
        if (child !== parent.expressions.at(-1)) return 'forgotten';
        break;
      case 'LogicalExpression':
      case 'ChainExpression':
      case 'ParenthesizedExpression':
        break;
      case 'ReturnStatement':
        return isGenerator(functionAround(ancestors) ?? parent) ? 'forgotten' : 'returned';
      case 'ArrowFunctionExpression':
        return 'returned';
      case 'VariableDeclarator':
        return parent.id.type === 'Identifier' && yieldsLater(parent.id.name, ancestors) ? 'yielded' : 'forgotten';
      default:
        return 'forgotten';
    }
    child = parent;
  }
  return 'forgotten';
}

/** True if the function around has a `yield*` of this variable. */
function yieldsLater(name: string, ancestors: readonly AnyNode[]): boolean {
  let found = false;
  const search = (node: unknown): void => {
    if (found || typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      node.forEach(search);
      return;
    }
    if (!('type' in node)) return;
    const each = node as AnyNode;
    if (each.type === 'YieldExpression' && each.delegate && each.argument?.type === 'Identifier') {
      if (each.argument.name === name) found = true;
    }
    Object.values(each).forEach(search);
  };
  search(functionAround(ancestors));
  return found;
}
