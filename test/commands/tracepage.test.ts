// mandel trace -http and -open, and -view of a run: the page is served until Ctrl-C, and a browser is opened with it.

import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { browserCommands } from '#src/terminal/openbrowser.js';
import { appears } from '../support/appears.js';
import { type CliOptions, startCli } from '../support/cli.js';
import { hostedCli } from '../support/hosted.js';
import { writeProgram } from '../support/program.js';
import { serve } from '../support/server.js';
import { story } from '../support/story.js';
import { tempDir } from '../support/tempdir.js';

/** A folder with the story in it. */
function withStory(): string {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'story'), story().bytes);
  return cwd;
}

/** Starts a command that serves a page. @returns what it does, and the page's address */
async function served(args: readonly string[], options: CliOptions) {
  const running = startCli(args, options);
  let said = '';
  running.child.stderr!.on('data', (chunk) => {
    said += chunk;
  });
  await running.printed(/Serving web UI on \S+\n/);
  return { running, url: /http:\/\/localhost:\d+/.exec(said)![0] };
}

const about = async (url: string) => (await fetch(`${url}/data/about`)).json();
const trace = async (url: string) => Buffer.from(await (await fetch(`${url}/data/trace`)).arrayBuffer());

/** A program that writes what it is called with into the file `url` of the folder `cwd`. @returns its path */
function browserIn(cwd: string, name = 'browser'): string {
  mkdirSync(join(cwd, 'bin'), { recursive: true });
  const path = join(cwd, 'bin', name);
  writeFileSync(path, `#!/bin/sh\necho "$@" > '${cwd}/new'\n/bin/mv '${cwd}/new' '${cwd}/url'\n`);
  chmodSync(path, 0o755);
  return path;
}

/** The address that the program was called with. */
async function opened(cwd: string): Promise<string> {
  await appears(cwd, 'url');
  return readFileSync(join(cwd, 'url'), 'utf8').trim();
}

/** Environment of a machine whose only browser is BROWSER. */
const bare = (cwd: string, BROWSER: string) => ({ BROWSER, PATH: join(cwd, 'bin'), DISPLAY: '', WAYLAND_DISPLAY: '' });

describe('mandel trace -http', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('serves the page and the trace until %s, and ends well', async (signal) => {
    const { running, url } = await served(['trace', '-http', 'localhost:0', 'story'], { cwd: withStory() });
    expect((await fetch(`${url}/`)).headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await about(url)).toEqual({ title: 'story', source: 'story', size: story().bytes.length });
    expect(await trace(url)).toEqual(Buffer.from(story().bytes));
    running.child.kill(signal);
    const { status, stdout, stderr } = await running.ended;
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: `Serving web UI on ${url}\n` });
  });

  test('without a file serves a page that asks for one', async () => {
    const { running, url } = await served(['trace', '-http', ':0'], { cwd: tempDir() });
    expect(await about(url)).toEqual({ title: '', source: '', size: 0 });
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ status: 0 });
  });

  test('fetches a trace from an address, and ends while it arrives', async () => {
    const source = `${await serve((_, answer) => void answer.write(story().bytes))}/debug/pprof/trace`;
    const { running, url } = await served(['trace', '-http', ':0', source], { cwd: tempDir() });
    const reader = (await fetch(`${url}/data/trace`)).body!.getReader();
    expect(Buffer.from((await reader.read()).value!)).toEqual(Buffer.from(story().bytes));
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ status: 0, stderr: `Serving web UI on ${url}\n` });
  });

  test('says what is wrong with what arrives, and serves on', async () => {
    const { running, url } = await served(['trace', '-http', ':0', '-'], { cwd: tempDir() });
    await running.printed(/got nothing\n/);
    const line = 'trace: standard input: expected a trace, got nothing';
    expect(await (await fetch(`${url}/data/trace`)).json()).toEqual({ error: line });
    running.child.kill('SIGINT');
    const stderr = `Serving web UI on ${url}\nmandel: ${line}\n`;
    expect(await running.ended).toMatchObject({ status: 0, stderr });
  });

  const page = '-http :0';
  test.each([
    [`${page} none`, 1, 'trace: none: no such file'],
    [`${page} .`, 1, 'trace: .: expected a trace, got a directory'],
    [`${page} text`, 1, 'trace: text: not a Go execution trace: expected "go 1.11 trace" or the like at its beginning'],
    [
      `${page} text.gz`,
      1,
      'trace: text.gz: expected a trace in the gzip file, got something else; mandel pprof reads profiles',
    ],
    [`${page} http://`, 1, 'trace: http://: expected an address such as http://HOST:PORT/debug/pprof/trace?seconds=5'],
    [`${page} a b`, 2, 'trace: expected one FILE after the flags, got "a b"; flags come first'],
    [`${page} -json story`, 2, 'trace: expected -http without -json'],
    [`${page} -d story`, 2, 'trace: expected -http without -d'],
    [`${page} -objects story`, 2, 'trace: expected -http without -objects'],
    [`${page} -anonymize story`, 2, 'trace: expected -http without -anonymize'],
    [`${page} -pprof sync story`, 2, 'trace: expected -http without -pprof'],
    [`${page} -export csv story`, 2, 'trace: expected -http without -export'],
    [`${page} -o - story`, 2, 'trace: expected -http without -o'],
    [`${page} -from 1s story`, 2, 'trace: expected -http without -from: a part is selected on the page'],
    [`${page} -to 1s story`, 2, 'trace: expected -http without -to: a part is selected on the page'],
    ['-open -json story', 2, 'trace: expected -open without -json'],
    [
      '-http x story',
      2,
      '-http: expected HOST:PORT, such as localhost:8080 or :8080, with a port from 0 to 65535, got "x"',
    ],
    ['-http 192.0.2.1:0 story', 1, '-http 192.0.2.1:0: this machine has no such address'],
    ['-http 192.0.2.1:0 http://localhost:0/trace', 1, '-http 192.0.2.1:0: this machine has no such address'],
  ])('is refused in one line: %s', async (flags, status, line) => {
    const cwd = withStory();
    writeFileSync(join(cwd, 'text'), 'this is a line of text');
    writeFileSync(join(cwd, 'text.gz'), gzipSync('this is a line of text'));
    const ended = await hostedCli(['trace', ...flags.split(' ')], { cwd });
    expect(ended).toMatchObject({ status, stdout: '', stderr: `mandel: ${line}\n` });
  });
});

