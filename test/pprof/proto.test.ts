import { describe, expect, test } from 'vitest';
import type { Profile } from '#src/pprof/profile.js';
import { encodeProfile } from '#src/pprof/proto.js';
import { readProfile } from '../support/pprofile.js';

const empty: Profile = { sampleTypes: [], samples: [], locations: [], functions: [] };

describe('a pprof file', () => {
  test('has what the profile has', () => {
    const file = encodeProfile({
      sampleTypes: [
        { type: 'contentions', unit: 'count' },
        { type: 'delay', unit: 'nanoseconds' },
      ],
      samples: [
        { locations: [1, 0], values: [3, 1e15] },
        { locations: [0], values: [1, 0] },
      ],
      locations: [
        { address: 0x401000, lines: [{ func: 0, line: 12 }] },
        { address: 2 ** 50, lines: [{ func: 1, line: 1 }] },
      ],
      functions: [
        { name: 'main.main', file: '/src/main.go' },
        { name: 'runtime.µ', file: '' },
      ],
      durationNs: 5e9,
    });
    expect(readProfile(file)).toEqual({
      sampleTypes: ['contentions/count', 'delay/nanoseconds'],
      samples: [
        { stack: ['runtime.µ :1 4000000000000', 'main.main /src/main.go:12 401000'], values: [3, 1e15] },
        { stack: ['main.main /src/main.go:12 401000'], values: [1, 0] },
      ],
      durationNanos: 5e9,
    });
  });

  test('of an empty profile is one as well', () => {
    expect(readProfile(encodeProfile(empty))).toEqual({ sampleTypes: [], samples: [], durationNanos: 0 });
  });
});
