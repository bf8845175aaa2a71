import { describe, expect, test } from 'vitest';
import { type At, Script } from '#src/profile/script.js';

const text = `function fillRow(m, i) {
  for (let j = 0; j < m.h; j++) fillPixel(m, i, j);
}

function fillPixel(m, x, y) {
  const v = x * y;
  paint(m, v);
}

function paint(m, v) {
  m.pix = v;
}

class Chan {
  next() {
    return this.#run();
  }
  #run() {
    return 1;
  }
}
`;

const names = ['fillRow', 'fillPixel', 'paint', 'next', '#run'];
const functions = names.map((name) => {
  const start = text.search(new RegExp(`(function |^  )${name}\\(.*\\{`, 'm'));
  const closing = /^ {0,2}\}/m.exec(text.slice(start))!;
  return { name, start, end: start + closing.index + closing[0].length };
});
const script = new Script(text, functions);
const fillRow = script.beginningAt(0, 0)!;
const said = (path: readonly At[]) => path.map(({ fn, line }) => `${fn.name}:${line}`);

describe('a script', () => {
  test('knows its functions by where they begin', () => {
    expect(fillRow).toMatchObject({ name: 'fillRow', line: 1, lastLine: 3 });
    expect(script.beginningAt(4, 10)!.name).toBe('fillPixel');
    expect(script.beginningAt(3, 0)).toBeUndefined();
  });

  test('a line of a function is its own', () => {
    expect(said(script.within(fillRow, 2))).toEqual(['fillRow:2']);
  });

  test('a line of another is reached by calls, each at its line', () => {
    expect(said(script.within(fillRow, 6))).toEqual(['fillPixel:6', 'fillRow:2']);
    expect(said(script.within(fillRow, 11))).toEqual(['paint:11', 'fillPixel:7', 'fillRow:2']);
  });

  test('a private method is reached as well', () => {
    expect(said(script.within(script.beginningAt(14, 2)!, 19))).toEqual(['#run:19', 'next:16']);
  });

  test('a line to which no call leads is not believed', () => {
    expect(said(script.within(script.beginningAt(9, 0)!, 19))).toEqual(['paint:10']);
    expect(said(script.within(fillRow, 4000))).toEqual(['fillRow:1']);
  });

  test('that cannot be read is none', () => {
    expect(Script.load({ url: 'node:zlib', functions: [] })).toBeUndefined();
    expect(Script.load({ url: 'file:///nowhere/at/all.js', functions: [] })).toBeUndefined();
  });
});
