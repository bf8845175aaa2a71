// The picture in shared memory: which byte is which pixel, and that goroutines on other threads paint the same one.

import { Runtime } from 'mandel/run';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode } from '../support/picture.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

const mandelbrot = new URL('../../dist/src/mandelbrot/index.js', import.meta.url).href;

describe('Img', () => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = new Runtime(2);
  });
  afterAll(() => runtime.close());

  /** Runs a program that sees mandel/go and the picture's room, and returns what main returned. */
  async function value(body: string): Promise<unknown> {
    const file = writeProgram(
      tempDir(),
      'p',
      `import { encode, fillPixel, greyPlane, newImg } from '${mandelbrot}';\n${body}`,
    );
    const { status, report, value } = await runtime.run(new URL(`file://${file}`));
    expect({ status, report }).toEqual({ status: 'ok', report: '' });
    return value;
  }

  test('a new one is black, w wide and h tall', async () => {
    expect(
      await value('export function main() { const m = newImg(3, 2, 0); return [m.w, m.h, [...greyPlane(m)]]; }'),
    ).toEqual([3, 2, [0, 0, 0, 0, 0, 0]]);
  });

  test('a pixel is at x * h + y, so that m[i] is a column on screen', async () => {
    const [pix, plane] = (await value(`
export function main() {
  const m = newImg(3, 2, 0);
  for (let x = 0; x < m.w; x++) for (let y = 0; y < m.h; y++) m.pix[x * m.h + y] = 10 * x + y;
  return [[...m.pix], [...greyPlane(m)]];
}`)) as [number[], number[]];
    expect(pix).toEqual([0, 1, 10, 11, 20, 21]);
    expect(plane).toEqual([0, 10, 20, 1, 11, 21]);
  });

  test.each([
    [1, 1],
    [1, 200],
    [200, 1],
    [63, 65],
    [64, 64],
    [129, 70],
  ])('the plane of %d x %d pixels has every pixel in its place', async (w, h) => {
    const wrong = await value(`
export function main() {
  const m = newImg(${w}, ${h}, 0);
  const shade = (x, y) => (31 * x + 7 * y) & 255;
  for (let x = 0; x < m.w; x++) for (let y = 0; y < m.h; y++) m.pix[x * m.h + y] = shade(x, y);
  const plane = greyPlane(m);
  let wrong = 0;
  for (let y = 0; y < m.h; y++) for (let x = 0; x < m.w; x++) if (plane[y * m.w + x] !== shade(x, y)) wrong++;
  return plane.length === m.w * m.h ? wrong : -1;
}`);
    expect(wrong).toBe(0);
  });

  test('fillPixel paints one pixel and no other', async () => {
    const painted = await value(`
export function main() {
  const m = newImg(17, 5, 0);
  m.pix.fill(77);
  fillPixel(m, 16, 4);
  return [...greyPlane(m)].flatMap((v, k) => (v === 77 ? [] : [k]));
}`);
    expect(painted).toEqual([4 * 17 + 16]);
  });

  test('goroutines on other threads paint the same picture', async () => {
    const plane = await value(`
export function* painter(m, start, wg) {
  const x = yield* start.recv();
  for (let y = 0; y < m.h; y++) m.pix[x * m.h + y] = x + 1;
  wg.done();
}
export function* main() {
  const m = newImg(4, 2, 0);
  const wg = new WaitGroup();
  const start = chan(int);
  wg.add(4);
  for (let i = 0; i < 4; i++) go(painter, m, start, wg);
  for (let i = 0; i < 4; i++) yield* start.send(i);
  yield* wg.wait();
  return [...greyPlane(m)];
}`);
    expect(plane).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
  });

  test('can be sent over a channel of pictures', async () => {
    const size = await value(`
import { Img } from '${mandelbrot}';
export function* painter(c) { const m = yield* c.recv(); m.pix[0] = 9; yield* c.send(m); }
export function* main() {
  const c = chan(Img);
  go(painter, c);
  yield* c.send(newImg(2, 3, 1));
  const m = yield* c.recv();
  return [m.w, m.h, m.scene, m.pix[0]];
}`);
    expect(size).toEqual([2, 3, 1, 9]);
  });

  test('encode makes an 8-bit grey PNG of exactly these pixels', async () => {
    const bytes = (await value(`
export function main() {
  const m = newImg(7, 3, 0);
  for (let x = 0; x < m.w; x++) for (let y = 0; y < m.h; y++) m.pix[x * m.h + y] = 50 * y + x;
  return encode(m);
}`)) as Uint8Array;
    const { w, h, depth, colorType, grey } = decode(Buffer.from(bytes));
    expect({ w, h, depth, colorType }).toEqual({ w: 7, h: 3, depth: 8, colorType: 0 });
    expect([...grey]).toEqual([0, 50, 100].flatMap((y) => [0, 1, 2, 3, 4, 5, 6].map((x) => y + x)));
  });

  test('too large a one is a fatal error that says so, not a crash', async () => {
    const file = writeProgram(
      tempDir(),
      'p',
      `import { newImg } from '${mandelbrot}';\nexport function main() { newImg(65536, 65536, 0); }`,
    );
    const { status, report } = await runtime.run(new URL(`file://${file}`));
    expect(status).toBe('panic');
    expect(report).toMatch(/^fatal error: .*memory/);
  });
});
