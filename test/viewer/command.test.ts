// mandel pprof with what is drawn: pictures as files, and the page until Ctrl-C.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeProfile } from '#src/pprof/proto.js';
import { type Running, startCli } from '../support/cli.js';
import { foldedProfile } from '../support/folded.js';
import { hostedCli } from '../support/hosted.js';
import { tempDir } from '../support/tempdir.js';
import { elements, parseXml, textOf } from '../support/xml.js';

const lesson = foldedProfile({ 'main.main;main.paint;main.fillPixel': 6e8, 'main.main;image/png.Encode': 2e8 });

/** A folder with `cpu.pprof` in it. */
function folder(): string {
  const dir = tempDir();
  writeFileSync(join(dir, 'cpu.pprof'), encodeProfile(lesson));
  return dir;
}

/** The address that the command says. */
async function servedAt({ child, printed }: Running): Promise<string> {
  let said = '';
  child.stderr!.on('data', (chunk) => {
    said += chunk;
  });
  await printed(/Serving web UI on \S+\n/);
  return /http:\S+/.exec(said)![0];
}

describe('mandel pprof', () => {
  test.each([
    ['-flame', 'main.fillPixel: 600ms (75.00%)'],
    ['-svg', 'main.fillPixel (600ms)'],
  ])('%s writes a picture', async (flag, said) => {
    const cwd = folder();
    const { status, stderr, stdout } = await hostedCli(['pprof', flag, '-o', 'out.svg', 'cpu.pprof'], { cwd });
    expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: '' });
    const root = parseXml(readFileSync(join(cwd, 'out.svg'), 'utf8'));
    const tips = elements(root, 'a').map(({ attributes }) => attributes['xlink:title']);
    expect([...elements(root, 'title').map(textOf), ...tips]).toContain(said);
  });

  test('-dot writes what Graphviz reads, in all granularities', async () => {
    const cwd = folder();
    for (const granularity of ['-functions', '-files', '-lines', '-addresses']) {
      const { status, stdout } = await hostedCli(['pprof', '-dot', granularity, 'cpu.pprof'], { cwd });
      expect({ granularity, status, stdout }).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^digraph "unnamed" \{\n/),
      });
    }
  });

  test('takes the filters of the other reports', async () => {
    const { stdout } = await hostedCli(['pprof', '-flame', '-focus', 'png', 'cpu.pprof'], { cwd: folder() });
    expect(elements(parseXml(stdout), 'g')).toHaveLength(3);
    expect(stdout).not.toContain('fillPixel');
  });

  test('leaves no picture behind that it cannot draw', async () => {
    const cwd = folder();
    const { status, stderr } = await hostedCli(['pprof', '-svg', '-focus', '(', '-o', 'out.svg', 'cpu.pprof'], { cwd });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^mandel: pprof: focus: expected a regular expression, got "\("[^\n]*\n$/);
    expect(existsSync(join(cwd, 'out.svg'))).toBe(false);
  });
});

describe('mandel pprof -http', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, and ends well', async (signal) => {
    const running = startCli(['pprof', '-http', 'localhost:0', '-focus', 'png', 'cpu.pprof'], { cwd: folder() });
    const url = await servedAt(running);
    const about = await (await fetch(`${url}/data/about`)).json();
    expect(about).toEqual({ title: 'cpu.pprof', samples: ['cpu'], sample: 'cpu', focus: 'png', ignore: '' });
    running.child.kill(signal);
    const { status, stdout, stderr } = await running.ended;
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: `Serving web UI on ${url}\n` });
  });

  test.each([
    [['-focus', '('], /^mandel: pprof: focus: expected a regular expression, got "\("/],
    [['-sample_index', 'space'], /^mandel: pprof: sample_index: expected one of cpu, got "space"/],
  ])('with %j says what is wrong before it serves', async (flags, line) => {
    const { status, stdout, stderr } = await hostedCli(['pprof', '-http', ':0', ...flags, 'cpu.pprof'], {
      cwd: folder(),
    });
    expect({ status, stdout, lines: stderr.split('\n').length }).toEqual({ status: 1, stdout: '', lines: 2 });
    expect(stderr).toMatch(line);
  });

  test.each(['8080', 'localhost:x', '::1', 'localhost:70000', ''])('%j is no address', async (address) => {
    const { status, stdout, stderr } = await hostedCli(['pprof', '-http', address, 'cpu.pprof'], { cwd: folder() });
    const expected = 'expected HOST:PORT, such as localhost:8080 or :8080, with a port from 0 to 65535';
    const line = `mandel: -http: ${expected}, got ${JSON.stringify(address)}\n`;
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: line });
  });
});
