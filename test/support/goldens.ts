// What real Go painted: sums of the grey planes, by scene and size (testdata/goldens.json says how they were made).

import { readFileSync } from 'node:fs';

export interface Golden {
  readonly scene: string;
  readonly w: number;
  readonly h: number;
  /** SHA-256 of the grey plane, row-major, in hex. */
  readonly sum: string;
}

const file = new URL('../testdata/goldens.json', import.meta.url);
const { what: _, ...sums }: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));

export const goldens: readonly Golden[] = Object.entries(sums).map(([key, sum]) => {
  const [, scene = '', w, h] = /^(\w+) (\d+)x(\d+)$/.exec(key) ?? [];
  return { scene, w: Number(w), h: Number(h), sum };
});

/** The golden picture of this scene and size. */
export function golden(scene: string, w: number, h: number): Golden {
  const found = goldens.find((g) => g.scene === scene && g.w === w && g.h === h);
  if (!found) throw new Error(`goldens.json: expected a sum of ${scene} ${w}x${h}, got none`);
  return found;
}
