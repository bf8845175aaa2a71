import { modes, namesOf, paintProgram } from 'mandel/modes';
import { describe, expect, test } from 'vitest';

describe('modes', () => {
  test('have names of their own', () => {
    expect(new Set(modes.map(({ name }) => name)).size).toBe(modes.length);
  });

  test('are listed by what -workers means to them', () => {
    const listed = (['goroutines', 'procs', 'nothing'] as const).map(namesOf).join(', ').split(', ');
    expect(listed.sort()).toEqual(modes.map(({ name }) => name).sort());
  });

  test.each(modes)('$name says in a line what it does', ({ about }) => {
    expect(about).toMatch(/^\S[^\n]{5,60}\S$/);
  });

  test.each(modes)('the program that paints in mode $name is the module of the mode', async (mode) => {
    const modules = paintProgram(mode);
    const names = modules.map((url) => new URL(url).pathname.split('/').at(-1));
    expect(names).toEqual([`${mode.name}.js`]);
    const fill = await mode.load();
    expect(fill.name).toMatch(/FillImg$/);
    expect(await import(modules[0]!)).toMatchObject({ [fill.name]: fill, main: expect.any(Function) });
  });
});
