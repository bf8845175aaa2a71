// The picture of a curve as SVG: that it is whole, needs nothing, says what it shows, and shows what it says.

import { describe, expect, test } from 'vitest';
import { curveOf, procsIn } from '#src/scale/curve.js';
import { type Law, speedupBy } from '#src/scale/law.js';
import { svg } from '#src/scale/svg.js';

const curve = (law: Law, procs: string) =>
  curveOf(procsIn(procs, 1024)!.map((n) => ({ procs: n, time: 1 / speedupBy(law, n) })));
const bent = curve({ sigma: 0.05, kappa: 0.0008 }, '1..64');
const heading = { title: 'Mode row on 1 to 64 Ps', about: 'workshop 1024x1024' };
const picture = svg(bent, heading);

/** All tags are closed, in order; there is one element outside of all others. */
function isWellFormed(text: string): boolean {
  const open: string[] = [];
  let roots = 0;
  for (const [, close, name, rest] of text.matchAll(/<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"<>]*")*\s*\/?)>/gi)) {
    if (close) {
      if (open.pop() !== name) return false;
    } else {
      if (open.length === 0) roots++;
      if (!rest!.endsWith('/')) open.push(name!);
    }
  }
  const left = text.replaceAll(/<\/?[a-z]+(?:\s+[\w:-]+="[^"<>]*")*\s*\/?>/gi, '');
  return open.length === 0 && roots === 1 && !/[<>]|&(?!amp;|lt;|gt;|quot;)/.test(left);
}
const circles = (text: string) =>
  [...text.matchAll(/<circle class="point" cx="([\d.]+)" cy="([\d.]+)" r="5"><title>([^<]*)</g)].map(
    ([, x, y, says]) => [Number(x), Number(y), says] as const,
  );
/** The places that a line goes through. */
const line = (text: string, name: string) => {
  const [, places = ''] = new RegExp(`<path class="line ${name}" d="M(\\d[^"]{20,})"`).exec(text) ?? [];
  return places.split('L').map((place) => place.split(' ').map(Number) as [number, number]);
};

describe('the SVG of a curve', () => {
  test('is the same for the same curve, in bytes', () => {
    expect(svg(curve({ sigma: 0.05, kappa: 0.0008 }, '1..64'), heading)).toBe(picture);
  });

  test('is well-formed, whatever its heading is', () => {
    expect(isWellFormed(picture)).toBe(true);
    const odd = svg(bent, { title: 'a < b & "c" > d', about: '</svg><script>' });
    expect(isWellFormed(odd)).toBe(true);
    expect(odd).toContain('<title id="mandel-scale-title">a &lt; b &amp; &quot;c&quot; &gt; d</title>');
    expect(odd).not.toContain('<script');
  });

  test('fetches nothing and runs nothing', () => {
    expect(picture.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|href|url\(|@import|<script|\son\w+=|<image|<foreignObject/,
    );
  });

  test('has a name and a description for those who do not see it', () => {
    expect(picture).toMatch(
      /^<svg [^>]* role="img" aria-labelledby="mandel-scale-title mandel-scale-desc">\n<title id="mandel-scale-title">Mode row on 1 to 64 Ps<\/title>\n<desc id="mandel-scale-desc">/,
    );
    const [, described] = /<desc[^>]*>([^<]*)</.exec(picture)!;
    expect(described).toContain('1 P: 1.00 times as fast; 2 Ps: 1.90 times as fast; 3 Ps: 2.72');
    expect(described).toContain('; 64 Ps: 8.68 times as fast.');
    expect(described).toContain(
      'Universal Scalability Law, USL: σ 0.05, κ 0.0008, fastest with 34 Ps, 9.58 times as fast.',
    );
    expect(described).toContain('Amdahl: σ 0.0826, at most 12.1 times as fast.');
  });

  test('has colours of its own, for a light ground and for a dark one, and its ground with them', () => {
    const [, inLight, inDark] = /<style>([\s\S]*)@media \(prefers-color-scheme: dark\) \{([\s\S]*)\}\s*<\/style>/.exec(
      picture,
    )!;
    const coloured = (rules: string) =>
      [...rules.matchAll(/^\.?([\w, .]+) \{ (?:fill|stroke): #/gm)].map(([, name]) => name);
    expect(coloured(inLight!)).toEqual(coloured(inDark!));
    expect(coloured(inDark!)).toContain('ground');
    expect(picture.indexOf('<rect class="ground"')).toBeLessThan(picture.indexOf('<text'));
  });

  test('has every point where the axes say, with its name', () => {
    const shown = circles(picture);
    expect(shown.map(([, , says]) => says)).toEqual(
      bent.points.map(({ procs, speedup }) => `${procs} P${procs > 1 ? 's' : ''}: ${speedup.toFixed(2)} times as fast`),
    );
    // From the tick of 0 (508) to that of 10 (142), and from 1 P (64) to 64 (776), each doubling as wide.
    for (const [k, { procs, speedup }] of bent.points.entries()) {
      expect(shown[k]![0]).toBeCloseTo(64 + (712 * Math.log2(procs)) / 6, 1);
      expect(shown[k]![1]).toBeCloseTo(508 - (366 * speedup) / 12, 1);
    }
  });

  test('has the laws as lines from 1 P to the last, and the ideal as far as there is room', () => {
    for (const name of ['amdahl', 'usl', 'ideal']) {
      const places = line(picture, name);
      expect(places[0]).toEqual([64, expect.closeTo(508 - 366 / 12, 1)]);
      for (const [x, y] of places) {
        expect(x).toBeLessThanOrEqual(776);
        expect(y).toBeGreaterThanOrEqual(142);
      }
    }
    expect(line(picture, 'usl').at(-1)).toEqual(circles(picture).at(-1)!.slice(0, 2));
    expect(line(picture, 'amdahl').at(-1)![0]).toBe(776);
    expect(line(picture, 'ideal').at(-1)).toEqual([expect.closeTo(64 + (712 * Math.log2(12)) / 6, 1), 142]);
  });

  test('has lines that go on to the last point, however little they pass the highest tick', () => {
    for (let most = 2; most <= 70; most++) {
      const flat = curveOf([1, 2, most + 1].map((procs) => ({ procs, time: procs === 1 ? 1 : 1 / 5 })));
      const text = svg(flat, heading);
      for (const name of ['amdahl', 'usl', 'ideal']) {
        const xs = line(text, name).map(([x]) => x);
        expect(xs, `${name} to ${most + 1}`).toEqual([...xs].sort((a, b) => a - b));
        expect(xs).toHaveLength(121);
        if (name !== 'ideal') expect(xs.at(-1), `${name} to ${most + 1}`).toBe(776);
      }
    }
  });

  test('has no law that was not found', () => {
    for (const [procs, laws] of [
      ['1', [false, false]],
      ['1,8', [true, false]],
    ] as const) {
      const text = svg(curve({ sigma: 0.1, kappa: 0 }, procs), heading);
      expect(isWellFormed(text)).toBe(true);
      expect(['amdahl', 'usl'].map((name) => text.includes(`class="line ${name}"`))).toEqual(laws);
      expect(text).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});