describe('mandel trace -open', () => {
  test('opens the program in BROWSER with the page', async () => {
    const cwd = withStory();
    const { running, url } = await served(['trace', '-open', 'story'], { cwd, env: bare(cwd, browserIn(cwd)) });
    expect(await opened(cwd)).toBe(url);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ status: 0, stderr: `Serving web UI on ${url}\n` });
  });

  test('opens another one, if that fails', async () => {
    const cwd = withStory();
    browserIn(cwd, 'google-chrome');
    const flags = ['trace', '-http', ':0', '-open', 'story'];
    const { running, url } = await served(flags, { cwd, env: bare(cwd, '/bin/false') });
    expect(await opened(cwd)).toBe(url);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ status: 0, stderr: `Serving web UI on ${url}\n` });
  });

  test('says that there is none, and serves on', async () => {
    const cwd = withStory();
    const { running, url } = await served(['trace', '-open', 'story'], { cwd, env: bare(cwd, '/none') });
    await running.printed(/no browser can be started here/);
    expect(await about(url)).toMatchObject({ title: 'story' });
    running.child.kill('SIGINT');
    const line = `mandel: no browser can be started here; open ${url} in one, or set BROWSER\n`;
    expect(await running.ended).toMatchObject({ status: 0, stderr: `Serving web UI on ${url}\n${line}` });
  });

  test.each([
    ['linux', {}, ['chromium', 'google-chrome', 'firefox']],
    ['linux', { DISPLAY: ':0' }, ['xdg-open', 'chromium', 'google-chrome', 'firefox']],
    ['freebsd', { WAYLAND_DISPLAY: 'w' }, ['xdg-open', 'chromium', 'google-chrome', 'firefox']],
    ['linux', { BROWSER: '/opt/b' }, ['/opt/b', 'chromium', 'google-chrome', 'firefox']],
    ['darwin', { BROWSER: '/opt/b' }, ['/opt/b', 'open']],
    ['win32', {}, ['cmd /c start']],
  ] as const)('on %s with %j tries %j', (platform, env, programs) => {
    const commands = browserCommands('http://localhost:1', platform, env);
    expect(commands.map((command) => command.join(' '))).toEqual(programs.map((name) => `${name} http://localhost:1`));
  });
});

describe('-view', () => {
  test.each([
    [['-mode', 'row', '-w', '8', '-h', '8', '-quiet', '-procs', '1']],
    [['-mode', 'row', '-w', '8', '-h', '8', '-quiet', '-engine', 'sim']],
    [['run', '-engine', 'sim', '-view', 'sieve']],
  ])('shows the trace of the run, which is gone at the end: %j', async (words) => {
    const cwd = tempDir();
    const tmp = join(cwd, 'tmp');
    mkdirSync(tmp);
    const args = words.includes('-view') ? words : [...words, '-view'];
    const env = { ...bare(cwd, browserIn(cwd)), TMPDIR: tmp };
    const { running, url } = await served(args, { cwd, env });
    expect(await opened(cwd)).toBe(url);
    expect((await trace(url)).subarray(0, 13).toString()).toBe('go 1.11 trace');
    expect(readdirSync(tmp).filter((name) => name.startsWith('mandel-trace-'))).toHaveLength(1);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ status: 0, stderr: `Serving web UI on ${url}\n` });
    expect(readdirSync(tmp).filter((name) => name.startsWith('mandel-trace-'))).toEqual([]);
  });

  test('shows the trace in the file of -trace, also of a run that fails, whose exit status stays', async () => {
    const cwd = tempDir();
    const program = writeProgram(cwd, 'p', 'export function* main() {\n  yield* chan(int).recv();\n}');
    const env = bare(cwd, browserIn(cwd));
    const flags = ['run', '-engine', 'sim', '-trace', 'p.trace', '-view', program];
    const { running, url } = await served(flags, { cwd, env });
    expect(await about(url)).toMatchObject({ title: 'p.trace' });
    expect(await trace(url)).toEqual(readFileSync(join(cwd, 'p.trace')));
    await opened(cwd);
    running.child.kill('SIGINT');
    const { status, stderr } = await running.ended;
    expect(status).toBe(2);
    expect(stderr).toMatch(/^fatal error: all goroutines are asleep - deadlock!/);
  });

  test('is refused with a trace for standard output', async () => {
    const args = ['-mode', 'row', '-w', '8', '-h', '8', '-trace', '-', '-view'];
    const line = 'mandel: -view: expected a file for -trace, got "-"\n';
    expect(await hostedCli(args, { cwd: tempDir() })).toMatchObject({ status: 2, stdout: '', stderr: line });
  });
});

test.each([['trace'], ['run'], []])('the help of %s is at most 80 columns wide', async (...words) => {
  const { status, stdout } = await hostedCli([...words, '-help'], { cwd: tempDir() });
  expect(status).toBe(0);
  expect(stdout).toContain(words[0] === 'trace' ? '-http <address>' : '-view');
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
