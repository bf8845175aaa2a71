// The pictures that calibrating paints, and how many turns of the kernel's loop each takes.

/** The workshop's picture: pixels on a side. */
export const SIDE = 1024;
export const SCENE_TURNS = 385_204_196;

/** A strip of scene `web` that lies far outside of the set, as many pixels as the workshop's picture has. */
export const STRIP = { w: 65_536, h: 16, scene: 1 } as const;
export const STRIP_TURNS = 1_086_142;
