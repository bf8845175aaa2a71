// Stacks as a tree, which is how Chrome JSON has them: a node is a frame and its caller's node. After buildBranch in
// cmd/trace/trace.go.

import type { Trace } from '../model.js';

export class FrameTree {
  readonly #trace: Trace;
  /** By stack: the node of its leaf, -1 if nobody asked yet. */
  readonly #leaf: Int32Array;
  /** By parent and frame. */
  readonly #nodes = new Map<number, number>();
  /** By node, from 1 on. */
  readonly #frame: number[] = [0];
  readonly #parent: number[] = [0];

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#leaf = new Int32Array(trace.stacks.length).fill(-1);
  }

  /** The node of a stack's leaf; 0 if the stack is empty. */
  of(stack: number): number {
    if (stack === 0) return 0;
    const known = this.#leaf[stack]!;
    if (known >= 0) return known;
    const { first, frame } = this.#trace.stacks;
    let node = 0;
    for (let k = first[stack + 1]! - 1; k >= first[stack]!; k--) node = this.#child(node, frame[k]!);
    this.#leaf[stack] = node;
    return node;
  }

  #child(parent: number, frame: number): number {
    const key = parent * this.#trace.frames.length + frame;
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const node = this.#frame.length;
    this.#frame.push(frame);
    this.#parent.push(parent);
    this.#nodes.set(key, node);
    return node;
  }

  /** The nodes that were asked for, as one JSON object. */
  *json(): Generator<string> {
    const { frames, strings } = this.#trace;
    for (let node = 1; node < this.#frame.length; node++) {
      const frame = this.#frame[node]!;
      const name = JSON.stringify(`${strings[frames.func[frame]!]}:${frames.line[frame]}`);
      const parent = this.#parent[node]! === 0 ? '' : `,"parent":${this.#parent[node]}`;
      yield `${node === 1 ? '{' : ',\n'}"${node}":{"name":${name}${parent}}`;
    }
    yield this.#frame.length === 1 ? '{}' : '}';
  }
}
