// Where a `yield*` was forgotten. At run time that shows at the goroutine's next operation, or at its end, and nothing knows
// where the operation was made: noting it would cost more than the operation. So the place is looked for in the source,
// when the fault has been noticed.
//
// What is known. Operations are made one at a time, and making one notices that the one before was never begun. So the
// forgotten call is the last one of its name that ran before the place N where it was noticed, and no other operation was
// made in between. In the text of a function that gives a region: from the last operation that certainly ran before N (a
// barrier: nothing conditional lies between it and N) up to N, and in loops around N what comes after N as well. A call in
// it without `yield*` is a suspect. The functions that are called in the region may have made it too.
//
// A place is stated as the fact only if it is the only suspect. Else all of them are named as such.

import { functionAround, isFunction, isGenerator, type OpCall, type Source, sourceOf } from './opcalls.js';
import type { Frame } from './source.js';
import { type AnyNode, isSyntax, lineAt, localModules, offsetAt, type Program, walk } from './syntax.js';

/** A call in a program's source. Line and column from 1. */
export interface Place {
  readonly url: string;
  readonly line: number;
  readonly column: number;
  /** True if the function around it is a generator function, in which `yield*` is possible. */
  readonly inGenerator: boolean;
}

/** Where the call may be: one place, which it is; or several, of which it is one; or none. */
export type Suspects = readonly Place[];

/**
 * Where the call of this operation is that was made and never begun.
 * @param frames the program's stack where that was noticed, innermost first; empty if it was at the goroutine's end
 * @param body where the goroutine's body is, and its text
 */
export async function findUnyielded(
  operation: string,
  frames: readonly Frame[],
  body: { readonly url: string; readonly text: string },
): Promise<Suspects> {
  const sources = new Map<string, Source>();
  for (const url of new Set([...frames.map((f) => f.url), body.url])) {
    for (const parsed of await localModules(url)) {
      if (isSyntax(parsed) && !sources.has(parsed.url)) sources.set(parsed.url, await sourceOf(parsed));
    }
  }
  const all = [...sources.values()].flatMap((source) => forgotten(source, operation));
  /** Calls of which it is known that they are not it. */
  const out = new Set<AnyNode>();
  const elsewhere = () => all.filter(({ call }) => !out.has(call.node));
  const own = new Set([...sources.values()].flatMap((source) => [...source.own]));
  for (const point of pointsOf(frames, body, sources)) {
    const { suspects, certain, enclosed, cleared } = suspectsAt(point, operation, own);
    for (const { node } of cleared) out.add(node);
    if (suspects.length > 0) {
      for (const { call } of suspects) out.add(call.node);
      return placesOf([...suspects, ...(certain ? [] : elsewhere())]);
    }
    if (enclosed) break; // it was made in a function that was called after the barrier
  }
  if (all.length > 0) return placesOf(elsewhere());
  return placesOf([...sources.values()].flatMap((source) => forgotten(source, operation, 'returned')));
}

interface Found {
  readonly source: Source;
  readonly call: OpCall;
}

function forgotten(source: Source, operation: string, use: OpCall['use'] = 'forgotten'): Found[] {
  return source.calls.filter((c) => c.operation === operation && c.use === use).map((call) => ({ source, call }));
}

function placesOf(found: readonly Found[]): Place[] {
  return found.map(({ source, call }) => {
    const around = functionAround(call.ancestors);
    const inGenerator = around === undefined || isGenerator(around);
    return { url: source.url, ...lineAt(source.text, call.at), inGenerator };
  });
}

/** A point in a function, by which the operation had been made. */
interface Point {
  readonly source: Source;
  readonly fn: AnyNode;
  readonly offset: number;
}

