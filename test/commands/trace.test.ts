// mandel trace: what it prints and writes, and how it says that it cannot.

import { spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { summaryText } from '#src/commands/trace/summarytext.js';
import { summarize } from '#src/trace/analysis/summary.js';
import { pxTrace } from '../programs/lib/pxtrace.js';
import { goProgramTrace, goProgramTraces } from '../programs/lib/tracesv2.js';
import { cli, cliPath } from '../support/cli.js';
import { hostedCli } from '../support/hosted.js';
import { readProfile } from '../support/pprofile.js';
import { story } from '../support/story.js';
import { tempDir } from '../support/tempdir.js';

/** A folder with the story in it. */
function withStory(): string {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'story'), story().bytes);
  return cwd;
}

describe('mandel trace FILE', () => {
  test('prints a summary', async () => {
    const ended = await hostedCli(['trace', 'story'], { cwd: withStory() });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const lines = ended.stdout.split('\n');
    expect(lines[0]).toBe('story: go 1.11 trace, 500ns, 2 Ps, 25 events');
    expect(lines[1]).toBe('3 goroutines, 2 ended; 7 switches, 2 parks, 1 steal, 1 preemption, 1 yield,');
    expect(lines[2]).toBe('  1 syscall');
    expect(ended.stdout).toMatch(/\nP 0 +265ns +53\.0% +4\nP 1 +330ns +66\.0% +3\nall +595ns +59\.5%\n/);
    expect(ended.stdout).toMatch(/\nParallelism +1\.19 goroutines running on average, at most 2\n/);
    expect(ended.stdout).toMatch(/\n {2}time with n running +0: 17\.0% {2}1: 47\.0% {2}2: 36\.0%\n/);
    expect(ended.stdout).toMatch(
      /\nmain\.worker: 2 goroutines\n {2}lifetime +2 +590ns +210ns +210ns +380ns +380ns +380ns\n/,
    );
    expect(ended.stdout).toMatch(
      /\n {2}execution +2 +380ns +180ns .*\n {4}each time +4 +380ns +50ns +60ns +200ns +200ns +200ns\n/,
    );
    expect(ended.stdout).toMatch(/\nruntime\.main: 1 goroutine, 1 alive at the end\n/);
    expect(ended.stdout).toMatch(
      /\nLongest waits\n +200ns {2}G1 runtime\.main, sync at main\.main main\.go:15, from 100ns\n +ended by G2 main\.worker at main\.worker main\.go:22\n/,
    );
    expect(ended.stdout).toMatch(
      /\n +40ns {2}G1 runtime\.main, syscall at .*\n +ended by the return of the system call\n/,
    );
    expect(ended.stdout).toMatch(/\nGC {2}none; heap at most 4\.1 kB\n/);
  });

  test('draws curves as wide as 80 columns allow where there is no terminal', async () => {
    const { stdout } = await hostedCli(['trace', 'story'], { cwd: withStory() });
    const curve = /\n {2}running {3}([ ▁▂▃▄▅▆▇█]{44})\| 2 Ps\n {2}runnable {2}([ ▁▂▃▄▅▆▇█]{44})\| /.exec(stdout);
    expect(curve?.[1]).toMatch(/█/);
  });

  test('prints the summary as JSON', async () => {
    const { stdout, status } = await hostedCli(['trace', '-json', 'story'], { cwd: withStory() });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'story',
      version: 11,
      durationNs: 500,
      cut: null,
      counts: { events: 25, switches: 7, parks: 2, steals: 1 },
      procs: [
        { p: 0, runningNs: 265 },
        { p: 1, runningNs: 330 },
      ],
      parallelism: 1.19,
      bodies: [{ name: 'main.worker', spent: { receive: { each: { n: 1, total: 50 } } } }, { name: 'runtime.main' }],
      waits: [
        {
          g: 1,
          body: 'runtime.main',
          activity: 'sync',
          durationNs: 200,
          at: 'main.main main.go:15',
          endedBy: { g: 2 },
        },
        { g: 2, endedBy: { g: 3, body: 'main.worker', event: 'GoUnblock', at: 'main.main main.go:15' } },
        { g: 1, activity: 'syscall', endedBy: { event: 'GoSysExit' } },
      ],
    });
  });

  test('of a file that was cut says so', async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'cut'), story().bytes.subarray(0, -1));
    writeFileSync(join(cwd, 'running'), story().bytes.subarray(0, -2));
    const cut = /cut after \d+ bytes; read up to the last whole record, which ends at byte \d+/;
    const summary = await hostedCli(['trace', 'cut'], { cwd });
    expect(summary).toMatchObject({ status: 0, stderr: '' });
    expect(summary.stdout.replaceAll(/\n +/g, ' ')).toMatch(cut);
    const running = await hostedCli(['trace', 'running'], { cwd });
    expect(running.stdout).toMatch(/\nThe file is cut after 2\d\d bytes, between two records\.\n/);
    const text = await hostedCli(['trace', '-d', 'cut'], { cwd });
    expect(text).toMatchObject({ status: 0 });
    expect(text.stderr).toMatch(cut);
    expect(text.stdout).not.toMatch(cut);
  });
});

