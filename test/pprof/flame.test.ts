// The flame graph: its numbers, which must add up, and its SVG, which must be whole and say what the numbers say.

import { describe, expect, test } from 'vitest';
import { defaultConfig } from '#src/pprof/config.js';
import { type Flame, flame, packageOf } from '#src/pprof/flame.js';
import { fitName, flameHeading, flameOf, flameSvg } from '#src/pprof/flamesvg.js';
import type { Profile } from '#src/pprof/profile.js';
import { newReport } from '#src/pprof/report.js';
import { foldedProfile } from '../support/folded.js';
import { elements, parseXml, textOf } from '../support/xml.js';

const lesson = foldedProfile({
  'main.main;main.paint;main.fillPixel': 600,
  'main.main;main.paint': 100,
  'main.main;image/png.Encode;compress/flate.Write': 200,
  'runtime.mcall;runtime.park': 100,
});

const reportOf = (profile: Profile) => newReport(profile, 'flame', { ...defaultConfig, granularity: 'filefunctions' });
const flamed = (profile: Profile) => flameOf(reportOf(profile));
const drawn = (profile: Profile) => flameSvg(flamed(profile), flameHeading(reportOf(profile), flamed(profile)));

/** Frames as text: the names from the root, and what each has. */
const rows = ({ frames, funcs }: Flame) =>
  frames.map(({ func, parent, depth, start, weight, value, self }) => {
    const name = funcs[func]?.name ?? 'root';
    return `${depth} ${name} in ${parent}: ${start}+${weight} ${value} own ${self}`;
  });

/** What must hold for every flame graph. */
function addsUp({ frames }: Flame): void {
  const inside = frames.map(() => 0);
  const own = frames.map(({ value }) => value);
  for (const [k, { parent, depth, start, weight, value }] of frames.entries()) {
    if (k === 0) continue;
    const caller = frames[parent]!;
    expect(parent).toBeLessThan(k);
    expect(depth).toBe(caller.depth + 1);
    expect(start).toBe(caller.start + inside[parent]!); // no gap, no overlap
    inside[parent]! += weight;
    own[parent]! -= value;
  }
  for (const [k, { weight, self }] of frames.entries()) {
    expect(inside[k]).toBeLessThanOrEqual(weight);
    expect(own[k]).toBe(self);
  }
}

describe('a flame graph', () => {
  test('has a frame for each way from the root, beside each other by name', () => {
    const graph = flamed(lesson);
    addsUp(graph);
    expect(rows(graph)).toEqual([
      '0 root in -1: 0+1000 1000 own 0',
      '1 main.main in 0: 0+900 900 own 0',
      '2 image/png.Encode in 1: 0+200 200 own 0',
      '3 compress/flate.Write in 2: 0+200 200 own 200',
      '2 main.paint in 1: 200+700 700 own 100',
      '3 main.fillPixel in 4: 200+600 600 own 600',
      '1 runtime.mcall in 0: 900+100 100 own 0',
      '2 runtime.park in 6: 900+100 100 own 100',
    ]);
    expect(graph.depth).toBe(3);
  });

  test('keeps calls of itself apart, and the same name in two files', () => {
    const f = { name: 'f', file: 'a.ts' };
    const graph = flame([
      { frames: [f, f], value: 2 },
      { frames: [f, { name: 'f', file: 'b.ts' }], value: 3 },
    ]);
    addsUp(graph);
    expect(rows(graph)).toEqual([
      '0 root in -1: 0+5 5 own 0',
      '1 f in 0: 0+5 5 own 0',
      '2 f in 1: 0+2 2 own 2',
      '2 f in 1: 2+3 3 own 3',
    ]);
  });

  test('of a difference is as wide as gains and losses together', () => {
    const graph = flamed(foldedProfile({ 'main;a': 300, 'main;b': -200, 'main;c': 0 }));
    addsUp(graph);
    expect(graph.losses).toBe(true);
    expect(rows(graph)).toEqual([
      '0 root in -1: 0+500 100 own 0',
      '1 main in 0: 0+500 100 own 0',
      '2 a in 1: 0+300 300 own 300',
      '2 b in 1: 300+200 -200 own -200',
    ]);
  });

  test.each([
    ['functions', ['main', 'a']],
    ['filefunctions', ['main', 'a']],
    ['lines', ['main /src/main.go:1', 'a /src/a.go:2']],
    ['files', ['/src/main.go', '/src/a.go']],
    ['addresses', ['0000000000001000 main /src/main.go:1', '0000000000001001 a /src/a.go:2']],
  ] as const)('has frames that are %s', (granularity, names) => {
    const report = newReport(foldedProfile({ 'main;a': 1 }), 'flame', { ...defaultConfig, granularity });
    expect(flameOf(report).funcs.map(({ name }) => name)).toEqual(names);
  });

  test('of nothing is its root', () => {
    expect(rows(flame([]))).toEqual(['0 root in -1: 0+0 0 own 0']);
  });

  test('is as deep as the stack, however deep that is', () => {
    const frames = Array.from({ length: 50_000 }, (_, k) => ({ name: `f${k % 7}`, file: '' }));
    const graph = flame([{ frames, value: 1 }]);
    expect(graph.depth).toBe(50_000);
    expect(graph.frames).toHaveLength(50_001);
  });

  test('has one colour for a package', () => {
    const { funcs } = flamed(lesson);
    const hue = (name: string) => funcs.find((func) => func.name === name)!.hue;
    expect(hue('main.paint')).toBe(hue('main.main'));
    expect(hue('runtime.mcall')).not.toBe(hue('main.main'));
  });

  test.each([
    ['main.main', '', 'main'],
    ['net/http.(*conn).serve', '', 'net/http'],
    ['gopkg.in/yaml.v3.Marshal', '', 'gopkg.in/yaml'],
    ['slices.Sort[go.shape.[]int]', '', 'slices'],
    ['encoding/json.(*T[github.com/a/b.C]).f', '', 'encoding/json'],
    ['std::vector<int>::push_back', '', 'std'],
    ['fillPixel', '/app/src/mandelbrot/fill.ts', '/app/src/mandelbrot'],
    ['memmove', '', ''],
    ['', '', ''],
  ])('%s of %j is in package %j', (name, file, home) => {
    expect(packageOf(name, file)).toBe(home);
  });
});

