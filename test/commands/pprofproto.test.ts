// A profile that is written as its filters leave it, and read again: by mandel pprof, and by real Go.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '#src/pprof/config.js';
import { encodeProfile } from '#src/pprof/proto.js';
import { rawText } from '#src/pprof/raw.js';
import { readProfileFile } from '#src/pprof/read.js';
import { newReport } from '#src/pprof/report.js';
import { handmade } from '../programs/lib/handmade.js';
import { cli } from '../support/cli.js';
import { call, newestGo } from '../support/gotool.js';
import { hostedCli } from '../support/hosted.js';
import { goPrompt, ourPrompt } from '../support/prompt.js';
import { tempDir } from '../support/tempdir.js';
import { onTerminal } from '../support/terminal.js';

const dir = fileURLToPath(new URL('../testdata/profiles/', import.meta.url));
const real = (name: string) => join(dir, `${name}.pprof`);

/** All that is in a profile, as we read it. */
const rawOf = (file: string) => [...rawText(newReport(readProfileFile(file), 'raw', defaultConfig))].join('');

describe('mandel pprof -proto', () => {
  test.for<string[]>([
    ['cpu26', '-focus=fib', '-hide=runtime', '-tagroot=dish', '-taghide=cook'],
    ['cpu26', '-base', real('cpu19'), '-divide_by=3', '-sample_index=samples'],
    ['heap26', '-noinlines', '-show_from=main', '-trim_path=/usr'],
    ['labelled', '-tagignore=key=a', '-tagleaf=bytes,ms', '-files', '-nodecount=1'],
    ['inlined', '-prune_from=work', '-divide_by=0.5', '-mean'],
    ['unsymbolized', '-ignore=vdso'],
    ['empty', '-lines'],
  ])('writes what Go writes: %j', async ([name = '', ...flags], context) => {
    const go = await newestGo(context);
    const cwd = tempDir();
    const profile = handmade[name];
    const file = profile ? join(cwd, name) : real(name);
    if (profile) writeFileSync(file, encodeProfile(profile));
    const [ours, theirs] = await Promise.all([
      hostedCli(['pprof', '-proto', '-output=ours.pb.gz', ...flags, file], { cwd }),
      call(go.go, ['tool', 'pprof', '-proto', '-output=theirs.pb.gz', ...flags, file], cwd),
    ]);
    expect([ours.stdout, ours.stderr, ours.status, theirs.status]).toEqual(['', '', 0, 0]);
    const raw = async (path: string) => (await call(go.go, ['tool', 'pprof', '-raw', path], cwd)).stdout.toString();
    const [a, b] = await Promise.all([raw('ours.pb.gz'), raw('theirs.pb.gz')]);
    expect(a).toBe(b);
    expect(rawOf(join(cwd, 'ours.pb.gz'))).toBe(b);
  });

  test('writes to standard output, unless that is a terminal', async (context) => {
    const cwd = tempDir();
    const { bytes, stderr } = await hostedCli(['pprof', '-proto', '-focus=fib', real('cpu26')], { cwd });
    expect(stderr).toBe('');
    await hostedCli(['pprof', '-proto', '-focus=fib', '-o', 'fib.pb.gz', real('cpu26')], { cwd });
    expect(readFileSync(join(cwd, 'fib.pb.gz'))).toEqual(bytes);
    const seen = await cli(['pprof', '-proto', '-focus=fib', real('cpu26')], {
      cwd,
      through: onTerminal(context),
    });
    expect(seen.stdout.trim()).toBe('Generating report in profile001.pb.gz');
    expect(readFileSync(join(cwd, 'profile001.pb.gz'))).toEqual(bytes);
  });

  test('is a command of the prompt, which writes to a file', async (context) => {
    const go = await newestGo(context);
    const [ours, theirs] = [tempDir(), tempDir()];
    const lines = ['focus=fib', 'proto', 'proto runtime -sync >once.pb.gz', 'tagroot=cook', 'proto'];
    const [said] = await Promise.all([
      ourPrompt([real('cpu26')], lines, ours),
      goPrompt(go, [real('cpu26')], lines, theirs),
    ]);
    expect(said.stdout).toBe('(pprof) '.repeat(lines.length + 1));
    expect(said.stderr.split('\n').slice(6)).toEqual([
      'Generating report in profile001.pb.gz',
      'Ignore expression matched no samples',
      'Generating report in once.pb.gz',
      'Generating report in profile002.pb.gz',
      '',
    ]);
    expect(readdirSync(ours).sort()).toEqual(['once.pb.gz', 'profile001.pb.gz', 'profile002.pb.gz']);
    for (const file of readdirSync(ours)) expect(rawOf(join(ours, file))).toBe(rawOf(join(theirs, file)));
  });
});
