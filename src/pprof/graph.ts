// The graph of calls: the places of a profile as nodes, and the calls between them as edges, with their values; and the order
// in which reports list them. After New and Sort in google/pprof's internal/graph.
//
// A node's `cum` counts a sample once, even if the node is several times in its stack; `flat` counts the samples whose leaf
// it is. An edge counts a sample once, too.

import { compareTexts } from '../lib/order.js';
import { compareInfos, type Info, infosOf, keyOf } from './info.js';
import type { Profile, Sample } from './profile.js';

/** Sums over samples; `flatDiv` and `cumDiv` are the counts that a mean divides by, 0 if the values are no means. */
interface Weighed {
  flat: number;
  flatDiv: number;
  cum: number;
  cumDiv: number;
}

/** A place of the program, with the samples of itself (`flat`) and of itself and all its callees (`cum`). */
export interface Node extends Weighed {
  readonly info: Info;
  /** Edges from its callers and to its callees, by the node at the other end. */
  readonly in: Map<Node, Edge>;
  readonly out: Map<Node, Edge>;
  /** Tags of its samples' text labels, by all labels of a sample together. */
  labelTags: Map<string, Tag>;
  /** Tags of its samples' numeric labels, by the text labels of the same sample. */
  readonly numericTags: Map<string, Map<string, Tag>>;
}

/** Calls from one place to another. */
export interface Edge {
  from: Node;
  to: Node;
  weight: number;
  weightDiv: number;
  /** True if it replaces a path over nodes that were left out. */
  residual: boolean;
  /** True if every call was inlined. */
  inline: boolean;
}

/** A label of a node's samples, with their values. */
export interface Tag extends Weighed {
  readonly name: string;
  /** Unit of a numeric label, '' for others. */
  readonly unit: string;
  readonly value: number;
}

/** Options of newGraph() and newTree(). */
export interface GraphOptions {
  /** Index in sampleTypes of the values that are used. */
  readonly index: number;
  /** True for means: values are divided by the first value of each sample. */
  readonly mean?: boolean;
  /** If given, keys (see keyOf) of the places to keep; paths over others become residual edges. */
  readonly keep?: ReadonlySet<string>;
  /** True to distinguish places with names by their mapped files, too. */
  readonly objects?: boolean;
  /** True to leave out nodes with negative values, as in differences. */
  readonly dropNegative?: boolean;
  /** Formats the name of a numeric label. */
  readonly formatTag?: (value: number, unit: string) => string;
}

/** The label of samples that belong to the base of a difference. */
export const BASE_LABEL = 'pprof::base';

/** The nodes that samples went through, in the order of their locations. */
export function newGraph(profile: Profile, options: GraphOptions): Node[] {
  const { keep, objects = false } = options;
  const nodes = new Map<string, Node>();
  const nodesAt = profile.locations.map((location) =>
    infosOf(profile, location, objects).map((info) => {
      const key = keyOf(info);
      if (keep && !keep.has(key)) return undefined;
      let node = nodes.get(key);
      if (node === undefined) {
        node = newNode(info);
        nodes.set(key, node);
      }
      return node;
    }),
  );
  for (const sample of profile.samples) {
    const load = loadOf(sample, options);
    if (load) addSample(sample, load, nodesAt);
  }
  return relevant([...nodes.values()], options);
}

/** The nodes with a value, without those that the options leave out. */
export function relevant(nodes: readonly Node[], { dropNegative = false }: GraphOptions): Node[] {
  return nodes.filter(({ flat, cum }) => {
    if (flat === 0 && cum === 0) return false;
    return !(dropNegative && (flat < 0 || (flat === 0 && cum < 0)));
  });
}

/** A node without values and edges. */
export function newNode(info: Info): Node {
  return { info, ...nothing, in: new Map(), out: new Map(), labelTags: new Map(), numericTags: new Map() };
}
const nothing: Weighed = { flat: 0, flatDiv: 0, cum: 0, cumDiv: 0 };

/** The values that a sample adds to each node of its stack. */
interface Load {
  readonly weight: number;
  readonly count: number;
  /** Adds the values to a node and its tags. */
  add(node: Node, part: 'flat' | 'cum'): void;
}

/** The load of a sample; undefined if its values are 0. */
export function loadOf(sample: Sample, options: GraphOptions): Load | undefined {
  const weight = sample.values[options.index]!;
  const count = options.mean ? sample.values[0]! : 0;
  if (weight === 0 && count === 0) return undefined;
  const tagsOf = tagger(sample, options);
  return {
    weight,
    count,
    add(node, part) {
      for (const each of [node, ...tagsOf(node)]) {
        each[part] += weight;
        each[`${part}Div`] += count;
      }
    },
  };
}

