// Profiles that no program wrote: each has something that is easy to get wrong.

import { Rng } from '#src/lib/rng.js';
import type { Func, Location, Profile, Sample } from '#src/pprof/profile.js';

/** A function, whose only line is its number. */
const func = (name: string, file = `/src/${name}.go`): Func => ({ name, file });
const at = (func: number, address = 0x1000 + 16 * func): Location => ({ address, lines: [{ func, line: func + 1 }] });

const types = [
  { type: 'samples', unit: 'count' },
  { type: 'cpu', unit: 'nanoseconds' },
];

/** Samples of `[stack, count, value]`, leaf first. */
function samples(...rows: readonly (readonly [readonly number[], number, number])[]): Sample[] {
  return rows.map(([locations, ...values]) => ({ locations, values }));
}

const mapping = {
  start: 0x1000,
  limit: 0x9000,
  offset: 0,
  file: '/opt/work/demo',
  buildId: 'abc123',
  hasFunctions: true,
  hasFilenames: true,
  hasLineNumbers: true,
  hasInlineFrames: true,
};

/** Functions that all weigh the same, or nearly: only names decide about their order. */
function ties(count: number): Profile {
  const rng = new Rng(7);
  const functions = Array.from({ length: count }, (_, k) => func(`pkg${k % 13}.f${(k * 7919) % count}`));
  return {
    sampleTypes: types,
    functions,
    locations: functions.map((_, k) => at(k)),
    samples: functions.map((_, k) => ({
      locations: [k, rng.below(count), rng.below(count)],
      values: [1, 1e7 * (1 + rng.below(3))],
    })),
    durationNs: 1e9,
  };
}

const small = {
  sampleTypes: types,
  functions: [func('main.main'), func('main.work'), func('main.leaf'), func('runtime.goexit')],
  locations: [at(0), at(1), at(2), at(3)],
  mappings: [mapping],
  periodType: { type: 'cpu', unit: 'nanoseconds' },
  period: 10_000_000,
};