describe('mandel trace FILE of a Go program', () => {
  /** The summary of a committed trace. */
  async function summaryOf(name: string): Promise<string> {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'trace'), goProgramTrace(name));
    const { stdout, status } = await hostedCli(['trace', 'trace'], { cwd });
    expect(status).toBe(0);
    return stdout;
  }

  test('says what it begins with, in which generations, and for what goroutines wait', async () => {
    const text = await summaryOf('cgo-2ms-1.26-p2.trace');
    expect(text).toMatch(/^trace: go 1\.26 trace, 8\.213ms, 2 Ps, 5,608 events, 3 generations\n/);
    expect(text).toMatch(/\nIt begins at 2026-11-30 21:48:44\.882898 UTC; 6 goroutines existed before\.\n/);
    expect(text).toMatch(/\nThreads +23 got a P, 566 times in all\n/);
    expect(text).toMatch(
      /\nWaits by reason +n +total +max\n {2}syscall +10 +47\.2ms +6\.15ms\n {2}chan receive .*\n {2}wait until GC ends +1 .*\n\n/,
    );
    expect(text).toMatch(/\nGC +n +total +max\n {2}GC concurrent mark phase +4 +3\.23ms +1\.74ms\n/);
    expect(text).toMatch(/\n {2}stop-the-world \(GC mark termination\) +4 +310µs +142µs\n/);
    expect(text).toMatch(/\n {2}a collection was active for 39\.3% of the time; heap at most 2\.8 MB\n$/);
  });

  test('says what is beside the events', async () => {
    expect(await summaryOf('heap-profile-1.24-p4.trace')).toContain(
      '\n1 CPU sample: -pprof=cpu makes a profile of it.\n',
    );
    expect(await summaryOf('coroutines-allocfree-1.23-p2.trace')).toContain(
      '\nNot read: 283 events and 2 batches of experiments.\n',
    );
  });

  test('that is cut ends with a whole generation', async () => {
    const cwd = tempDir();
    const bytes = goProgramTrace('cgo-2ms-1.26-p2.trace');
    writeFileSync(join(cwd, 'cut'), bytes.subarray(0, -100));
    const text = /cut or broken after byte \d+ of 36965, where its last whole generation ends/;
    expect((await hostedCli(['trace', 'cut'], { cwd })).stdout.replaceAll(/\n +/g, ' ')).toMatch(text);
    expect((await hostedCli(['trace', '-export=csv', 'cut'], { cwd })).stderr).toMatch(text);
  });

  test.each(goProgramTraces())('fits into 80 columns: %s', (name) => {
    const trace = parse(goProgramTrace(name));
    const text = summaryText(name, trace, (spans) => summarize(trace, spans), 80);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).not.toMatch(/undefined|NaN/);
  });
});

