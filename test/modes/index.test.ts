import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { modes, paintProgram } from 'mandel/modes';
import { describe, expect, test } from 'vitest';

describe('modes', () => {
  test('have names of their own, in the order of the lesson', () => {
    const names = modes.map((mode) => mode.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.slice(0, 7)).toEqual(['seq', 'px', 'row', 'col', 'workers', 'buffered', 'rowworkers']);
  });

  test.each(modes)('$name says in a line what it does', ({ about }) => {
    expect(about).toMatch(/^\S[^\n]{5,60}\S$/);
  });

  test.each(modes)('the program that paints in mode $name is the module of the mode', async (mode) => {
    const modules = paintProgram(mode);
    const names = modules.map((url) => new URL(url).pathname.split('/').at(-1));
    expect(names).toEqual([`${mode.name}.js`]);
    const source = readFileSync(fileURLToPath(new URL(`./${mode.name}.js`, modules[0])), 'utf8');
    expect(source).toMatch(/^export function\*? \w+FillImg\(m/m);
  });
});
