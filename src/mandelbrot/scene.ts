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

/** The kernels, by their numbers in shared memory. All paint the same picture. */
export const kernels = [
  { name: 'plain', id: 0, about: 'the loop of the lesson, in TypeScript' },
  { name: 'fast', id: 1, about: 'WebAssembly SIMD; rows and columns at a time where the mode allows' },
] as const;

/** How a picture differs from its scene. Numbers only, because it is an argument of goroutines. */
export interface View {
  /** Number of the kernel. */
  readonly kernel: number;
  /** Iterations after which a point counts as inside. */
  readonly iterations: number;
  /** 0 for the scene's own part of the plane; else the shorter side of the picture is SPAN / zoom long in the plane. */
  readonly zoom: number;
  /** The point in the middle, unless zoom is 0. */
  readonly re: number;
  readonly im: number;
}

/** The scene as it is, painted by the plain kernel. */
export const sceneView: View = { kernel: 0, iterations: ITERATIONS, zoom: 0, re: 0, im: 0 };

/** Length of the shorter side of a picture at zoom 1. It shows the whole set. */
export const SPAN = 4;

/** A point of the plane. */
export interface Point {
  readonly re: number;
  readonly im: number;
}

/** The part of the plane that a picture shows. */
export type Part = Pick<View, 'zoom' | 're' | 'im'>;

/** The scene's own part. */
export const scenePart: Part = { zoom: 0, re: 0, im: 0 };

/** The center of a picture with a zoom and no center: about the middle of the set. */
export const MIDDLE = '-0.75,0';

/** The part with this center and zoom; the scene's own if both are undefined. */
export function partOf(center: Point | undefined, zoom: number | undefined): Part {
  if (center === undefined && zoom === undefined) return scenePart;
  return { zoom: zoom ?? 1, ...(center ?? pointIn(MIDDLE)!) };
}

/** Largest zoom: beyond it, neighbouring pixels are the same double. */
const MAX_ZOOM = 1e15;

/** The expected form of a zoom, for messages. */
export const expectedZoom = `a number above 0, up to ${MAX_ZOOM}`;
/** The expected form of a center, for messages. */
export const expectedPoint = 'a point as RE,IM, such as -0.75,0.1';

/** Parses a zoom; undefined if the text is none. */
export function zoomIn(text: string): number | undefined {
  const z = numberIn(text);
  return z > 0 && z <= MAX_ZOOM ? z : undefined;
}

/** Parses a point `re,im`; undefined if the text is none. */
export function pointIn(text: string): Point | undefined {
  const [re = Number.NaN, im = Number.NaN, ...more] = text.split(',').map(numberIn);
  return Number.isFinite(re) && Number.isFinite(im) && more.length === 0 ? { re, im } : undefined;
}

/** Parses a decimal number; NaN if the text is none. */
function numberIn(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

/** The points of the pixels of a picture with this middle and zoom, at the same distance in both directions. */
export function placeOf({ zoom, re, im }: View, w: number, h: number): Place {
  const a = SPAN / zoom;
  const b = Math.min(w, h);
  return { ax: a, bx: b, cx: (a * (w / 2)) / b - re, ay: a, by: b, cy: (a * (h / 2)) / b - im };
}