describe('mandel trace writes', () => {
  test('a pprof profile', async () => {
    const cwd = withStory();
    expect(await hostedCli(['trace', '-pprof=sync', '-o', 'out', 'story'], { cwd })).toMatchObject({
      status: 0,
      stdout: '',
    });
    expect(readProfile(readFileSync(join(cwd, 'out')))).toMatchObject({
      sampleTypes: ['contentions/count', 'delay/nanoseconds'],
      samples: [{ values: [1, 200] }, { values: [1, 50] }],
    });
    const { bytes } = await hostedCli(['trace', '-pprof=sched', 'story'], { cwd });
    expect(readProfile(bytes).samples.map((s) => s.values)).toEqual([
      [2, 90],
      [1, 50],
      [1, 20],
    ]);
    expect(readdirSync(cwd).sort()).toEqual(['out', 'story']);
  });

  test.each([
    { flags: ['-export', 'chrome'], begins: '{"displayTimeUnit":"ns",' },
    { flags: ['-export', 'csv'], begins: 'ns,event,p,g,' },
    { flags: ['-export=perfetto'], begins: '\n' },
    { flags: ['-d'], begins: '0 GoCreate p=0 g=0 ' },
    { flags: ['-anonymize'], begins: 'go 1.11 trace\0\0\0' },
  ])('$flags to standard output and to a file, the same', async ({ flags, begins }) => {
    const cwd = withStory();
    const { bytes, stdout, status } = await hostedCli(['trace', ...flags, 'story'], { cwd });
    expect(status).toBe(0);
    expect(stdout.startsWith(begins)).toBe(true);
    await hostedCli(['trace', ...flags, '-o=out', 'story'], { cwd });
    expect(readFileSync(join(cwd, 'out')).equals(bytes)).toBe(true);
  });

  test('no more than its reader wants', async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'px'), pxTrace(20_000, 2));
    const through = (command: readonly string[]) =>
      ['/bin/sh', '-c', `"$@" | head -n 1; exit 3`, 'sh', ...command] as const;
    for (const flags of [['-d'], ['-export=csv'], ['-export=chrome']]) {
      const ended = await cli(['trace', ...flags, 'px'], { cwd, through });
      expect(ended).toMatchObject({ status: 3, stderr: '' });
      expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
    }
    expect(cliPath).toMatch(/cli\.js$/);
  });
});

describe('mandel trace diff A B', () => {
  test('says what B has more or less of than A', async () => {
    const cwd = withStory();
    writeFileSync(join(cwd, 'px'), pxTrace(300, 3));
    const { stdout, status } = await hostedCli(['trace', 'diff', 'story', 'px'], { cwd });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^A {2}story: go 1\.11 trace, 500ns, 2 Ps, 25 events\nB {2}px: go 1\.11 trace, /);
    expect(stdout).toMatch(/\nPs +2 +3 +\+1 +\+50\.0%\n/);
    expect(stdout).toMatch(/\n {2}chan receive +50ns +0s +-50ns +gone\n/);
    expect(stdout).toMatch(/\ngoroutines +3 +301 +\+298 +\+9933\.3%\n/);
    expect(stdout).toMatch(/\nmain\.fillPixel\n {2}goroutines +0 +300 +\+300 +new\n/);
  });

  test('of both formats, in any order, packed or not', async () => {
    const cwd = withStory();
    writeFileSync(join(cwd, 'go.gz'), gzipSync(goProgramTrace('channels-1.26-p4.trace')));
    const diff = async (a: string, b: string) => {
      const { stdout, status } = await hostedCli(['trace', 'diff', '-json', a, b], { cwd });
      expect(status).toBe(0);
      return JSON.parse(stdout).figures as { what: string; a: number; b: number }[];
    };
    const [up, down] = [await diff('story', 'go.gz'), await diff('go.gz', 'story')];
    expect(down.map(({ what, a, b }) => ({ what, a: b, b: a }))).toEqual(up.map(({ what, a, b }) => ({ what, a, b })));
    expect(up.find(({ what }) => what === 'goroutines')).toMatchObject({ a: 3, b: 25 });
    expect(up.find(({ what }) => what === 'Ps')).toMatchObject({ a: 2, b: 5 });
  });

  test('as JSON', async () => {
    const { stdout } = await hostedCli(['trace', 'diff', '-json', 'story', 'story'], { cwd: withStory() });
    const { a, b, figures } = JSON.parse(stdout);
    expect([a, b]).toEqual(['story', 'story']);
    expect(figures[0]).toEqual({ what: 'duration', unit: 'ns', a: 500, b: 500, change: 0, relative: 0 });
  });
});

