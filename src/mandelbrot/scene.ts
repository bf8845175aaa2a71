// Scenes: which part of the plane a picture shows and how its pixels are shaded. The arithmetic is that of the Go originals to the last
// bit: no multiplication and addition are fused, so pictures equal Go's on amd64.

/** The points of pixels: pixel (x, y) is the point (ax * x) / bx - cx, (ay * y) / by - cy, computed in this order. */
export interface Place {
  readonly ax: number;
  readonly bx: number;
  readonly cx: number;
  readonly ay: number;
  readonly by: number;
  readonly cy: number;
}

/** How the last z becomes the grey: by the product of the squares of its parts, or by its real part. */
export const shade = { product: 0, real: 1 } as const;

/** A picture of one of the lesson's programs. */
export interface Scene {
  readonly name: string;
  /** Number of the scene in shared memory. */
  readonly id: number;
  /** Default size in pixels. */
  readonly w: number;
  readonly h: number;
  /** Its origin, for help texts. */
  readonly about: string;
  readonly shade: (typeof shade)[keyof typeof shade];
  /** The largest |z|^2 that has not escaped. */
  readonly bound: number;
  /** The points of the pixels of a picture of this size. */
  place(w: number, h: number): Place;
}

/** Iterations after which a point counts as inside. The workshop also divides coordinates by it, whatever the size. */
export const ITERATIONS = 1000;

const zoomed = (zoom: number) => (): Place => ({
  ax: zoom,
  bx: ITERATIONS,
  cx: 1.5,
  ay: zoom,
  by: ITERATIONS,
  cy: 1.0,
});
/** The bound of the workshop: 2 squared. */
const ESCAPED = 2.0 * 2.0;
/** The bound of justforfunc, where |z|^2 >= 1024 has escaped: the largest double below it. */
const COMPLEXITY = 1024 - 2 ** -43;

export const scenes: readonly Scene[] = [
  {
    name: 'workshop',
    id: 0,
    w: 1024,
    h: 1024,
    about: "the workshop's mandelbrot, zoom 2",
    shade: shade.product,
    bound: ESCAPED,
    place: zoomed(2.0),
  },
  {
    name: 'web',
    id: 1,
    w: 512,
    h: 512,
    about: "the workshop's mandelweb, zoom 4",
    shade: shade.product,
    bound: ESCAPED,
    place: zoomed(4.0),
  },
  {
    name: 'justforfunc',
    id: 2,
    w: 2048,
    h: 2048,
    about: "justforfunc 22's fractal, painted by its real part",
    shade: shade.real,
    bound: COMPLEXITY,
    // From -2 to 1, and from -1 to 1: (max - min) * x / total - max.
    place: (w, h) => ({ ax: 3, bx: w, cx: 2, ay: 2, by: h, cy: 1 }),
  },
];
