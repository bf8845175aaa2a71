import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ProtoWriter } from '#src/lib/protobuf.js';
import { type Profile, ProfileError } from '#src/pprof/profile.js';
import { encodeProfile } from '#src/pprof/proto.js';
import { readProfile, readProfileFile } from '#src/pprof/read.js';
import { handmade } from '../programs/lib/handmade.js';
import { tempDir } from '../support/tempdir.js';

const cpu = readFileSync(new URL('../testdata/profiles/cpu26.pprof', import.meta.url));

/** A file of these fields; numbers are field 1 of a message, and so on. */
type Message = readonly (readonly [field: number, value: number | bigint | string | Message | readonly number[]])[];

function file(message: Message): Uint8Array {
  const out = new ProtoWriter();
  const write = (fields: Message) => {
    for (const [field, value] of fields) {
      if (typeof value === 'string') out.text(field, value);
      else if (!Array.isArray(value)) out.int(field, value as number | bigint);
      else if (typeof value[0] === 'number') out.packed(field, value as readonly number[]);
      else {
        const mark = out.begin(field);
        write(value as Message);
        out.end(mark);
      }
    }
  };
  write(message);
  return out.take();
}

const texts: Message = ['', 'cpu', 'ns', 'main', 'main.go', 'key', 'value'].map((text) => [6, text]);
const type: Message = [
  [
    1,
    [
      [1, 1],
      [2, 2],
    ],
  ],
];
const func: Message = [
  [
    5,
    [
      [1, 7],
      [2, 3],
      [3, 3],
      [4, 4],
    ],
  ],
];
const location: Message = [
  [
    4,
    [
      [1, 9],
      [3, 0x1234],
      [
        4,
        [
          [1, 7],
          [2, 12],
        ],
      ],
    ],
  ],
];
const sample: Message = [
  [
    2,
    [
      [1, [9, 9]],
      [2, [5]],
    ],
  ],
];
const good: Message = [...type, ...sample, ...location, ...func, ...texts];

describe('reading a profile', () => {
  test.for(Object.keys(handmade))('gives back what was written: %s', (name) => {
    const profile = handmade[name]!;
    const read = readProfile(encodeProfile(profile), name);
    expect({ ...read, mappings: [] }).toEqual({ ...profile, mappings: [] });
    expect(read.mappings).toEqual(profile.mappings ?? []);
  });

  test('needs no compression', () => {
    expect(readProfile(gunzipSync(cpu), 'plain')).toEqual(readProfile(cpu, 'packed'));
  });

  test('takes numbers in any order, one by one or packed, and passes what it does not know', () => {
    const profile: Profile = readProfile(
      file([
        ...texts,
        [
          2,
          [
            [1, 9],
            [2, -5],
            [1, 9],
            [77, 'what'],
          ],
        ],
        [99, 'is'],
        [98, 3],
        ...func,
        ...location,
        ...type,
      ]),
      'odd',
    );
    expect(profile.samples).toEqual([{ locations: [0, 0], values: [-5] }]);
    expect(profile.locations).toEqual([{ address: 0x1234, lines: [{ func: 0, line: 12 }] }]);
    expect(profile.functions).toEqual([{ name: 'main', file: 'main.go' }]);
  });

  test('keeps times and addresses exact that need more bits than a number has', () => {
    const profile = readProfile(
      file([
        ...texts,
        [9, 1_795_287_493_107_377_601n],
        [
          4,
          [
            [1, 1],
            [3, 2n ** 64n - 1n],
          ],
        ],
      ]),
      'big',
    );
    expect(profile.timeNs).toBe(1_795_287_493_107_377_601n);
    expect(profile.locations[0]!.address).toBe(2n ** 64n - 1n);
  });

  test('keeps labels with any key', () => {
    const labels: Message = [
      [
        3,
        [
          [1, 5],
          [2, 6],
        ],
      ],
      [
        3,
        [
          [1, 5],
          [3, -3],
          [4, 2],
        ],
      ],
      [3, [[1, 5]]],
    ];
    const profile = readProfile(file([...type, [2, [[2, [5]], ...labels]], ...texts]), 'labels');
    expect(profile.samples[0]).toEqual({
      locations: [],
      values: [5],
      labels: { key: ['value'] },
      numLabels: { key: [{ value: -3, unit: 'ns' }] },
    });
  });
});