function* pointsOf(
  frames: readonly Frame[],
  body: { readonly url: string; readonly text: string },
  sources: ReadonlyMap<string, Source>,
): Generator<Point> {
  for (const { url, line, column } of frames) {
    const source = sources.get(url.replace(/[?#].*$/, ''));
    if (source === undefined) continue;
    const offset = offsetAt(source.text, line, column);
    const fn = innermost(source.tree, offset);
    if (fn !== undefined) yield { source, fn, offset };
  }
  if (frames.length > 0) return;
  const source = sources.get(body.url.replace(/[?#].*$/, ''));
  const at = source?.text.indexOf(body.text) ?? -1;
  if (source === undefined || at < 0) return;
  const fn = innermost(source.tree, at + body.text.length - 1);
  if (fn !== undefined) yield { source, fn, offset: fn.end };
}

/** What the text of one function tells. */
interface Finding {
  readonly suspects: readonly Found[];
  /** True if nothing else can have made it than the one suspect. */
  readonly certain: boolean;
  /** True if it was made after a barrier in this function. */
  readonly enclosed: boolean;
  /** Calls in this function that are not it: a barrier came after them. */
  readonly cleared: readonly OpCall[];
}

/** The suspects before a point, in the function that it is in. */
function suspectsAt({ source, fn, offset }: Point, operation: string, own: ReadonlySet<string>): Finding {
  const inside = source.calls.filter(({ node }) => node.start >= fn.start && node.end <= fn.end);
  const here = chainOf(source.tree, offset).filter((node) => node.start >= fn.start && node.end <= fn.end);
  // At the end of a function that may have been left before, nothing is certain to have run.
  const unsure = offset === fn.end && has(fn, 'ReturnStatement', lastStatement(fn));
  const barriers = unsure
    ? []
    : inside.filter((c) => functionAround(c.ancestors) === fn && !own.has(c.operation) && isCertain(c, here, fn));
  const before = latest(barriers.filter(({ node }) => node.end <= offset));
  const from = before === undefined ? fn.start : before.use === 'yielded' ? before.node.end : before.node.start;
  const regions = [[from, offset] as const];
  for (const loop of here.filter((node) => isLoop(node) && node.start >= from).reverse()) {
    const after = has(loop, 'ContinueStatement')
      ? undefined
      : latest(barriers.filter(({ node }) => node.start > offset && node.end <= loop.end));
    regions.push([
      after === undefined ? offset : after.use === 'yielded' ? after.node.end : after.node.start,
      loop.end,
    ]);
  }
  const inRegion = (node: AnyNode) =>
    !contains(node, offset) && regions.some(([start, end]) => node.start >= start && node.end <= end);
  const alike = inside.filter((c) => c.operation === operation && c.use === 'forgotten');
  const isNested = (c: OpCall) => functionAround(c.ancestors) !== fn;
  // A callback of the call at the point itself: `c.range((v) => d.send(v))`.
  const inCallback = (c: OpCall) =>
    isNested(c) && c.ancestors.some((a) => a.type === 'CallExpression' && contains(a, offset));
  const found = alike.filter((c) => inRegion(c.node) || inCallback(c));
  const suspects = found.map((call) => ({ source, call }));
  const only = found.length === 1 && !own.has(operation) ? found[0]! : undefined;
  const called = source.others.some(
    (node) => inRegion(node) && (only === undefined || regions.length > 1 || node.start > only.node.end),
  );
  return {
    suspects,
    certain: only !== undefined && !called,
    enclosed: before !== undefined,
    cleared: before === undefined ? [] : alike.filter((c) => !isNested(c) && !inRegion(c.node)),
  };
}

function latest(calls: readonly OpCall[]): OpCall | undefined {
  return calls.reduce<OpCall | undefined>((a, b) => (a === undefined || b.at > a.at ? b : a), undefined);
}

/** True if a call runs whenever the code after it does: nothing that may be skipped is around it, but what is around both. */
function isCertain(call: OpCall, here: readonly AnyNode[], fn: AnyNode): boolean {
  const path = [...call.ancestors, call.node];
  for (let k = path.indexOf(fn) + 1; k < path.length; k++) {
    const parent = path[k - 1]!;
    const child = path[k]!;
    if (here.includes(child)) continue;
    if (mayBeSkipped(parent, child)) return false;
  }
  return true;
}

function mayBeSkipped(parent: AnyNode, child: AnyNode): boolean {
  switch (parent.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return child !== parent.test;
    case 'LogicalExpression':
      return child !== parent.left;
    case 'ForStatement':
      return child !== parent.init && child !== parent.test;
    case 'ForOfStatement':
    case 'ForInStatement':
      return child !== parent.right;
    case 'WhileStatement':
      return child !== parent.test;
    case 'SwitchCase':
    case 'CatchClause':
      return true;
    case 'TryStatement':
      return child === parent.block;
    case 'ChainExpression':
    case 'AssignmentPattern':
      return true;
    default:
      return false;
  }
}

function isLoop(node: AnyNode): boolean {
  return /^(For|ForOf|ForIn|While|DoWhile)Statement$/.test(node.type);
}

/** True if there is such a statement in a function or a loop, but this one: not in the functions inside of it. */
function has(within: AnyNode, type: 'ReturnStatement' | 'ContinueStatement', except?: AnyNode): boolean {
  let found = false;
  const look = (node: unknown): void => {
    if (found || typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) node.forEach(look);
    else if ('type' in node && (node === within || !isFunction(node as AnyNode))) {
      found ||= node.type === type && node !== except;
      Object.values(node).forEach(look);
    }
  };
  look(within);
  return found;
}

function lastStatement(fn: AnyNode): AnyNode | undefined {
  return isFunction(fn) && 'body' in fn && fn.body && 'body' in fn.body && Array.isArray(fn.body.body)
    ? (fn.body.body.at(-1) as AnyNode | undefined)
    : undefined;
}

const contains = (node: AnyNode, offset: number) => node.start <= offset && offset < node.end;

/** The nodes around an offset, the outermost first. */
function chainOf(tree: Program, offset: number): AnyNode[] {
  const chain: AnyNode[] = [];
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      node.forEach(look);
      return;
    }
    if (!('type' in node) || !('start' in node)) return;
    const each = node as AnyNode;
    if (each.start > offset || offset > each.end) return;
    chain.push(each);
    for (const [key, value] of Object.entries(each)) if (key !== 'type') look(value);
  };
  look(tree);
  return chain;
}

/** The innermost function around an offset. */
function innermost(tree: Program, offset: number): AnyNode | undefined {
  return chainOf(tree, offset).findLast((node) => isFunction(node) && contains(node, offset));
}

/** Plain `yield`s in the modules of a program: a goroutine has nothing to say to its scheduler. */
export async function findPlainYields(url: string): Promise<Suspects> {
  const found: Place[] = [];
  for (const parsed of await localModules(url)) {
    if (!isSyntax(parsed)) continue;
    await walk(parsed.tree, (node) => {
      if (node.type !== 'YieldExpression' || node.delegate) return;
      found.push({ url: parsed.url, ...lineAt(parsed.text, node.start), inGenerator: true });
    });
  }
  return found;
}
