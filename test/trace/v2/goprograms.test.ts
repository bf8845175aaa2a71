// Traces that programs of Go 1.22 to 1.26 wrote: every event, its time, stack and place in the order are what Go 1.26 prints.

import { describe, expect, test } from 'vitest';
import { digest, goDigests, goProgramTrace, goProgramTraces, parsed } from '../../programs/lib/tracesv2.js';

process.env.TZ = 'UTC'; // the wall clock is printed in the local time zone

const digests = goDigests();

describe('traces of real Go programs', () => {
  test('there are traces of each version', () => {
    for (const version of ['1.22', '1.23', '1.24', '1.25', '1.26']) {
      expect(goProgramTraces().filter((name) => name.includes(`-${version}-`)).length).toBeGreaterThan(1);
    }
  });

  test.each(goProgramTraces())('%s is read as Go 1.26 reads it', (name) => {
    const { text, reader } = parsed(goProgramTrace(name));
    expect(reader.fault).toBe(undefined);
    expect(digest(text)).toEqual(digests[name]);
    expect(reader.wholeEnd).toBe(reader.size);
  });

  test.each([1, 7, 1000, 1e9])('pieces of %d bytes give the same events', (size) => {
    for (const name of ['recorder-1.26-p2.trace', 'notes-1.22-p4.trace']) {
      expect(digest(parsed(goProgramTrace(name), size).text)).toEqual(digests[name]);
    }
  });
});

describe('the time zone of the wall clock', () => {
  test('is the local one, as in Go', () => {
    try {
      process.env.TZ = 'Asia/Kolkata';
      expect(parsed(goProgramTrace('recorder-1.26-p2.trace')).text).toMatch(/ Wall=\S+T\S+\.\d+\+05:30\n/);
      process.env.TZ = 'America/St_Johns';
      expect(parsed(goProgramTrace('recorder-1.26-p2.trace')).text).toMatch(/ Wall=\S+T\S+\.\d+-0[23]:30\n/);
    } finally {
      process.env.TZ = 'UTC';
    }
  });
});
