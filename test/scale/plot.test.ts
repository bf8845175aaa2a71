// The picture of a curve in characters: what it looks like, and what holds of every one.

import { describe, expect, test } from 'vitest';
import { curveOf, procsIn } from '#src/scale/curve.js';
import { type Law, speedupBy } from '#src/scale/law.js';
import { plot } from '#src/scale/plot.js';

const curve = (law: Law, procs: string) =>
  curveOf(procsIn(procs, 1024)!.map((n) => ({ procs: n, time: 1 / speedupBy(law, n) })));
const bent = curve({ sigma: 0.05, kappa: 0.0008 }, '1..64');

describe('a plot', () => {
  test('in ASCII', () => {
    expect(plot(bent, { columns: 60, unicode: false })).toBe(ASCII);
  });

  test('in Unicode', () => {
    expect(plot(bent, { columns: 60, unicode: true })).toBe(UNICODE);
  });

  test.each([
    { what: 'one P', law: { sigma: 0, kappa: 0 }, procs: '1', marks: 1 },
    { what: 'two Ps', law: { sigma: 0.5, kappa: 0 }, procs: '1,2', marks: 2 },
    { what: 'even steps', law: { sigma: 0.02, kappa: 0 }, procs: '1..16', marks: 16 },
    { what: 'only slower', law: { sigma: 1, kappa: 0.5 }, procs: '1..64', marks: 12 },
    { what: 'ideal', law: { sigma: 0, kappa: 0 }, procs: '1..1024', marks: 20 },
  ])('of $what has all points, and stays within its columns', ({ law, procs, marks }) => {
    for (const columns of [80, 79, 60]) {
      for (const unicode of [false, true]) {
        const [, ...lines] = plot(curve(law, procs), { columns, unicode }).split('\n');
        for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(columns);
        expect([...lines.join('')].filter((c) => c === (unicode ? '●' : 'O'))).toHaveLength(marks);
      }
    }
  });

  test('has lines from the first column to the last', () => {
    for (const procs of ['1..3', '1..48', '1..63', '1,2,1000']) {
      const lines = plot(curve({ sigma: 0.3, kappa: 0 }, procs), { columns: 80, unicode: false }).split('\n');
      const [first, last] = [7, 76].map((column) =>
        lines.map((line) => line[column]).filter((c) => /[Oa*u]/.test(c ?? '')),
      );
      expect({ procs, first, last }).toEqual({ procs, first: ['O'], last: ['O'] });
      for (let column = 8; column < 76; column++) {
        expect(
          lines.slice(1, 19).some((line) => /[O*]/.test(line[column] ?? '')),
          `${procs}, ${column}`,
        ).toBe(true);
      }
    }
  });

  test('in ASCII is nothing else', () => {
    expect(plot(bent, { columns: 80, unicode: false })).toMatch(/^[ -~\n]*$/);
  });

  test('names the laws that there are', () => {
    const legend = (procs: string) =>
      plot(curve({ sigma: 0.1, kappa: 0 }, procs), { columns: 80, unicode: false }).split('\n')[0];
    expect(legend('1')).toBe('speed-up    O simulated   / ideal');
    expect(legend('1,2')).toBe('speed-up    O simulated   a Amdahl   / ideal');
    expect(legend('1..3')).toBe('speed-up    O simulated   a Amdahl   u USL   * both   / ideal');
  });
});

const ASCII = `speed-up    O simulated   a Amdahl   u USL   * both   / ideal
   12 +                             /
      |
      |                            /                    a
   10 +                           /            uOuuaaaaa
      |                          /         uOuu aaauuOuu
      |                         /       Ouu aaaa        O
    8 +                        /     uuu aaa
      |                       /    uO aaa
      |                      /   uu aa
    6 +                    //  uOaaa
      |                  // Ou*aa
    4 +                // u*aa
      |              //O**a
      |           /uO**a
    2 +       /O***a
      | *******
      |O
    0 +
      ++-------+-------+--------+-------+-------+-------+ Ps
       1       2       4        8       16      32      64
`;

const UNICODE = `speed-up    ● simulated   ˙·. Amdahl   ▔─▁ USL   ╱ ideal
   12 ┤                             ╱
      │
      │                            ╱                    .
   10 ┤                           ╱            ▁●▁▁..·˙˙
      │                          ╱         ▁●▔▔ .·˙▔▔●─▁
      │                         ╱       ●─▔ .·˙˙        ●
    8 ┤                        ╱     ▁─▔ .·˙
      │                       ╱    ▁● .·˙
      │                      ╱   ▁▔ .˙
    6 ┤                    ╱╱  ─●.·˙
      │                  ╱╱ ●─▔·˙
    4 ┤                ╱╱ ─▔·˙
      │              ╱╱●─▔˙
      │           ╱▁●─▔˙
    2 ┤       ╱●──▔˙
      │ ▁▁▁──▔▔
      │●
    0 ┤
      └┴───────┴───────┴────────┴───────┴───────┴───────┴ Ps
       1       2       4        8       16      32      64
`;
