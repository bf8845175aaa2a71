// Classes: what the rows of the time line tell apart, with a colour and a letter for each. Colours differ in lightness as well, so
// that they can be told apart without hue: what runs is dark, what waits for a P is bright, what is blocked is pale.

import { activities, CALLING, EXECUTION, FIRST_WAIT, RUNNABLE } from '../../trace/analysis/activity.js';

/** A colour as 0xRRGGBB, on a light and on a dark ground. */
export interface Colour {
  readonly light: number;
  readonly dark: number;
}

/** A class of a row: a name for the legend, its letter, its colour. */
export interface Class {
  readonly name: string;
  /** One or two letters that stand for it where there is room for no more. */
  readonly letter: string;
  readonly colour: Colour;
}

/** The colour of a class in a theme, as 0xRRGGBB. */
export function colourOf({ colour }: Class, isDark: boolean): number {
  return isDark ? colour.dark : colour.light;
}

/** The same as CSS has it. */
export function cssColour(of: Class, isDark: boolean): string {
  return `#${colourOf(of, isDark).toString(16).padStart(6, '0')}`;
}

const row = (name: string, letter: string, light: number, dark: number): Class => ({
  name,
  letter,
  colour: { light, dark },
});

/** By activity: the classes of goroutines and bodies. Class 0 is no goroutine. */
export const activityClasses: readonly Class[] = [
  row('none', '', 0xffffff, 0x16181d),
  row('running', 'R', 0x1f66b0, 0x58a6f0),
  row('in a system call', 'C', 0x0c7a74, 0x35c2b6),
  row('runnable', 'w', 0xf2a500, 0xffc23d),
  row('chan send', 's', 0xefaf9c, 0x8a4a3a),
  row('chan receive', 'r', 0xe6c3cf, 0x74404f),
  row('select', 'x', 0xd9b0dc, 0x6b4470),
  row('sync', 'm', 0xc5bce6, 0x51497f),
  row('cond', 'c', 0xb3c3ea, 0x415380),
  row('network', 'n', 0xaedcb4, 0x3a6a43),
  row('syscall', 'b', 0xd8c09c, 0x6b5632),
  row('sleep', 'z', 0xd9dee5, 0x40464f),
  row('GC', 'g', 0xc2c2c2, 0x5b5b5b),
  row('blocked', 'k', 0xd3cec4, 0x524c43),
  row('since before', '-', 0xe8e8e8, 0x33363c),
];

/** The classes of a P: idle, Go's runtime, a system call that keeps the P; then bodies. */
export const IDLE = 0;
export const RUNTIME = 1;
export const IN_CALL = 2;
export const FIRST_BODY = 3;

/** Colours of bodies, in the order in which they appear in the trace: none of them is that of an activity. */
const bodyColours: readonly Colour[] = [
  { light: 0x5a45b0, dark: 0xa293f5 },
  { light: 0x2f8f3e, dark: 0x6fce7c },
  { light: 0xa83279, dark: 0xe36ab4 },
  { light: 0x5fb0e0, dark: 0x9ad7ff },
  { light: 0x7d6130, dark: 0xb9975a },
  { light: 0xc9b100, dark: 0xf0e05a },
  { light: 0xd14b24, dark: 0xff7d57 },
  { light: 0x4a5a7a, dark: 0x93a3c4 },
  { light: 0x9bbf45, dark: 0xc8e87a },
  { light: 0xd67aa8, dark: 0xffb3d1 },
];

/** The class of the goroutines of a body on a P. @param rank how many bodies of the program appear before it; -1 for Go's runtime */
export function bodyClass(rank: number): number {
  return rank < 0 ? RUNTIME : FIRST_BODY + (rank % bodyColours.length);
}

/** The classes of a P, without names of bodies. */
export const procClasses: readonly Class[] = [
  row('idle', '', 0xffffff, 0x16181d),
  row("Go's runtime", 'G', 0x6f7680, 0x9aa2ad),
  row('in a system call', 'C', 0x0c7a74, 0x35c2b6),
  ...bodyColours.map((colour) => ({ name: '', letter: '', colour })),
];

/** What a goroutine does, coarsely: 0 is nothing, 1 it runs, 2 it is runnable, 3 it is blocked. */
export function coarseOf(activity: number): number {
  if (activity === EXECUTION || activity === CALLING) return 1;
  if (activity === RUNNABLE) return 2;
  return activity >= FIRST_WAIT && activity < activities.length ? 3 : 0;
}
