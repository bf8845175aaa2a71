// The graph of a report, without what is too little to matter: what remains fits on a page. After newTrimmedGraph in
// google/pprof's internal/report.
//
// Each step builds the graph anew from the samples, because a graph does not say how the calls go on where a node is taken
// out of it. A tree does.

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

export interface TrimOptions {
  readonly index: number;
  readonly mean: boolean;
  readonly sort: 'flat' | 'cum';
  /** Most nodes to keep; 0 for all. */
  readonly nodecount: number;
  readonly nodefraction: number;
  readonly edgefraction: number;
  readonly dropNegative: boolean;
  /** Unit of the names of numeric labels. */
  readonly unit: string;
  /** For a picture: nodes by what they add to it, and no edge that others make redundant. */
  readonly visual?: boolean;
  /** Whether a place is another node for each way that leads to it. */
  readonly callTree?: boolean;
}

export interface Trimmed {
  /** Sorted. */
  readonly nodes: readonly Node[];
  /** How many there were before `nodecount` counted. */
  readonly before: number;
  readonly droppedNodes: number;
  readonly droppedEdges: number;
}

/** Labels under a node that a picture has room for. */
export const MAX_TAGS = 4;

/** The graph of `profile`, trimmed. */
export function trimmedGraph(profile: Profile, options: TrimOptions): Trimmed {
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
  /** The graph with no other nodes than those. */
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

/** How many nodes have room where each label under a node takes as much as a node. */
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

/** @returns how many edges went */
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

/** Removes residual edges whose ends are connected otherwise, the lightest first, up to the first that is real. */
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
      seen.add(entering.from); // a set that grows is walked to its new end
    }
  }
  return false;
}
