// What is built of the modules that every thread needs (rolldown.config.mjs): one file, that others hand on.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const built = (path: string) => readFileSync(new URL(`../../dist/src/${path}.js`, import.meta.url), 'utf8');

describe('the bundle of the runtime', () => {
  test.each([
    ['runtime/memory', './core.js'],
    ['runtime/threads/m', '../core.js'],
    ['go/index', '../runtime/core.js'],
    ['mandelbrot/index', './fast/picture.js'],
  ])('%s hands on what is in %s', (module, bundle) => {
    expect(built(module)).toMatch(/^export \{ [^}]+ \} from "[^"]+";/);
    expect(built(module)).toContain(` from "${bundle}";`);
  });

  test('exports copies of what is constant, so that V8 takes it for constant, and what changes as it is', () => {
    const [, list = ''] = /^export \{ (.*) \};$/m.exec(built('runtime/core')) ?? [];
    const exported = list.split(', ');
    expect(exported).toContain('i32$copy as i32');
    expect(exported.filter((each) => !each.includes('$copy as '))).toEqual(['pace', 'sink', 'tracer', 'waits']);
  });
});
