// A flame graph as numbers: who called whom, how much of it, and where each frame stands. Calls with the same way from
// the root are one frame; those beside each other stand in the order of their names, so that two graphs of the same
// program look alike. After what go-torch and FlameGraph draw.

import { compareTexts } from '../lib/characters.js';
import { type Colour, colourOf } from './hue.js';

/** A function as a stack has it. */
export interface FlameFunc {
  readonly name: string;
  /** '' where the profile says none. */
  readonly file: string;
}

/** Calls that were found together, from the root to the leaf, and how much of that there was. */
export interface FlameStack {
  readonly frames: readonly FlameFunc[];
  readonly value: number;
}

/** A function, and the colour that it has in every picture. */
export interface ColouredFunc extends FlameFunc, Colour {}

export interface FlameFrame {
  /** Place in `funcs`; that of the root is -1. */
  readonly func: number;
  /** Place in `frames`; that of the root is -1. */
  readonly parent: number;
  /** Calls from the root, which has 0. */
  readonly depth: number;
  /** Where it begins, in the unit of `weight`. */
  readonly start: number;
  /** How wide it is: all that was found here and in what it calls, gains and losses alike. */
  readonly weight: number;
  /** The same with losses taken off; equal to `weight` but in a difference of two profiles. */
  readonly value: number;
  /** What of `value` is its own, and not that of what it calls. */
  readonly self: number;
}

export interface Flame {
  readonly funcs: readonly ColouredFunc[];
  /** Callers before those whom they call; the first is the root, which stands for all. */
  readonly frames: readonly FlameFrame[];
  /** The most calls on each other. */
  readonly depth: number;
  /** Whether something was lost: then this is a difference of two profiles. */
  readonly losses: boolean;
}

/** A frame while its children are still coming. */
interface Growing {
  readonly func: number;
  readonly children: Map<number, Growing>;
  weight: number;
  value: number;
  self: number;
}

/** The flame graph of these stacks. Takes time and memory as all their frames together. */
export function flame(stacks: Iterable<FlameStack>): Flame {
  const funcs: FlameFunc[] = [];
  const funcAt = new Map<string, number>();
  const place = (func: FlameFunc): number => {
    const key = `${func.name}\0${func.file}`;
    const known = funcAt.get(key);
    if (known !== undefined) return known;
    funcAt.set(key, funcs.length);
    return funcs.push({ name: func.name, file: func.file }) - 1;
  };

  const root = growing(-1);
  let losses = false;
  for (const { frames, value } of stacks) {
    if (value === 0) continue;
    losses ||= value < 0;
    let at = root;
    add(at, value);
    for (const frame of frames) {
      const func = place(frame);
      let child = at.children.get(func);
      if (!child) {
        child = growing(func);
        at.children.set(func, child);
      }
      add(child, value);
      at = child;
    }
    at.self += value;
  }
  return {
    ...laidOut(root, funcs),
    funcs: funcs.map((func) => ({ ...func, ...colourOf(func.name, func.file) })),
    losses,
  };
}

function growing(func: number): Growing {
  return { func, children: new Map(), weight: 0, value: 0, self: 0 };
}

function add(frame: Growing, value: number): void {
  frame.weight += Math.abs(value);
  frame.value += value;
}

/** Gives each frame its place. Not by recursion: a stack of calls may be deeper than ours. */
function laidOut(root: Growing, funcs: readonly FlameFunc[]): Pick<Flame, 'frames' | 'depth'> {
  const byName = funcs.map((_, k) => k).sort((a, b) => compare(funcs[a]!, funcs[b]!));
  const rank = new Uint32Array(funcs.length);
  for (const [k, func] of byName.entries()) rank[func] = k;

  const frames: FlameFrame[] = [];
  let deepest = 0;
  const todo = [{ frame: root, parent: -1, depth: 0, start: 0 }];
  for (let next = todo.pop(); next; next = todo.pop()) {
    const { frame, parent, depth, start } = next;
    const { func, weight, value, self } = frame;
    const at = frames.push({ func, parent, depth, start, weight, value, self }) - 1;
    deepest = Math.max(deepest, depth);
    const children = [...frame.children.values()].sort((a, b) => rank[b.func]! - rank[a.func]!);
    // The last one is taken first: it has to begin where the frame does.
    let end = start + children.reduce((sum, child) => sum + child.weight, 0);
    for (const child of children) {
      end -= child.weight;
      todo.push({ frame: child, parent: at, depth: depth + 1, start: end });
    }
  }
  return { frames, depth: deepest };
}

function compare(a: FlameFunc, b: FlameFunc): number {
  return compareTexts(a.name, b.name) || compareTexts(a.file, b.file);
}
