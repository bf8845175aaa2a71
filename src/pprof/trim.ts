// Trimming of graphs: nodes and edges with small values are left out, so that the rest fits on a page. After newTrimmedGraph
// in google/pprof's internal/report.
//
// Each step rebuilds the graph from the samples: a graph does not have the paths over a node that is removed. A tree has them,
// and is changed in place.

import { newTree, trimTree } from './calltree.js';
import {
  byCum,
  byEntropy,
  byFlat,
  type Edge,
  flatSum,
  type GraphOptions,
  type Node,
  newGraph,
  sortedEdges,
  type Tag,
} from './graph.js';
import { keyOf } from './info.js';
import { formatValue } from './measure.js';
import type { Profile } from './profile.js';

/** Options of trimGraph(). */
export interface TrimOptions {
  /** Index in sampleTypes. */
  readonly index: number;
  readonly mean: boolean;
  readonly sort: 'flat' | 'cum';
  /** Most nodes to keep; 0 for all. */
  readonly nodecount: number;
  readonly nodefraction: number;
  readonly edgefraction: number;
  readonly dropNegative: boolean;
  /** Unit in the names of numeric labels. */
  readonly unit: string;
  /** True for a picture: nodes are sorted by what they add to it, and redundant edges are removed. */
  readonly visual?: boolean;
  /** True for a call tree: one node per path from the root. */
  readonly callTree?: boolean;
}

/** A trimmed graph. */
export interface Trimmed {
  /** Sorted. */
  readonly nodes: readonly Node[];
  /** Number of nodes before `nodecount` was applied. */
  readonly before: number;
  readonly droppedNodes: number;
  readonly droppedEdges: number;
}

/** Most labels under a node of a picture, as in pprof. */
export const MAX_TAGS = 4;

/** Makes the graph of `profile`, and trims it. */
export function trimGraph(profile: Profile, options: TrimOptions): Trimmed {
  const {
    index,
    mean,
    sort,
    nodecount,
    nodefraction,
    edgefraction,
    dropNegative,
    unit,
    visual = false,
    callTree = false,
  } = options;
  const common: GraphOptions = { index, mean, dropNegative, formatTag: (value, of) => formatValue(value, of, unit) };
  /** The graph with only the nodes in `kept`. */
  const without = (nodes: readonly Node[], kept: readonly Node[]) =>
    callTree
      ? trimTree(nodes, new Set(kept))
      : newGraph(profile, { ...common, keep: new Set(kept.map(({ info }) => keyOf(info))) });
  const sorted = (nodes: readonly Node[]) =>
    [...nodes].sort(visual ? byEntropy(nodes) : sort === 'cum' ? byCum : byFlat);

  let nodes = callTree ? newTree(profile, common) : newGraph(profile, common);
  const total = flatSum(nodes);
  const nodeCutoff = Math.abs(Math.trunc(total * nodefraction));
  const edgeCutoff = Math.abs(Math.trunc(total * edgefraction));
  let droppedNodes = 0;
  if (nodeCutoff > 0) {
    const kept = nodes.filter(({ cum }) => Math.abs(cum) >= nodeCutoff);
    droppedNodes = nodes.length - kept.length;
    if (droppedNodes > 0) nodes = without(nodes, kept);
  }
  const before = nodes.length;

  nodes = sorted(nodes);
  if (nodecount > 0) {
    trimTags(nodes, nodeCutoff);
    trimEdges(nodes, edgeCutoff);
    const kept = nodes.slice(0, visual ? countWithTags(nodes, nodecount) : nodecount);
    if (kept.length !== nodes.length) nodes = sorted(without(nodes, kept));
  }
  trimTags(nodes, nodeCutoff);
  const droppedEdges = trimEdges(nodes, edgeCutoff);
  if (visual) removeRedundant(nodes);
  return { nodes, before, droppedNodes, droppedEdges };
}

/** Number of nodes to keep in a picture, where each label under a node counts as a node. */
function countWithTags(nodes: readonly Node[], nodecount: number): number {
  let count = 0;
  for (const [k, node] of nodes.entries()) {
    count += 1 + Math.min(shownTags(node), MAX_TAGS);
    if (count >= nodecount) return k + 1;
  }
  return nodecount;
}

function shownTags({ labelTags, numericTags }: Node): number {
  const shown = (tags: ReadonlyMap<string, Tag>) => [...tags.values()].filter(({ flat }) => flat !== 0).length;
  return [...numericTags.values()].reduce((sum, tags) => sum + shown(tags), shown(labelTags));
}

function trimTags(nodes: readonly Node[], cutoff: number): void {
  const trim = (tags: Map<string, Tag>) => {
    for (const [name, { flat, cum }] of tags) {
      if (Math.abs(flat) < cutoff && Math.abs(cum) < cutoff) tags.delete(name);
    }
  };
  for (const { labelTags, numericTags } of nodes) {
    trim(labelTags);
    numericTags.forEach(trim);
  }
}

/** Removes light edges. @returns their number */
function trimEdges(nodes: readonly Node[], cutoff: number): number {
  let dropped = 0;
  for (const node of nodes) {
    for (const edge of node.in.values()) {
      if (Math.abs(edge.weight) >= cutoff) continue;
      remove(edge);
      dropped++;
    }
  }
  return dropped;
}

function remove({ from, to }: Edge): void {
  to.in.delete(from);
  from.out.delete(to);
}

/** Removes residual edges whose ends are connected by another path, the lightest first, up to the first non-residual edge. */
function removeRedundant(nodes: readonly Node[]): void {
  for (const node of nodes.toReversed()) {
    for (const edge of sortedEdges(node.in.values()).reverse()) {
      if (!edge.residual) break;
      if (isRedundant(edge)) remove(edge);
    }
  }
}

function isRedundant(edge: Edge): boolean {
  const seen = new Set([edge.to]);
  for (const node of seen) {
    for (const entering of node.in.values()) {
      if (entering === edge) continue;
      if (entering.from === edge.from) return true;
      seen.add(entering.from); // the loop visits what is added to the set
    }
  }
  return false;
}