function addSample(sample: Sample, load: Load, nodesAt: readonly (readonly (Node | undefined)[])[]): void {
  const seen = new Set<Node>();
  const seenEdges = new Set<Edge>();
  let caller: Node | undefined;
  let residual = false; // true if nodes were left out since the caller
  for (let k = sample.locations.length - 1; k >= 0; k--) {
    const here = nodesAt[sample.locations[k]!]!;
    for (let n = here.length - 1; n >= 0; n--) {
      const node = here[n];
      if (node === undefined) {
        residual = true;
        continue;
      }
      if (!seen.has(node)) {
        seen.add(node);
        load.add(node, 'cum');
      }
      if (caller !== undefined && caller !== node) {
        const edge = edgeTo(caller, node);
        if (!seenEdges.has(edge)) {
          seenEdges.add(edge);
          addCall(edge, load, residual, n !== here.length - 1);
        }
      }
      caller = node;
      residual = false;
    }
  }
  if (caller !== undefined && !residual) load.add(caller, 'flat');
}

/** The edge between two nodes, which is added if there is none. */
export function edgeTo(from: Node, to: Node): Edge {
  let edge = from.out.get(to);
  if (edge === undefined) {
    edge = { from, to, weight: 0, weightDiv: 0, residual: false, inline: true };
    from.out.set(to, edge);
    to.in.set(from, edge);
  }
  return edge;
}

/** Adds a sample to an edge of its stack. */
export function addCall(edge: Edge, { weight, count }: Load, residual: boolean, inline: boolean): void {
  edge.weight += weight;
  edge.weightDiv += count;
  edge.residual ||= residual;
  edge.inline &&= inline;
}

/** Returns a function that finds the tags of a sample at a node. Of numeric labels, only `bytes` is used. */
function tagger(sample: Sample, options: GraphOptions): (node: Node) => Tag[] {
  const labels = joinedLabels(sample);
  const numbers = sample.numLabels?.bytes ?? [];
  const format = options.formatTag ?? String;
  const tagOf = (tags: Map<string, Tag>, name: string, unit: string, value: number): Tag => {
    let tag = tags.get(name);
    if (tag === undefined) {
      tag = { name, unit, value, ...nothing };
      tags.set(name, tag);
    }
    return tag;
  };
  return ({ labelTags, numericTags }) => {
    const found = labels === '' ? [] : [tagOf(labelTags, labels, '', 0)];
    for (const { value, unit } of numbers) {
      let tags = numericTags.get(labels);
      if (tags === undefined) {
        tags = new Map();
        numericTags.set(labels, tags);
      }
      const measured = unit === '' ? 'bytes' : unit;
      found.push(tagOf(tags, format(value, measured), measured, value));
    }
    return found;
  };
}

function joinedLabels({ labels }: Sample): string {
  if (labels === undefined) return '';
  return Object.entries(labels)
    .filter(([key]) => key !== BASE_LABEL)
    .flatMap(([key, values]) => values.map((value) => `${key}:${value}`))
    .sort()
    .join('\\n');
}

/** A sum, or a mean if `count` is not 0; means are integers, too. */
export function meanOf(sum: number, count: number): number {
  return count === 0 ? sum : Math.trunc(sum / count);
}

/** The values of a node or a tag, as reports show them. */
export function valuesOf({ flat, flatDiv, cum, cumDiv }: Weighed): { readonly flat: number; readonly cum: number } {
  return { flat: meanOf(flat, flatDiv), cum: meanOf(cum, cumDiv) };
}

/** The sum of `flat` over nodes. */
export function flatSum(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { flat }) => sum + flat, 0);
}

/** An order of nodes in which no two nodes are equal. */
type Order = (a: Node, b: Node) => number;

/** By `flat`, the largest first. */
export const byFlat: Order = (a, b) =>
  heavier(a.flat, b.flat) || byLabel(a, b) || heavier(a.cum, b.cum) || compareInfos(a.info, b.info);

/** By `cum`, the largest first. */
export const byCum: Order = byScore(({ cum }) => cum);

/** By what each adds to a picture: nodes that only pass their value from one caller to one callee come last. */
export function byEntropy(nodes: readonly Node[]): Order {
  const scores = new Map(nodes.map((node) => [node, entropyScore(node)]));
  return byScore((node) => scores.get(node) ?? 0);
}

/** By name, for listings. */
export const byName: Order = (a, b) => compareTexts(a.info.name, b.info.name) || compareInfos(a.info, b.info);

/** By file and line of the function's start. */
export const byFile: Order = (a, b) =>
  compareTexts(a.info.file, b.info.file) || a.info.startLine - b.info.startLine || compareInfos(a.info, b.info);

/** Sorts edges by weight, the largest first, then by the names at their ends. */
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
