// The order of nodes and edges, wherever a report shows them one below the other: the heavier first, and between equals
// always the same. After Sort in google/pprof's internal/graph.

import { compareTexts } from '../lib/characters.js';
import type { Edge, Node } from './graph.js';
import { compareInfos } from './info.js';

type Order = (a: Node, b: Node) => number;

/** By what each spent by itself. */
export const byFlat: Order = (a, b) =>
  heavier(a.flat, b.flat) || byLabel(a, b) || heavier(a.cum, b.cum) || compareInfos(a.info, b.info);

/** By what each spent with all that it called. */
export const byCum: Order = byScore(({ cum }) => cum);

/** By how much each adds to a picture: nodes that only hand on what they are handed come last. */
export function byEntropy(nodes: readonly Node[]): Order {
  const scores = new Map(nodes.map((node) => [node, entropyScore(node)]));
  return byScore((node) => scores.get(node) ?? 0);
}

/** By name, for listings. */
export const byName: Order = (a, b) => compareTexts(a.info.name, b.info.name) || compareInfos(a.info, b.info);

/** By file and line of the function's start. */
export const byFile: Order = (a, b) =>
  compareTexts(a.info.file, b.info.file) || a.info.startLine - b.info.startLine || compareInfos(a.info, b.info);

/** The edges by weight, then by the names at their ends. */
export function sortedEdges(edges: Iterable<Edge>): Edge[] {
  return [...edges].sort((a, b) => {
    if (a.weight !== b.weight) return heavier(a.weight, b.weight);
    return compareTexts(a.from.info.label, b.from.info.label) || compareTexts(a.to.info.label, b.to.info.label);
  });
}

function byScore(score: (node: Node) => number): Order {
  return (a, b) =>
    heavier(score(a), score(b)) || byLabel(a, b) || heavier(a.flat, b.flat) || compareInfos(a.info, b.info);
}

function heavier(a: number, b: number): number {
  return Math.abs(b) - Math.abs(a);
}

function byLabel(a: Node, b: Node): number {
  const [x, y] = [a.info, b.info];
  if (x.address !== 0 && y.address !== 0 && x.address !== y.address) return x.address < y.address ? -1 : 1;
  return compareTexts(x.label, y.label);
}

function entropyScore(node: Node): number {
  const entering = node.in.size === 0 ? 1 : edgeEntropy(node.in, 0);
  const leaving = node.out.size === 0 ? 1 : edgeEntropy(node.out, node.flat);
  return Math.trunc((entering + leaving) * node.cum) + node.flat;
}

function edgeEntropy(edges: ReadonlyMap<Node, Edge>, self: number): number {
  const weights = Array.from(edges.values(), ({ weight }) => weight);
  const total = weights.reduce((sum, weight) => sum + Math.max(weight, 0), self);
  if (total === 0) return 0;
  const term = (part: number) => (part === 0 ? 0 : -(part / total) * Math.log2(part / total));
  const score = weights.reduce((sum, weight) => sum + term(Math.abs(weight)), 0);
  return self > 0 ? score + term(self) : score;
}
