// Go 1.26 itself as the judge of the reader: its own tests of its reader, its dump of each trace, its counts, and of cut files.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTrace, parse } from 'mandel/trace';
import { describe, expect, type TestContext, test } from 'vitest';
import { encodeProfile } from '#src/pprof/proto.js';
import { blockingProfile } from '#src/pprof/tracewaits.js';
import { blocking, profileKinds } from '#src/trace/analysis/blocking.js';
import { wire, wireName } from '#src/trace/v2/event.js';
import { badTraces } from '../../programs/lib/badtracesv2.js';
import { waitsOf } from '../../programs/lib/stackwaits.js';
import { checkFigures } from '../../programs/lib/tracefuzz2.js';
import { goProgramTrace, goProgramTraces, parsed } from '../../programs/lib/tracesv2.js';
import { traceOfText } from '../../programs/lib/tracetext.js';
import { goWaits } from '../../support/goprofile.js';
import { newestGo } from '../../support/gotool.js';
import { skipLoudly } from '../../support/loudskip.js';
import { tempDir } from '../../support/tempdir.js';

process.env.TZ = 'UTC';

/** The newest Go's trace tool, set by goRoot(). */
let tool = '';

/** Where Go 1.26 or later is, or a loud skip. */
async function goRoot(context: TestContext): Promise<string> {
  const go = await newestGo(context);
  if (go.minor < 26) skipLoudly(context, 'there is no Go 1.26 on PATH');
  tool = go.trace;
  return spawnSync(go.go, ['env', 'GOROOT'], { encoding: 'utf8' }).stdout.trim();
}

/** What `go tool trace -d=MODE` says of a trace. */
function goTrace(mode: string, bytes: Uint8Array): { text: string; fault: string } {
  const path = join(tempDir(), 'go.trace');
  writeFileSync(path, bytes);
  const { stdout, stderr } = spawnSync(tool, [`-d=${mode}`, path], { encoding: 'utf8', maxBuffer: 1e9 });
  return { text: stdout, fault: stderr };
}

