// Call tree: the graph of calls as a tree, where a place has one node per path from the root. After newTree and TrimTree in
// google/pprof's internal/graph.

import { addCall, edgeTo, type GraphOptions, loadOf, type Node, newNode, relevant } from './graph.js';
import { infosOf, keyOf } from './info.js';
import type { Profile } from './profile.js';

/** The nodes that samples went through; each has at most one caller. */
export function newTree(profile: Profile, options: GraphOptions): Node[] {
  const infosAt = profile.locations.map((location) =>
    infosOf(profile, location).map((info) => ({ info, key: keyOf(info) })),
  );
  const nodes: Node[] = [];
  const called = new Map<Node | undefined, Map<string, Node>>();
  for (const sample of profile.samples) {
    const load = loadOf(sample, options);
    if (load === undefined) continue;
    let caller: Node | undefined;
    for (const place of sample.locations.toReversed()) {
      const here = infosAt[place]!;
      for (const [n, { info, key }] of [...here.entries()].reverse()) {
        const siblings = called.get(caller) ?? new Map<string, Node>();
        called.set(caller, siblings);
        let node = siblings.get(key);
        if (node === undefined) {
          node = newNode(info);
          siblings.set(key, node);
          nodes.push(node);
        }
        load.add(node, 'cum');
        if (caller !== undefined) addCall(edgeTo(caller, node), load, false, n !== here.length - 1);
        caller = node;
      }
    }
    if (caller !== undefined) load.add(caller, 'flat');
  }
  return relevant(nodes, options);
}

/** Removes all nodes but those in `kept`; their callees are connected to their callers. @returns the nodes that are left */
export function trimTree(nodes: readonly Node[], kept: ReadonlySet<Node>): Node[] {
  for (const node of nodes) if (!kept.has(node)) removeNode(node);
  return nodes.filter((node) => kept.has(node));
}

function removeNode(node: Node): void {
  const [entering] = node.in.values();
  if (entering !== undefined) entering.from.out.delete(node);
  for (const edge of node.out.values()) {
    edge.to.in.delete(node);
    if (entering === undefined) continue; // a callee of a root becomes a root
    edge.from = entering.from;
    edge.residual = true;
    edge.inline &&= entering.inline;
    edge.to.in.set(edge.from, edge);
    edge.from.out.set(edge.to, edge);
  }
}
