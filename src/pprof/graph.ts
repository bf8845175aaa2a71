// Who calls whom, and what it costs: a profile as a graph of places. After New in google/pprof's internal/graph.
//
// A node's cum counts a sample once, however often it is in its stack; its flat counts the samples whose leaf it is. The
// same holds for edges.

import { type Info, infosOf, keyOf } from './info.js';
import type { Profile, Sample } from './profile.js';

/** A place of the program that samples went through. */
export interface Node {
  readonly info: Info;
  /** What it spent by itself, and with all that it called. */
  flat: number;
  cum: number;
  /** Edges from its callers and to what it calls, by the node at the other end. */
  readonly in: Map<Node, Edge>;
  readonly out: Map<Node, Edge>;
  /** How its samples were labelled, by all labels of a sample together. */
  labelTags: Map<string, Tag>;
  /** Its samples' numeric labels, by the labels beside them. */
  readonly numericTags: Map<string, Map<string, Tag>>;
}

/** Calls from one place to another. */
export interface Edge {
  from: Node;
  to: Node;
  weight: number;
  /** Whether it goes over nodes that were left out. */
  residual: boolean;
  /** Whether every call was inlined. */
  inline: boolean;
}

/** A label of a node's samples. */
export interface Tag {
  readonly name: string;
  /** Unit of a numeric label, '' for others. */
  readonly unit: string;
  readonly value: number;
  flat: number;
  cum: number;
}

export interface GraphOptions {
  /** Which of a sample's values counts: a place in sampleTypes. */
  readonly index: number;
  /** If given, the places to keep, by keyOf: edges go over the others. */
  readonly keep?: ReadonlySet<string>;
  /** Whether the mapped file tells places apart that have names. */
  readonly objects?: boolean;
  /** Whether to leave out nodes that are less than nothing, as differences may be. */
  readonly dropNegative?: boolean;
  /** The name of a numeric label. */
  readonly formatTag?: (value: number, unit: string) => string;
}

/** The label of samples that belong to the base of a difference. */
export const BASE_LABEL = 'pprof::base';

/** The nodes that samples went through, in the order of their locations. */
export function newGraph(profile: Profile, options: GraphOptions): Node[] {
  const { index, keep, objects = false, dropNegative = false } = options;
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
    const weight = sample.values[index]!;
    if (weight !== 0) addSample(sample, weight, nodesAt, tagger(sample, weight, options));
  }
  return [...nodes.values()].filter(({ flat, cum }) => {
    if (flat === 0 && cum === 0) return false;
    return !(dropNegative && (flat < 0 || (flat === 0 && cum < 0)));
  });
}

/** A node that nothing was counted for. */
export function newNode(info: Info): Node {
  return { info, flat: 0, cum: 0, in: new Map(), out: new Map(), labelTags: new Map(), numericTags: new Map() };
}

function addSample(
  sample: Sample,
  weight: number,
  nodesAt: readonly (readonly (Node | undefined)[])[],
  tag: (node: Node, flat: boolean) => void,
): void {
  const seen = new Set<Node>();
  const seenEdges = new Set<Edge>();
  let caller: Node | undefined;
  let residual = false; // whether nodes were left out since the caller
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
        node.cum += weight;
        tag(node, false);
      }
      if (caller !== undefined && caller !== node) {
        addCall(caller, node, weight, residual, n !== here.length - 1, seenEdges);
      }
      caller = node;
      residual = false;
    }
  }
  if (caller === undefined || residual) return;
  caller.flat += weight;
  tag(caller, true);
}

function addCall(from: Node, to: Node, weight: number, residual: boolean, inline: boolean, seen: Set<Edge>): void {
  let edge = from.out.get(to);
  if (edge === undefined) {
    edge = { from, to, weight: 0, residual: false, inline: true };
    from.out.set(to, edge);
    to.in.set(from, edge);
  }
  if (seen.has(edge)) return;
  seen.add(edge);
  edge.weight += weight;
  edge.residual ||= residual;
  edge.inline &&= inline;
}

/** What counts a sample's labels at its nodes. Of the numeric ones, only `bytes` is shown. */
function tagger(sample: Sample, weight: number, options: GraphOptions): (node: Node, flat: boolean) => void {
  const labels = joinedLabels(sample);
  const numbers = sample.numLabels?.bytes ?? [];
  const format = options.formatTag ?? String;
  const add = (tags: Map<string, Tag>, name: string, unit: string, value: number, flat: boolean) => {
    let tag = tags.get(name);
    if (tag === undefined) {
      tag = { name, unit, value, flat: 0, cum: 0 };
      tags.set(name, tag);
    }
    tag[flat ? 'flat' : 'cum'] += weight;
  };
  return (node, flat) => {
    if (labels !== '') add(node.labelTags, labels, '', 0, flat);
    for (const { value, unit } of numbers) {
      let tags = node.numericTags.get(labels);
      if (tags === undefined) {
        tags = new Map();
        node.numericTags.set(labels, tags);
      }
      const measured = unit === '' ? 'bytes' : unit;
      add(tags, format(value, measured), measured, value, flat);
    }
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

/** The weight of all nodes' own. */
export function flatSum(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { flat }) => sum + flat, 0);
}