describe('what mandel trace cannot do is one line', () => {
  const row = (args: readonly string[], status: 1 | 2, stderr: string) => ({ args, status, stderr });
  const notTrace = 'trace: text: not a Go execution trace: expected "go 1.11 trace" or the like at its beginning';
  const joined = (file: string, at: number, header: string) =>
    `trace: ${file}: expected one trace, got a second one ("${header}") at byte ${at}; ` +
    `head -c ${at} and tail -c +${at + 1} take them apart`;
  test.each([
    row([], 2, 'trace: expected a FILE to read, got nothing; see mandel trace -help'),
    row(['a', 'b'], 2, 'trace: expected one FILE after the flags, got "a b"; flags come first'),
    row(['story', '-d'], 2, 'trace: expected one FILE after the flags, got "story -d"; flags come first'),
    row(['-pprof=heap', 'story'], 2, '-pprof: expected one of net, sync, syscall, sched, cpu, got "heap"'),
    row(
      ['-pprof', 'synk', 'story'],
      2,
      '-pprof: expected one of net, sync, syscall, sched, cpu, got "synk"; did you mean sync?',
    ),
    row(['-export=xml', 'story'], 2, '-export: expected one of chrome, perfetto, csv, got "xml"'),
    row(
      ['-d', '-json', 'story'],
      2,
      'trace: expected one of -pprof, -export, -d, -json and -anonymize, got -d and -json',
    ),
    row(
      ['-anonymize', '-pprof', 'net', 'story'],
      2,
      'trace: expected one of -pprof, -export, -d, -json and -anonymize, got -pprof and -anonymize',
    ),
    row(
      ['-anonymize', '-from', '1s', 'story'],
      2,
      'trace: expected -anonymize without -from and -to: it copies the records of the file',
    ),
    row(['-from', '1x', 'story'], 2, '-from: expected a time such as 1.5s or 20ms, got "1x"'),
    row(['-d', '-to', '1s', 'story'], 2, 'trace: expected -d without -from and -to: it prints the records of the file'),
    row(
      ['-from', '2s', 'story'],
      2,
      'trace: story: expected -from before -to within the 500ns of the trace, got 2s and 500ns',
    ),
    row(['-d=maybe', 'story'], 2, '-d: expected true or false, got "maybe"'),
    row(['-pprof'], 2, '-pprof: expected a value, got nothing'),
    row(['-nothing', 'story'], 2, "unknown option '-nothing'; see mandel trace -help"),
    row(['-o', '', 'story'], 2, '-o: expected a file name, got nothing'),
    row(['missing'], 1, 'trace: missing: no such file'),
    row(['folder'], 1, 'trace: folder: expected a trace, got a directory'),
    row(['empty'], 1, 'trace: empty: the file is empty'),
    row(['text'], 1, notTrace),
    row(
      ['new'],
      1,
      'trace: new: this is a "go 1.27 trace", which is newer than this program; traces of Go 1.7 to 1.26 can be read',
    ),
    row(['v1v2'], 1, joined('v1v2', 295, 'go 1.26 trace')),
    row(['v2v1'], 1, joined('v2v1', 4065, 'go 1.11 trace')),
    row(['-d', 'v1v2'], 1, joined('v1v2', 295, 'go 1.26 trace')),
    row(['-anonymize', '-o', 'out', 'v2v1'], 1, joined('v2v1', 4065, 'go 1.11 trace')),
    row(
      ['text.gz'],
      1,
      'trace: text.gz: expected a trace in the gzip file, got something else; mandel pprof reads profiles',
    ),
    row(['empty.gz'], 1, 'trace: empty.gz: expected a trace in the gzip file, got nothing'),
    row(['damaged.gz'], 1, 'trace: damaged.gz: expected a gzip file that can be unpacked, got incorrect data check'),
    row(
      ['new.gz'],
      1,
      'trace: new.gz: this is a "go 1.27 trace", which is newer than this program; traces of Go 1.7 to 1.26 can be read',
    ),
    row(['page'], 1, 'trace: page: expected a trace, got an HTML page'),
    row(['-anonymize', '-o', 'out', 'text'], 1, notTrace),
    row(['-anonymize', '-o', 'out', 'missing'], 1, 'trace: missing: no such file'),
    row(['-o', 'nowhere/out', 'story'], 1, '-o nowhere/out: no such directory'),
    row(['-o', 'folder', 'story'], 1, '-o folder: expected a file, got a directory'),
    row(['-d', '-o', 'out', 'missing'], 1, 'trace: missing: no such file'),
    row(['diff'], 2, 'trace diff: expected two traces after the flags, got 0; see mandel trace diff -help'),
    row(['diff', 'story'], 2, 'trace diff: expected two traces after the flags, got 1; see mandel trace diff -help'),
    row(['diff', 'story', 'missing'], 1, 'trace: missing: no such file'),
    row(['diff', 'folder', 'story'], 1, 'trace: folder: expected a trace, got a directory'),
    row(['diff', '-', '-'], 2, 'trace diff: expected one trace on standard input, got two; name a file for the other'),
  ])('$args', async ({ args, status, stderr }) => {
    const cwd = withStory();
    mkdirSync(join(cwd, 'folder'));
    writeFileSync(join(cwd, 'empty'), '');
    const text = 'some text that is longer than a header\n';
    const v2 = goProgramTrace('timers-1.26-p4.trace');
    const damaged = gzipSync(v2);
    damaged[damaged.length - 8]! ^= 1; // its checksum
    for (const [name, bytes] of Object.entries({
      text,
      new: 'go 1.27 trace\0\0\0',
      page: '<!DOCTYPE html><html>',
      v1v2: Buffer.concat([story().bytes, v2]),
      v2v1: Buffer.concat([v2, story().bytes]),
      'text.gz': gzipSync(text),
      'empty.gz': gzipSync(''),
      'new.gz': gzipSync('go 1.27 trace\0\0\0'),
      'damaged.gz': damaged,
    })) {
      writeFileSync(join(cwd, name), bytes);
    }
    const before = readdirSync(cwd);
    expect(await hostedCli(['trace', ...args], { cwd })).toMatchObject({
      status,
      stdout: '',
      stderr: `mandel: ${stderr}\n`,
    });
    expect(readdirSync(cwd)).toEqual(before);
  });

  test('a disk that is full', async () => {
    const ended = await cli(['trace', '-d', 'story'], { cwd: withStory(), stdout: openSync('/dev/full', 'w') });
    expect(ended).toMatchObject({ status: 1, stderr: 'mandel: standard output: no space left on device\n' });
  });
});

describe('the help', () => {
  test.each([{ command: ['trace'] }, { command: ['trace', 'diff'] }])(
    'of mandel $command names its flags',
    async ({ command }) => {
      const { stdout, status } = await hostedCli([...command, '-help'], { cwd: tempDir() });
      expect(status).toBe(0);
      expect(stdout).toMatch(/^Usage: mandel trace (diff )?\[flags\] (FILE|A B)\n/);
      expect(stdout).toMatch(/\n {2}-json +/);
    },
  );

  test('of mandel names mandel trace', async () => {
    const { stdout } = await hostedCli(['-help'], { cwd: tempDir() });
    expect(stdout).toMatch(/\n {2}mandel trace \[flags\] FILE +/);
  });

  test.each(['-help', 'trace -help', 'help', '-version'])(
    'of mandel %s is cut off quietly when its reader is gone',
    (words) => {
      // `true` ends before the command begins to write.
      const script = `node "${cliPath}" ${words} | true; exit \${PIPESTATUS[0]}`;
      const { stderr, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    },
  );
});