export const handmade: Readonly<Record<string, Profile>> = {
  small: {
    ...small,
    locations: small.locations.map((location) => ({ ...location, mapping: 0 })),
    samples: samples([[2, 1, 0], 3, 30e6], [[1, 0], 1, 10e6], [[2, 1, 1, 2, 0], 2, 25e6], [[], 1, 5e6]),
    timeNs: 1_700_000_000_123_456_789n,
    durationNs: 125_500_000,
    comments: ['made by hand', '#but not this'],
    docUrl: 'http://localhost/doc',
    defaultSampleType: 'samples',
  },
  inlined: {
    ...small,
    locations: [
      at(0),
      {
        address: 0x2000,
        lines: [
          { func: 2, line: 30 },
          { func: 1, line: 20, column: 7 },
          { func: 0, line: 10 },
        ],
      },
      {
        address: 0x2010,
        lines: [
          { func: 1, line: 21 },
          { func: 3, line: 11 },
        ],
      },
      { address: 0x2020, lines: [{ func: 2, line: 31 }], folded: true },
    ],
    samples: samples([[1], 5, 50e6], [[3, 2, 0], 4, 40e6], [[1, 0], 3, 31e6], [[2, 2, 0], 1, 9e6]),
  },
  labelled: {
    ...small,
    samples: [
      {
        locations: [2, 1, 0],
        values: [1, 2e7],
        labels: { key: ['a', 'b'], 'µ-key': ['ü'] },
        numLabels: {
          bytes: [
            { value: 4096, unit: 'bytes' },
            { value: 12, unit: '' },
          ],
        },
      },
      {
        locations: [1, 0],
        values: [2, 3e7],
        labels: { key: ['b'] },
        numLabels: { request: [{ value: 512, unit: '' }], ms: [{ value: 3, unit: 'milliseconds' }] },
      },
      {
        locations: [1, 0],
        values: [2, 3e7],
        numLabels: { alignment: [{ value: -8, unit: '' }], odd: [{ value: 7, unit: 'apples' }] },
      },
      { locations: [0], values: [4, 1e7], labels: { __proto__x: ['1'], constructor: ['2'] } },
    ],
  },
  oneUnit: {
    ...small,
    samples: [
      { locations: [1, 0], values: [1, 1e7], numLabels: { size: [{ value: 3, unit: 'kilobytes' }] } },
      { locations: [2, 1, 0], values: [2, 3e7], labels: { key: ['b'] }, numLabels: { size: [{ value: 5, unit: '' }] } },
    ],
  },
  unsymbolized: {
    ...small,
    mappings: [
      { ...mapping, file: '', buildId: '', hasFunctions: false },
      { ...mapping, start: 0x7f00_0000_0000, limit: 0x7f00_0001_0000, file: '[vdso]' },
    ],
    locations: [
      { address: 0x1234, lines: [], mapping: 0 },
      { address: 0x7f00_0000_0010, lines: [], mapping: 1 },
      { address: 0xffff_ffff_8100_0123n, lines: [] },
      { address: 0xffff_ffff_8100_0124n, lines: [] },
      { address: 0, lines: [] },
      at(2, 0x55),
    ],
    samples: samples([[0, 5], 1, 1e7], [[1, 5], 2, 2e7], [[2, 5], 3, 3e7], [[3, 5], 4, 4e7], [[4], 5, 5e7]),
  },
  nameless: {
    ...small,
    functions: [
      func('', '/src/lost.go'),
      func('here', ''),
      func('', ''),
      { name: 'short', systemName: '_Zlong', file: '/src/../src//x.cc/', startLine: 3 },
    ],
    samples: samples([[0, 3], 1, 1e7], [[1, 3], 2, 2e7], [[2], 4, 4e7], [[3], 8, 8e7]),
  },
  negative: {
    ...small,
    samples: samples([[2, 1, 0], -3, -30e6], [[1, 0], 1, 10e6], [[2, 0], 3, 30e6], [[3], -1, -5e6]),
  },
  nothing: { ...small, samples: samples([[2, 1, 0], 0, 0], [[1, 0], 0, 0]) },
  empty: { ...small, samples: [] },
  bytes: {
    ...small,
    sampleTypes: [
      { type: 'alloc_objects', unit: 'count' },
      { type: 'alloc_space', unit: 'bytes' },
    ],
    samples: samples([[2, 1, 0], 3, 1152], [[1, 0], 1, 9], [[2, 0], 2, 524_499], [[3], 1, 1_310_720]),
  },
  units: {
    ...small,
    sampleTypes: [
      { type: 'apples', unit: 'apples' },
      { type: 'work', unit: 'MicroGCUs' },
      { type: 'odd', unit: '' },
      { type: 'size', unit: 'Kilobytes' },
      { type: 'wait', unit: 'us' },
    ],
    samples: [
      { locations: [2, 1, 0], values: [3, 1_500_000, 7, 3000, 1_234_567] },
      { locations: [1, 0], values: [1, 12, 5, 1, 3] },
      { locations: [3], values: [1000, 2, 2e9, 5_000_000, 7.2e9] },
    ],
  },
  dropping: {
    ...small,
    dropFrames: 'runtime\\..*|main\\.leaf',
    keepFrames: 'runtime\\.keep.*',
    functions: [...small.functions, func('runtime.keepMe'), func('operator()(int)')],
    locations: [
      ...small.locations,
      at(4),
      at(5),
      {
        address: 9,
        lines: [
          { func: 2, line: 1 },
          { func: 1, line: 1 },
        ],
      },
    ],
    samples: samples(
      [[2, 1, 0], 1, 1e7],
      [[3, 1, 0], 2, 2e7],
      [[4, 1, 0], 4, 4e7],
      [[2], 8, 8e7],
      [[6, 0], 16, 16e7],
      [[5, 2, 0], 3, 3e7],
    ),
  },
  ties: ties(10_000),
  fewTies: ties(200),
};