/** Requires equal texts, and shows the first line that differs, not megabytes. */
function expectSame(ours: string, theirs: string): void {
  if (ours === theirs) return;
  const [a, b] = [ours.split('\n'), theirs.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  expect(`line ${at + 1}: ${a[at]}`).toBe(`line ${at + 1}: ${b[at]}`);
  expect(a.length).toBe(b.length);
}

describe('Go 1.26', () => {
  test('agrees on its own tests of its reader', async (context) => {
    const folder = join(await goRoot(context), 'src/internal/trace/testdata/tests');
    if (!existsSync(folder)) skipLoudly(context, "Go's sources are not here");
    const files = readdirSync(folder).filter((name) => name.endsWith('.test'));
    expect(files.length).toBeGreaterThanOrEqual(22);
    for (const name of files) {
      const [, verdict, text] = readFileSync(join(folder, name), 'utf8').split(/^-- \w+ --\n/m);
      const bytes = traceOfText(text!);
      const ours = parsed(bytes);
      const theirs = goTrace('parsed', bytes);
      expectSame(ours.text, theirs.text);
      const [, pattern] = /^FAILURE "(.*)"/.exec(verdict!) ?? [];
      if (pattern === undefined) expect(`${name}: ${ours.reader.fault?.message}`).toBe(`${name}: undefined`);
      else expect(ours.reader.fault?.message).toMatch(new RegExp(pattern.replaceAll('\\\\', '\\')));
    }
  });

  test('has tests of its reader that are legal in the model, or one line', async (context) => {
    const folder = join(await goRoot(context), 'src/internal/trace/testdata/tests');
    if (!existsSync(folder)) skipLoudly(context, "Go's sources are not here");
    const go = await newestGo(context);
    const file = join(tempDir(), 'go.trace');
    for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.test'))) {
      const [, verdict, text] = readFileSync(join(folder, name), 'utf8').split(/^-- \w+ --\n/m);
      const bytes = traceOfText(text!);
      if (!verdict!.startsWith('SUCCESS')) {
        expect(() => parse(bytes), name).toThrow(/^trace: .+$/);
        continue;
      }
      const trace = parse(bytes);
      expect(`${name}: ${trace.cut}`).toBe(`${name}: undefined`);
      checkTrace(trace);
      checkFigures(trace);
      writeFileSync(file, bytes);
      for (const kind of profileKinds) {
        const theirs = await goWaits(go, file, kind); // none of a trace without goroutines
        const ours = waitsOf(encodeProfile(blockingProfile(trace, blocking(trace, kind))));
        expect([name, kind, ours]).toEqual([name, kind, theirs ?? {}]);
      }
    }
  });

  test('agrees on the trace of its tool, which is in the text form alone', async (context) => {
    const path = join(await goRoot(context), 'src/cmd/trace/testdata/go122.test');
    if (!existsSync(path)) skipLoudly(context, "Go's sources are not here");
    const bytes = traceOfText(readFileSync(path, 'utf8'));
    expectSame(parsed(bytes).text, goTrace('parsed', bytes).text);
  });

  test('counts as many records of each type in each trace', async (context) => {
    await goRoot(context);
    for (const name of goProgramTraces()) {
      const bytes = goProgramTrace(name);
      const { text, fault } = goTrace('footprint', bytes);
      if (fault !== '') continue; // its raw reader takes no experimental events before 1.26
      const theirs = [...text.matchAll(/^(\w+) +\d+ +\S+ +(\d+) /gm)].map(([, type, n]) => `${type} ${n}`);
      const { counts } = parsed(bytes).reader;
      const ours = Array.from(counts, (n, type) => (n > 0 ? `${wireName(type)} ${n}` : '')).filter(
        (line) => line !== '',
      );
      expect(ours.sort(), name).toEqual(theirs.filter((line) => !line.endsWith(' 0')).sort());
    }
  });

  test('agrees on traces that are wrong or rare', async (context) => {
    await goRoot(context);
    for (const { is, bytes, go } of badTraces.filter((row) => row.bytes.length > 0)) {
      const theirs = goTrace('parsed', bytes);
      const ours = parsed(bytes);
      if (go === 'panics') expect(theirs.fault, is).toMatch(/panic/);
      else if (go === 'takes it') expect(theirs.fault, is).toBe('');
      else {
        expect(ours.text, is).toBe(theirs.text);
        expect(`${is}: ${ours.reader.fault === undefined}`).toBe(`${is}: ${theirs.fault === ''}`);
      }
    }
  });

  test('reads cut files as far as we do', async (context) => {
    await goRoot(context);
    const names = [
      'syscalls-2ms-1.25-p4.trace',
      'notes-1.22-p4.trace',
      'heap-2ms-1.26-p4.trace',
      'recorder-1.26-p2.trace',
    ];
    for (const [k, name] of names.entries()) {
      const bytes = goProgramTrace(name);
      for (let i = 0; i < 12; i++) {
        const end = 16 + Math.floor(((i + k / 5) / 12) * (bytes.length - 16));
        const ours = parsed(bytes.subarray(0, end));
        const theirs = goTrace('parsed', bytes.subarray(0, end));
        expectSame(ours.text, theirs.text);
        expect(`${name} cut at ${end}: ${ours.reader.fault === undefined}`).toBe(
          `${name} cut at ${end}: ${theirs.fault === ''}`,
        );
      }
    }
  });

  test('knows no type of record that we do not', async (context) => {
    const path = join(await goRoot(context), 'src/internal/trace/tracev2/events.go');
    if (!existsSync(path)) skipLoudly(context, "Go's sources are not here");
    const names = [...readFileSync(path, 'utf8').matchAll(/^\tEv(\w+): \{/gm)].map(([, name]) => name!);
    expect(names.filter((name) => !(name in wire))).toEqual([]);
  });
});
