// Search for the call whose `yield*` was forgotten. At run time the mistake is noticed at the goroutine's next operation, or at
// its end, and the place of the call is not known then: noting it at every call would cost more than the operation. So it is
// searched for in the source, after the mistake has been noticed.
//
// Operations are made one at a time, and making one notices that the previous one was never begun. So the forgotten call is the
// last one of its name that ran before the place N where that was noticed, and no other operation was made in between:
//
//   1  function* worker(c, d) {
//   2    yield* c.recv();        barrier: an operation that certainly ran before N, because nothing conditional is around it
//   3    if (busy) c.send(0);    suspect
//   4    note();                 may have made the call as well, if it is a function of the program
//   5    c.send(1);              suspect
//   6    yield* d.recv();        N
//   7  }
//
// The region that is searched reaches from the last barrier before N to N; if N is in a loop, also from N to the end of the loop,
// or to the first barrier there. A suspect is a call of this name in the region without `yield*`. The report states a place as a
// fact only if it is the only suspect; otherwise it lists all suspects as such.

import { functionAround, isFunction, isGenerator, type OpCall, type Source, sourceOf } from './opcalls.js';
import type { Frame } from './source.js';
import { type AnyNode, isSyntax, lineAt, localModules, offsetAt, type Program, walkTree } from './syntax.js';

/** A call in a program's source. Line and column from 1. */
export interface Place {
  readonly url: string;
  readonly line: number;
  readonly column: number;
  /** True if the function around it is a generator function, in which `yield*` is possible. */
  readonly inGenerator: boolean;
}

/** One place, where the call is; or several, of which it is one; or none, if it was not found. */
export type Suspects = readonly Place[];

/** A goroutine's body: its module, and its text as V8 has it. */
interface Body {
  readonly url: string;
  readonly text: string;
}

/**
 * Finds the call of an operation that was made and never begun.
 * @param frames the program's stack where that was noticed, innermost first; empty if it was at the goroutine's end
 */
export function findUnyielded(operation: string, frames: readonly Frame[], body: Body): Suspects {
  const sources = sourcesOf([...frames.map((f) => f.url), body.url]);
  const all = [...sources.values()].flatMap((source) => forgotten(source, operation));
  /** Calls that are known to be others, or are suspects already. */
  const excluded = new Set<AnyNode>();
  const elsewhere = () => all.filter(({ call }) => !excluded.has(call.node));
  const own = new Set([...sources.values()].flatMap((source) => [...source.own]));
  for (const point of pointsOf(frames, body, sources)) {
    const { suspects, certain, enclosed, cleared } = suspectsAt(point, operation, own);
    for (const { node } of cleared) excluded.add(node);
    if (suspects.length > 0) {
      for (const { call } of suspects) excluded.add(call.node);
      return placesOf([...suspects, ...(certain ? [] : elsewhere())]);
    }
    if (enclosed) break; // a function that was called after the barrier has made it
  }
  if (all.length > 0) return placesOf(elsewhere());
  return placesOf([...sources.values()].flatMap((source) => forgotten(source, operation, 'returned')));
}

/** These modules and all that they import, by URL, each with its calls. */
function sourcesOf(urls: readonly string[]): Map<string, Source> {
  const sources = new Map<string, Source>();
  for (const parsed of [...new Set(urls)].flatMap(localModules)) {
    if (isSyntax(parsed) && !sources.has(parsed.url)) sources.set(parsed.url, sourceOf(parsed));
  }
  return sources;
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

/** A point in a function: when it was reached, the operation had been made. */
interface Point {
  readonly source: Source;
  readonly fn: AnyNode;
  readonly offset: number;
}

/** The points to search before: in each function of the stack, or at the end of the body. */
function* pointsOf(frames: readonly Frame[], body: Body, sources: ReadonlyMap<string, Source>): Generator<Point> {
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

/** The result of the search in one function. */
interface Finding {
  readonly suspects: readonly Found[];
  /** True if only the one suspect can have made the operation. */
  readonly certain: boolean;
  /** True if the operation was made after a barrier in this function. */
  readonly enclosed: boolean;
  /** Calls in this function that cannot be it: a barrier follows them. */
  readonly cleared: readonly OpCall[];
}

/** The suspects before a point, in the function that it is in. */
function suspectsAt({ source, fn, offset }: Point, operation: string, own: ReadonlySet<string>): Finding {
  const inside = source.calls.filter(({ node }) => node.start >= fn.start && node.end <= fn.end);
  const here = chainOf(source.tree, offset).filter((node) => node.start >= fn.start && node.end <= fn.end);
  // At the end of a function with another return, no operation has certainly run.
  const unsure = offset === fn.end && has(fn, 'ReturnStatement', lastStatement(fn));
  const barriers = unsure
    ? []
    : inside.filter((c) => functionAround(c.ancestors) === fn && !own.has(c.operation) && isCertain(c, here, fn));
  const before = latest(barriers.filter(({ node }) => node.end <= offset));
  const from = before === undefined ? fn.start : before.use === 'yielded' ? before.node.end : before.node.start;
  const regions = [[from, offset] as const]; // of offsets
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

/** True if a call has run whenever a later point is reached. @param here the nodes around that point */
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

/** True if a function or a loop contains such a statement besides `except`; functions inside of it do not count. */
function has(within: AnyNode, type: 'ReturnStatement' | 'ContinueStatement', except?: AnyNode): boolean {
  let found = false;
  const search = (node: unknown): void => {
    if (found || typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) node.forEach(search);
    else if ('type' in node && (node === within || !isFunction(node as AnyNode))) {
      found ||= node.type === type && node !== except;
      Object.values(node).forEach(search);
    }
  };
  search(within);
  return found;
}

function lastStatement(fn: AnyNode): AnyNode | undefined {
  return isFunction(fn) && 'body' in fn && fn.body && 'body' in fn.body && Array.isArray(fn.body.body)
    ? (fn.body.body.at(-1) as AnyNode | undefined)
    : undefined;
}

const contains = (node: AnyNode, offset: number) => node.start <= offset && offset < node.end;

/** The nodes around an offset, outermost first. */
function chainOf(tree: Program, offset: number): AnyNode[] {
  const chain: AnyNode[] = [];
  const descend = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      node.forEach(descend);
      return;
    }
    if (!('type' in node) || !('start' in node)) return;
    const each = node as AnyNode;
    if (each.start > offset || offset > each.end) return;
    chain.push(each);
    for (const [key, value] of Object.entries(each)) if (key !== 'type') descend(value);
  };
  descend(tree);
  return chain;
}

/** The innermost function around an offset. */
function innermost(tree: Program, offset: number): AnyNode | undefined {
  return chainOf(tree, offset).findLast((node) => isFunction(node) && contains(node, offset));
}

/** Finds `yield` without a star in the modules of a program: a goroutine passes no values to the scheduler. */
export function findPlainYields(url: string): Suspects {
  const found: Place[] = [];
  for (const parsed of localModules(url)) {
    if (!isSyntax(parsed)) continue;
    walkTree(parsed.tree, (node) => {
      if (node.type !== 'YieldExpression' || node.delegate) return;
      found.push({ url: parsed.url, ...lineAt(parsed.text, node.start), inGenerator: true });
    });
  }
  return found;
}
