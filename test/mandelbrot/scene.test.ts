import { scenes } from 'mandel/mandelbrot';
import { describe, expect, test } from 'vitest';

describe('scenes', () => {
  test('are those of the Go originals, at their sizes', () => {
    expect(scenes.map(({ name, w, h }) => ({ name, w, h }))).toEqual([
      { name: 'workshop', w: 1024, h: 1024 },
      { name: 'web', w: 512, h: 512 },
      { name: 'justforfunc', w: 2048, h: 2048 },
    ]);
  });

  test('have numbers of their own, and a line about them', () => {
    expect(new Set(scenes.map((s) => s.id)).size).toBe(scenes.length);
    for (const { about } of scenes) expect(about).toMatch(/^\S[^\n]+\S$/);
  });
});
