// Scenes: what a picture shows and how its pixels are painted. The arithmetic is that of the Go originals to the last
// bit; every operation stands alone, so nothing is fused, and pictures equal Go's on amd64.

/** One of the pictures that the lesson's programs paint. */
export interface Scene {
  readonly name: string;
  /** Number of the scene in shared memory. */
  readonly id: number;
  /** Size unless somebody says otherwise. */
  readonly w: number;
  readonly h: number;
  /** What it is from, for help. */
  readonly about: string;
}

export const scenes: readonly Scene[] = [
  { name: 'workshop', id: 0, w: 1024, h: 1024, about: "the workshop's mandelbrot, zoom 2" },
  { name: 'web', id: 1, w: 512, h: 512, about: "the workshop's mandelweb, zoom 4" },
  { name: 'justforfunc', id: 2, w: 2048, h: 2048, about: "justforfunc 22's fractal, painted by its real part" },
];
