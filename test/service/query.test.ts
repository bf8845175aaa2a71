// What clients may ask for: each bad query gets one plain line.

import { modes } from 'mandel/modes';
import { describe, expect, test } from 'vitest';
import { mandelweb } from '#src/service/mandelweb.js';
import { BadQuery, queryOf } from '#src/service/query.js';
import { plainRoute } from '#src/service/route.js';

const { read } = mandelweb.routes['/mandelbrot'];
const asked = (query: string) => read(queryOf(`/mandelbrot${query}`)).query;
const modeNames = modes.map(({ name }) => name).join(', ');
const plain = { w: 512, h: 512, mode: 'row', workers: 4, scene: 1, kernel: 0, zoom: 0, re: 0, im: 0 };

describe('a query', () => {
  test.each([
    ['', plain],
    ['?', plain],
    ['?w=1&h=65536', { ...plain, w: 1, h: 65_536 }],
    ['?w=4096&h=4096', { ...plain, w: 4096, h: 4096 }],
    [
      '?mode=seq&kernel=fast&scene=justforfunc&workers=1024',
      { ...plain, mode: 'seq', workers: 1024, scene: 2, kernel: 1 },
    ],
    ['?%77=3', { ...plain, w: 3 }],
    ['?zoom=2', { ...plain, zoom: 2, re: -0.75 }],
    ['?center=-1.5,%2B0.25', { ...plain, zoom: 1, re: -1.5, im: 0.25 }],
    ['?center=0,1e-3&zoom=1e3', { ...plain, zoom: 1000, re: 0, im: 0.001 }],
  ])('%j asks for a picture', (query, expected) => {
    expect(asked(query)).toEqual(expected);
  });

  test.each([
    ['?w=', 'w: expected a whole number from 1 to 65536, got ""'],
    ['?w=0', 'w: expected a whole number from 1 to 65536, got "0"'],
    ['?w=-1', 'w: expected a whole number from 1 to 65536, got "-1"'],
    ['?w=1.5', 'w: expected a whole number from 1 to 65536, got "1.5"'],
    ['?w=1e3', 'w: expected a whole number from 1 to 65536, got "1e3"'],
    ['?w=0x10', 'w: expected a whole number from 1 to 65536, got "0x10"'],
    ['?w=65537', 'w: expected a whole number from 1 to 65536, got "65537"'],
    ['?w=NaN', 'w: expected a whole number from 1 to 65536, got "NaN"'],
    ['?w=%00', 'w: expected a whole number from 1 to 65536, got "\\u0000"'],
    ['?w=%zz', 'w: expected a whole number from 1 to 65536, got "%zz"'],
    ['?w=%0a', 'w: expected a whole number from 1 to 65536, got "\\n"'],
    ['?w=9999999999999999', 'w: expected a whole number from 1 to 65536, got "9999999999999999"'],
    [`?h=${'7'.repeat(50)}`, `h: expected a whole number from 1 to 65536, got "${'7'.repeat(40)}..."`],
    ['?w=4097&h=4096', 'w*h: expected at most 16777216 pixels, got 4097x4096'],
    ['?w=65536&h=65536', 'w*h: expected at most 16777216 pixels, got 65536x65536'],
    ['?workers=1025', 'workers: expected a whole number from 1 to 1024, got "1025"'],
    ['?mode=rows', `mode: expected one of ${modeNames}, got "rows"; did you mean row?`],
    ['?mode=constructor', `mode: expected one of ${modeNames}, got "constructor"`],
    ['?scene=', 'scene: expected one of workshop, web, justforfunc, got ""'],
    ['?kernel=FAST', 'kernel: expected one of plain, fast, got "FAST"; did you mean fast?'],
    ['?zoom=0', 'zoom: expected a number above 0, up to 1000000000000000, got "0"'],
    ['?center=1', 'center: expected a point as RE,IM, such as -0.75,0.1, got "1"'],
    ['?w=1&w=2', 'w: expected to be given once, got "1, 2"'],
    ['?width=3', 'query: expected keys among w, h, mode, workers, scene, kernel, center, zoom, got "width"'],
    ['?__proto__=1', 'query: expected keys among w, h, mode, workers, scene, kernel, center, zoom, got "__proto__"'],
    ['?w[]=1', 'query: expected keys among w, h, mode, workers, scene, kernel, center, zoom, got "w[]"'],
    ['?=1', 'query: expected keys among w, h, mode, workers, scene, kernel, center, zoom, got ""'],
  ])('%j is refused', (query, message) => {
    expect(() => asked(query)).toThrow(new BadQuery(message));
  });

  test('for another part of the plane is another kind of work', () => {
    const kind = (query: string) => read(queryOf(query)).work.kind;
    expect(kind('?zoom=2')).not.toBe(kind(''));
    expect(kind('?zoom=2&w=9')).toBe(kind('?center=1,1'));
  });

  test('of a route that checks nothing goes to its handler as it is', () => {
    const { query, work } = plainRoute('pi').read(queryOf('/pi?n=3&%C3%A9=x'));
    expect({ query, units: work.units }).toEqual({ query: { n: '3', é: 'x' }, units: 1 });
  });
});
