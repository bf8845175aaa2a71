// Flame graphs as numbers: frames with their callers, values, positions and colours. Calls with the same path from the root
// are one frame, and siblings are sorted by name, so that two graphs of a program are similar. After go-torch and FlameGraph.

import { compareTexts } from '../lib/order.js';

/** A function in a stack. */
export interface FlameFunc {
  readonly name: string;
  /** '' if the profile has none. */
  readonly file: string;
}

/** A stack and its value. */
export interface FlameStack {
  /** Root first. */
  readonly frames: readonly FlameFunc[];
  readonly value: number;
}

/** A function, and its colour in every picture. */
export interface ColouredFunc extends FlameFunc, Colour {}

/** A frame of the graph. */
export interface FlameFrame {
  /** Index in `funcs`, -1 for the root. */
  readonly func: number;
  /** Index in `frames`, -1 for the root. */
  readonly parent: number;
  /** Number of calls from the root. */
  readonly depth: number;
  /** Its left edge, in the unit of `weight`. */
  readonly start: number;
  /** Its width: the sum of the absolute values of its own samples and those of its callees. */
  readonly weight: number;
  /** The sum of the values; equal to `weight`, except in a difference of two profiles. */
  readonly value: number;
  /** The part of `value` that is not in its callees. */
  readonly self: number;
}

/** A flame graph. */
export interface Flame {
  readonly funcs: readonly ColouredFunc[];
  /** Callers before callees; the first is the root, which contains all. */
  readonly frames: readonly FlameFrame[];
  /** The largest depth of a frame. */
  readonly depth: number;
  /** True if a value is negative: then this is a difference of two profiles. */
  readonly losses: boolean;
}

/** A frame while stacks are added. */
interface Growing {
  readonly func: number;
  readonly children: Map<number, Growing>;
  weight: number;
  value: number;
  self: number;
}

/** Makes the flame graph of stacks. Time and memory are linear in the number of their frames. */
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

  const root = newFrame(-1);
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
        child = newFrame(func);
        at.children.set(func, child);
      }
      add(child, value);
      at = child;
    }
    at.self += value;
  }
  return {
    ...layOut(root, funcs),
    funcs: funcs.map((func) => ({ ...func, ...colourOf(func.name, func.file) })),
    losses,
  };
}

function newFrame(func: number): Growing {
  return { func, children: new Map(), weight: 0, value: 0, self: 0 };
}

function add(frame: Growing, value: number): void {
  frame.weight += Math.abs(value);
  frame.value += value;
}

/** Computes the positions. Not by recursion, because stacks may be deeper than JavaScript's. */
function layOut(root: Growing, funcs: readonly FlameFunc[]): Pick<Flame, 'frames' | 'depth'> {
  const byName = funcs.map((_, k) => k).sort((a, b) => compare(funcs[a]!, funcs[b]!));
  const rank = new Uint32Array(funcs.length);
  for (const [k, func] of byName.entries()) rank[func] = k;

  const frames: FlameFrame[] = [];
  let deepest = 0;
  const pending = [{ frame: root, parent: -1, depth: 0, start: 0 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { frame, parent, depth, start } = next;
    const { func, weight, value, self } = frame;
    const at = frames.push({ func, parent, depth, start, weight, value, self }) - 1;
    deepest = Math.max(deepest, depth);
    const children = [...frame.children.values()].sort((a, b) => rank[b.func]! - rank[a.func]!);
    // Pushed from the last to the first, so that the first one, which begins where the frame does, is popped next.
    let end = start + children.reduce((sum, child) => sum + child.weight, 0);
    for (const child of children) {
      end -= child.weight;
      pending.push({ frame: child, parent: at, depth: depth + 1, start: end });
    }
  }
  return { frames, depth: deepest };
}

function compare(a: FlameFunc, b: FlameFunc): number {
  return compareTexts(a.name, b.name) || compareTexts(a.file, b.file);
}

/** The colour of a function: one hue per package, the same in every picture and on every machine. */
export interface Colour {
  /** In degrees; undefined if the function's package is unknown. */
  readonly hue?: number;
  /** Distinguishes the functions of a package: from 0, dark, to below 1, light. */
  readonly shade: number;
}

/** The package of a function, or what is most similar in its language; '' if its name and file have none. */
export function packageOf(name: string, file: string): string {
  // Types in brackets have packages of their own, as in `slices.Sort[go.shape.int]` and `net/http.(*conn).serve`.
  const plain = name.replace(/[[(<].*$/s, '');
  const colons = plain.indexOf('::');
  if (colons > 0) return plain.slice(0, colons);
  const dot = plain.indexOf('.', plain.lastIndexOf('/') + 1);
  if (dot > 0) return plain.slice(0, dot);
  return file.slice(0, Math.max(0, file.lastIndexOf('/')));
}

/** The colour of a function. */
export function colourOf(name: string, file: string): Colour {
  const home = packageOf(name, file);
  const shade = (hash(name) % SHADES) / SHADES;
  return home === '' ? { shade } : { hue: hash(home) % 360, shade };
}
/** Number of shades per package: few enough to be told apart. */
const SHADES = 8;

/** FNV-1a in 32 bits: short, and texts that differ in one letter differ in many bits; the low bits are mixed least. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) sum = Math.imul(sum ^ byte, 0x01000193);
  return (sum ^ (sum >>> 15)) >>> 0;
}
