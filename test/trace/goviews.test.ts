// Real Go as the judge: its traces, read by us and by `go tool trace`, say the same.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'mandel/trace';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeProfile } from '#src/pprof/proto.js';
import { blockingProfile } from '#src/pprof/tracewaits.js';
import { blocking, profileKinds } from '#src/trace/analysis/blocking.js';
import { chromeTrace } from '#src/trace/export/chrome.js';
import { dumpTrace } from '#src/trace/export/dump.js';
import { goTraceFolder, goTraceNames } from '../programs/lib/gotraces.js';
import { go119, gos, goTimeline, goTool } from '../support/gojudge.js';
import { skipLoudly } from '../support/loudskip.js';
import { readProfile } from '../support/pprofile.js';
import { story } from '../support/story.js';

const folder = mkdtempSync(join(tmpdir(), 'mandel-goviews-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const storyFile = join(folder, 'story');
writeFileSync(storyFile, story().bytes);

const names = goTraceNames().filter((name) => /_1_(11|19)_/.test(name));
const files = [storyFile, ...names.map((name) => join(goTraceFolder()!, name))];
const rows = files.map((file) => ({ file, name: file.replace(/^.*\//, '') }));

const profile = (file: string, kind: (typeof profileKinds)[number]) => {
  const trace = parse(readFileSync(file));
  return encodeProfile(blockingProfile(trace, blocking(trace, kind)));
};

describe.skipIf(go119 === undefined)('our blocking profiles are those of go tool trace', () => {
  test.each(rows.flatMap((row) => profileKinds.map((kind) => ({ ...row, kind }))))(
    '$kind of $name',
    ({ file, kind }) => {
      const sorted = (bytes: Uint8Array) => {
        const { samples, sampleTypes } = readProfile(bytes);
        return { sampleTypes, samples: samples.map((s) => JSON.stringify(s)).sort() };
      };
      expect(sorted(profile(file, kind))).toEqual(sorted(goTool(go119!, 'trace', `-pprof=${kind}`, file)));
    },
  );

  test.each(gos)('and %s tool pprof reads them', (go) => {
    const out = join(folder, 'sync.pprof');
    writeFileSync(out, profile(storyFile, 'sync'));
    const top = goTool(go, 'pprof', '-top', '-unit=ns', out).toString();
    expect(top).toMatch(/Type: delay\n(.*\n)*.* 250ns total\n/);
    expect(top).toMatch(/200ns 80.00% 80.00% +200ns 80.00% +main\.main\n/);
    expect(goTool(go, 'pprof', '-raw', out).toString()).toMatch(/contentions\/count delay\/nanoseconds/);
  });
});

describe.skipIf(go119 === undefined)('our text is that of go tool trace -d', () => {
  test.each(rows)('for $name, but for the order of what happens at once', ({ file }) => {
    const bytes = readFileSync(file);
    const sorted = (text: string) => text.split('\n').sort();
    expect(sorted([...dumpTrace(parse(bytes, { keepOffsets: true }), bytes)].join(''))).toEqual(
      sorted(goTool(go119!, 'trace', '-d', file).toString()),
    );
  });
});

interface Timeline {
  readonly traceEvents: readonly {
    readonly ph: string;
    readonly tid: number;
    readonly sf?: number;
    readonly esf?: number;
    readonly [part: string]: unknown;
  }[];
  readonly stackFrames: Readonly<Record<string, { readonly name: string; readonly parent?: number }>>;
}

/** The events with their stacks spelled out, without what depends on the order of what happens at once: counters, ids. */
function comparable({ traceEvents, stackFrames }: Timeline): string[] {
  const path = (id: number | undefined): string =>
    id === undefined ? '' : `${stackFrames[id]!.name} ${path(stackFrames[id]!.parent)}`;
  return traceEvents
    .filter((e) => e.ph !== 'C')
    .map(({ id, sf, esf, dur, ...event }) => {
      // Go shows P -1 as the unsigned number that it is in the file.
      const rest = { ...event, tid: event.tid < 0 ? 2 ** 64 + event.tid : event.tid };
      const rounded = dur === undefined ? '' : Number(dur).toFixed(4);
      const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
      return JSON.stringify([sorted, rounded, id !== undefined, path(sf), path(esf)]);
    })
    .sort();
}

describe.skipIf(go119 === undefined)('our Chrome JSON is the timeline of go tool trace', () => {
  const shown = rows.filter(({ name }) => /^(http_1_19|user_task_region_1_11|stress_start_stop_1_11)/.test(name));
  test.each(shown)('for $name', async ({ file }) => {
    const theirs = (await goTimeline(go119!, file)) as Timeline;
    const ours = JSON.parse([...chromeTrace(parse(readFileSync(file)))].join('')) as Timeline;
    expect(comparable(ours)).toEqual(comparable(theirs));
  });
});

test('there is a Go to compare with', (context) => {
  if (go119 === undefined) skipLoudly(context, 'no Go 1.19: nothing was compared with its trace tool');
  if (names.length === 0) skipLoudly(context, 'no sources of Go 1.19: none of its own traces was read');
  expect(gos).toContain(go119);
});