describe('what is no profile', () => {
  const bomb = gzipSync(Buffer.alloc(2 ** 26 + 1));
  const many = (message: Message) => {
    const bytes = file(message);
    return gzipSync(Buffer.concat([file([...type, ...texts, ...location, ...func]), ...Array(2 ** 20).fill(bytes)]));
  };

  test.for<[what: string, bytes: Uint8Array, message: string | RegExp]>([
    ['nothing', Buffer.alloc(0), 'expected a gzipped or plain profile, got an empty file'],
    [
      'text',
      Buffer.from('heap profile: 1: 2 [3: 4] @ heap/1048576\n'),
      'expected a gzipped or plain profile, got a file that begins with "heap profile: 1: 2 [3: 4"',
    ],
    [
      'a picture',
      Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'),
      'expected a gzipped or plain profile, got a file that begins with "\\u0089PNG"',
    ],
    [
      'half a file',
      cpu.subarray(0, cpu.length >> 1),
      'expected a gzipped profile, got one that cannot be unpacked: unexpected end of file',
    ],
    ['nothing, gzipped', gzipSync(''), 'expected a profile, got a gzipped file of 0 bytes'],
    ['a bomb', bomb, 'expected at most 67108864 bytes when unpacked, got more'],
    ['a million texts', many([[6, '']]), /expected at most 1048576 parts, got more$/],
    [
      'no texts',
      file(type),
      'offset 0x0 of the unpacked profile: expected a table of texts that begins with "", got no text',
    ],
    [
      'another first text',
      file([[6, 'x']]),
      'offset 0x0 of the unpacked profile: expected a table of texts that begins with "", got "x"',
    ],
    ['a text that is not there', file([...texts, [1, [[1, 99]]]]), /expected one of 7 texts, got number 99$/],
    ['a text before the first', file([...texts, [1, [[1, -1]]]]), /expected one of 7 texts, got number -1$/],
    [
      'a sample without values',
      file([...type, [2, [[1, [9]]]], ...texts]),
      /expected a sample with values, got one without$/,
    ],
    [
      'too many values',
      file([...good, [2, [[2, [1, 2]]]]]),
      /expected 1 values in a sample, one per sample type, got 2$/,
    ],
    [
      'a location that is not there',
      file([
        ...good,
        [
          2,
          [
            [1, [8]],
            [2, [1]],
          ],
        ],
      ]),
      /expected the id of a location, got 8$/,
    ],
    ['a function that is not there', file([...texts, ...location]), /expected the id of a function, got 7$/],
    [
      'a line without a function',
      file([
        ...texts,
        [
          4,
          [
            [1, 1],
            [4, [[2, 5]]],
          ],
        ],
      ]),
      /expected the id of a function, got 0$/,
    ],
    [
      'a mapping that is not there',
      file([
        ...texts,
        [
          4,
          [
            [1, 1],
            [2, 3],
          ],
        ],
      ]),
      /expected the id of a mapping, got 3$/,
    ],
    ['two functions with an id', file([...good, ...func]), /expected one function with the id 7, got another$/],
    ['two locations with an id', file([...good, ...location]), /expected one location with the id 9, got another$/],
    ['a function without an id', file([...texts, [5, [[2, 3]]]]), /expected a function with an id from 1, got 0$/],
    ['a mapping without an id', file([...texts, [3, [[2, 3]]]]), /expected a mapping with an id from 1, got 0$/],
    ['two profiles', file([...texts, [9, 5], [9, 6]]), /expected one profile, got another one after it$/],
    [
      'a number where bytes should be',
      file([[6, 5]]),
      'offset 0x0 of the unpacked profile: expected a length and bytes in field 6, got wire type 0',
    ],
  ])('is told in one line: %s', ([, bytes, message]) => {
    let error: unknown;
    try {
      readProfile(bytes, 'x.pprof');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ProfileError);
    const said = (error as ProfileError).message;
    if (typeof message === 'string') expect(said).toBe(`pprof: x.pprof: ${message}`);
    else expect(said).toMatch(message);
  });

  test('may not name a location with many lines again and again', () => {
    const lines: Message = Array.from({ length: 2000 }, () => [4, [[1, 7]]] as const);
    const stack = Array<number>(1000).fill(1);
    const samples: Message = Array.from(
      { length: 40 },
      () =>
        [
          2,
          [
            [1, stack],
            [2, [1]],
          ],
        ] as const,
    );
    const bytes = file([...type, ...texts, ...func, [4, [[1, 1], ...lines]], ...samples]);
    expect(() => readProfile(bytes, 'x')).toThrow(/expected at most 67108864 frames in all stacks, got more$/);
  });

  test('may be no file at all', () => {
    const dir = tempDir();
    expect(() => readProfileFile(join(dir, 'no'))).toThrow(`pprof: ${join(dir, 'no')}: no such file`);
    expect(() => readProfileFile(dir)).toThrow(`pprof: ${dir}: expected a file, got a directory`);
    writeFileSync(join(dir, 'empty'), '');
    expect(() => readProfileFile(join(dir, 'empty'))).toThrow('got an empty file');
  });

  test('says nothing that a terminal would obey', () => {
    const bytes = file([[6, '\x1b[2J\n\u2028']]);
    expect(() => readProfile(bytes, 'x')).toThrow('got "\\u001b[2J\\n\\u2028"');
  });
});
