// mandel web and mandelweb: what is wrong with their flags and addresses, in one line each.

import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostedCli } from '../support/hosted.js';
import { tempDir } from '../support/tempdir.js';

const taken = createServer();
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  port = (taken.address() as { port: number }).port;
});
afterAll(() => void taken.close());

describe('mandel web', () => {
  test.each<[args: readonly string[], line: string]>([
    [['-queue', '2'], '-queue: expected a duration up to 1h such as 500ms or 2s, got "2"'],
    [['-queue', '61m'], '-queue: expected a duration up to 1h such as 500ms or 2s, got "61m"'],
    [['-drain', '-1s'], '-drain: expected a duration up to 1h such as 500ms or 2s, got "-1s"'],
    [['-procs', '0'], '-procs: expected a whole number from 1 to 256, got "0"'],
    [['-pprof', 'nobody'], '-pprof: expected one of loopback, any, got "nobody"'],
    [['-pprof', 'ani'], '-pprof: expected one of loopback, any, got "ani"; did you mean any?'],
    [['-htp', ':1'], "unknown option '-htp' (did you mean -http?); see mandel web -help"],
    ...['nonsense', '', '8080', '127.0.0.1:65536', '127.0.0.1:99999', 'http://127.0.0.1:0', '::1:80', 'a:b'].map(
      (address) =>
        [
          ['-http', address],
          `-http: expected HOST:PORT, such as localhost:8080 or :8080, with a port from 0 to 65535, got "${address}"`,
        ] as [string[], string],
    ),
    [['-http'], '-http: expected a value, got nothing'],
    [['8080'], 'expected flags and nothing else, got "8080"; see mandel web -help'],
  ])('%j is bad usage', async (args, line) => {
    const ended = await hostedCli(['web', ...args], { cwd: tempDir() });
    expect(ended).toMatchObject({ status: 2, stdout: '', stderr: `mandel: ${line}\n` });
  });

  test.each([['192.0.2.1:8080', 'listen 192.0.2.1:8080: this machine has no such address']])(
    'cannot listen at %s, and says why',
    async (address, line) => {
      const ended = await hostedCli(['web', '-http', address], { cwd: tempDir() });
      expect(ended).toMatchObject({ status: 1, stdout: '', stderr: `mandelweb: ${line}\n` });
    },
  );

  test('says that its port is in use', async () => {
    const ended = await hostedCli(['web', '-http', `127.0.0.1:${port}`, '-procs', '1'], { cwd: tempDir() });
    expect(ended).toMatchObject({
      status: 1,
      stdout: '',
      stderr: `mandelweb: listen 127.0.0.1:${port}: the port is in use; choose another one, or 0 for any that is free\n`,
    });
  });

  test('has a help that names its paths', async () => {
    const { status, stdout } = await hostedCli(['web', '-help'], { cwd: tempDir() });
    expect(status).toBe(0);
    for (const word of ['-http', '-queue', '-pprof', '/mandelbrot', '/debug/pprof/', '/metrics', '/healthz']) {
      expect(stdout).toContain(word);
    }
  });
});
