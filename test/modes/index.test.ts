import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { modes, paintProgram } from 'mandel/modes';
import { describe, expect, test } from 'vitest';

describe('modes', () => {
  test('are those of the lesson, in its order', () => {
    expect(modes.map((mode) => mode.name)).toEqual(['seq', 'px', 'row', 'col', 'workers', 'buffered', 'rowworkers']);
  });

  test('say what -workers means to them', () => {
    expect(Object.fromEntries(modes.map((mode) => [mode.name, mode.workers]))).toEqual({
      seq: 'nothing',
      px: 'procs',
      row: 'procs',
      col: 'procs',
      workers: 'goroutines',
      buffered: 'goroutines',
      rowworkers: 'goroutines',
    });
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