describe("a flame graph's SVG", () => {
  test('has a frame a rectangle, over that which calls it, with a title that tells all', () => {
    const root = parseXml(drawn(lesson));
    const frames = elements(root, 'g').map((g) => {
      const [{ attributes }] = elements(g, 'rect') as [ReturnType<typeof parseXml>];
      const [title] = elements(g, 'title');
      return {
        title: textOf(title!),
        ...Object.fromEntries(['x', 'y', 'width'].map((key) => [key, Number(attributes[key])])),
      };
    });
    expect(frames).toEqual([
      { title: 'root: 1us (100.00%), own 0 (0.00%)', x: 10, y: 126, width: 1180 },
      { title: 'main.main: 900ns (90.00%), own 0 (0.00%)', x: 10, y: 108, width: 1062 },
      { title: 'image/png.Encode: 200ns (20.00%), own 0 (0.00%)', x: 10, y: 90, width: 236 },
      { title: 'compress/flate.Write: 200ns (20.00%)', x: 10, y: 72, width: 236 },
      { title: 'main.paint: 700ns (70.00%), own 100ns (10.00%)', x: 246, y: 90, width: 826 },
      { title: 'main.fillPixel: 600ns (60.00%)', x: 246, y: 72, width: 708 },
      { title: 'runtime.mcall: 100ns (10.00%), own 0 (0.00%)', x: 1072, y: 108, width: 118 },
      { title: 'runtime.park: 100ns (10.00%)', x: 1072, y: 90, width: 118 },
    ]);
  });

  test('of a difference says what its colours mean', () => {
    const fills = (text: string) => elements(parseXml(text), 'rect').map(({ attributes }) => attributes.fill);
    const text = drawn(foldedProfile({ 'main;a': 300, 'main;b': -200 }));
    expect(text).toContain('red has more, blue has less');
    const [, , , more, less] = fills(text);
    expect(
      [more, less].map((fill) => Number.parseInt(fill!.slice(1, 3), 16) > Number.parseInt(fill!.slice(5), 16)),
    ).toEqual([true, false]);
    expect(drawn(lesson)).not.toContain('red has more');
  });

  test('is the same text for the same profile, and fetches nothing', () => {
    expect(drawn(lesson)).toBe(drawn(lesson));
    expect(drawn(lesson).replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href|url\(|@import|<image/);
  });

  test('is well-formed whatever functions are called', () => {
    const names = [
      '<T>::f & "x"',
      "it's ]]> </svg>",
      '\u0000\u001b[31m',
      '日本語の関数',
      '\ud800',
      'a\nb',
      '&copy',
      '',
    ];
    const root = parseXml(drawn(foldedProfile({ [names.join(';')]: 7 })));
    const titles = elements(root, 'title').map(textOf);
    for (const name of [names[0]!, names[1]!, '\ufffd\ufffd[31m', names[3]!, names[6]!]) {
      expect(
        titles.some((title) => title.startsWith(`${name}: `)),
        name,
      ).toBe(true);
    }
    expect(elements(root, 'script')).toHaveLength(1);
  });

  test('leaves out what nobody sees, and says so', () => {
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, k) => [`main;f${k}`, k === 0 ? 1_000_000 : 1]));
    const root = parseXml(drawn(foldedProfile(many)));
    expect(elements(root, 'g')).toHaveLength(3);
    expect(textOf(root)).toContain('8 frames are too narrow to draw.');
  });

  test('of nothing says that', () => {
    expect(textOf(parseXml(drawn(foldedProfile({}))))).toContain('The profile has no values.');
  });

  test.each([
    ['main.main', 1000, 'main.main'],
    ['encoding/json.Marshal', 130, 'json.Marshal'],
    ['encoding/json.Marshal', 80, 'json.Mar…'],
    ['main.main', 20, ''],
    ['日本語の関数', 60, '日本語…'],
  ])('writes %s into %i pixels as %j', (name, width, text) => {
    expect(fitName(name, width, name.replace(/^.*\//, ''))).toBe(text);
  });
});
