// mandel load: flags, exit statuses, Ctrl-C, and what is shown meanwhile.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, startCli } from '../support/cli.js';
import { hostedCli } from '../support/hosted.js';
import { serve } from '../support/server.js';
import { tempDir } from '../support/tempdir.js';
import { linesTakenAway, onTerminal } from '../support/terminal.js';

const url = 'http://127.0.0.1:9/';

describe('mandel load', () => {
  test.each<{ args: readonly string[]; says: string }>([
    { args: [], says: 'load: expected a URL to ask, got nothing; see mandel load -help' },
    {
      args: ['127.0.0.1:9'],
      says: 'load: expected a URL such as http://127.0.0.1:8080/mandelbrot, got "127.0.0.1:9"',
    },
    ...['nonsense', '', 'http://', 'http://:80', 'http://127.0.0.1:99999/'].map((text) => ({
      args: [text],
      says: `load: expected a URL such as http://127.0.0.1:8080/mandelbrot, got "${text}"`,
    })),
    {
      args: ['ftp://127.0.0.1/'],
      says: 'load: expected a URL that begins with http:// or https://, such as http://127.0.0.1:8080/mandelbrot, got "ftp://127.0.0.1/"',
    },
    { args: [url, '-n', '5'], says: `load: expected one URL after the flags, got "${url} -n 5"; flags come first` },
    { args: ['-n', '0', url], says: '-n: expected a whole number from 1 to 10000000, got "0"' },
    { args: ['-n', '10000001', url], says: '-n: expected a whole number from 1 to 10000000, got "10000001"' },
    {
      args: ['-n', '4', '-c', '5', url],
      says: '-n: expected at least as many requests as there are workers (-c 5), got 4',
    },
    { args: ['-n', '49', url], says: '-n: expected at least as many requests as there are workers (-c 50), got 49' },
    { args: ['-c', '10001', url], says: '-c: expected a whole number from 1 to 10000, got "10001"' },
    { args: ['-q', 'fast', url], says: '-q: expected requests per second, from 0.001 to 1000000, got "fast"' },
    { args: ['-q', '0.0001', url], says: '-q: expected requests per second, from 0.001 to 1000000, got "0.0001"' },
    { args: ['-z', '10', url], says: '-z: expected a duration up to 24h, such as 10s or 1m30s, got "10"' },
    { args: ['-z', '25h', url], says: '-z: expected a duration up to 24h, such as 10s or 1m30s, got "25h"' },
    { args: ['-t', '-1', url], says: '-t: expected a whole number from 0 to 86400, got "-1"' },
    {
      args: ['-m', 'GEET', url],
      says: '-m: expected one of GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, got "GEET"; did you mean GET?',
    },
    { args: ['-H', 'Accept', url], says: '-H: expected a header such as "Accept: image/png", got "Accept"' },
    { args: ['-H', 'a: b\nc: d', url], says: `-H: expected a header's name and value, got "a: b\\nc: d"` },
    { args: ['-H', 'Content-Length: 9', url], says: '-H: Content-Length follows from the body: leave it out' },
    { args: ['-T', 'a\nb', url], says: `-T: expected a header's name and value, got "Content-Type: a\\nb"` },
    { args: ['-a', 'user', url], says: '-a: expected user:password, got "user"' },
    { args: ['-d', 'x', '-D', 'y', url], says: 'load: expected one of -d and -D, got both' },
    { args: ['-D', 'not-there', url], says: '-D not-there: no such file' },
    { args: ['-D', '.', url], says: '-D .: expected a file, got a directory' },
    { args: ['-o', 'json', url], says: '-o: expected one of csv, got "json"' },
    { args: ['-cpus', '2', url], says: "unknown option '-cpus'; see mandel load -help" },
  ])('$args is refused in one line', async ({ args, says }) => {
    const ended = await hostedCli(['load', ...args], { cwd: tempDir() });
    expect(ended).toMatchObject({ status: 2, signal: null, stdout: '', stderr: `mandel: ${says}\n` });
  });

  test('says with its status whether anything succeeded', async () => {
    const cwd = tempDir();
    const some = await serve((request, response) => {
      response.statusCode = request.url === '/bad' ? 503 : 200;
      response.end();
    });
    const flags = ['load', '-n', '4', '-c', '2'];
    expect(await cli([...flags, some], { cwd })).toMatchObject({ status: 0, stderr: '' });
    const bad = await cli([...flags, `${some}/bad`], { cwd });
    expect(bad).toMatchObject({ status: 1, stderr: '' });
    expect(bad.stdout).toMatch(/^ {2}Succeeded:\tnone$[\s\S]*^ {2}\[503\]\t4 responses$/m);
  });

  test('sends what is in a file, and logs in as the URL or -a says', async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'body'), 'from a file');
    const seen: unknown[] = [];
    const server = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen.push([request.headers.authorization, body]);
      response.end();
    });
    const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;
    const flags = ['load', '-n', '1', '-c', '1', '-m', 'POST', '-D', 'body'];
    const target = server.replace('//', '//me:p%20w@');
    expect(await cli([...flags, target], { cwd })).toMatchObject({ status: 0, stderr: '' });
    expect(await cli([...flags, '-a', 'you:a:b', target], { cwd })).toMatchObject({ status: 0, stderr: '' });
    expect(seen).toEqual([
      [basic('me:p w'), 'from a file'],
      [basic('you:a:b'), 'from a file'],
    ]);
  });

  test('with -z and a rate sends as many as are due', async () => {
    const server = await serve((_, response) => response.end());
    const ended = await cli(['load', '-z', '200ms', '-c', '3', '-q', '50', server], { cwd: tempDir() });
    // On a machine that stalls some may come too late to be sent: they are counted.
    const sent = Number(/\[200\]\t(\d+) response/.exec(ended.stdout)![1]);
    const unsent = Number(/(\d+) requests? due before the end, but never sent/.exec(ended.stdout)?.[1] ?? 0);
    expect(sent + unsent).toBe(30);
  });

  test('stops on Ctrl-C, and reports what there is', async () => {
    let running: ReturnType<typeof startCli> | undefined;
    let asked = 0;
    const server = await serve((_, response) => {
      asked++;
      if (asked <= 10) response.end('ok');
      else if (asked === 12) running!.child.kill('SIGINT'); // both workers wait for what never comes
    });
    running = startCli(['load', '-n', '1000', '-c', '2', server], { cwd: tempDir() });
    const ended = await running.ended;
    expect(ended).toMatchObject({ status: 130, signal: null, stderr: '' });
    expect(ended.stdout).toContain('\n  [200]\t10 responses\n');
    expect(ended.stdout).toContain('\n  2 requests under way when this was stopped, and not counted\n');
  });

  test('stops when the reader of its lines closes the pipe', async () => {
    const server = await serve((_, response) => response.end());
    const flags = ['load', '-z', '10m', '-c', '2', '-o', 'csv'];
    const running = startCli([...flags, server], { cwd: tempDir() });
    running.child.stdout!.once('data', () => running.child.stdout!.destroy());
    expect(await running.ended).toMatchObject({ status: 0, signal: null, stderr: '' });
  });

  test('shows on a terminal how far it is, and takes that away', async (context) => {
    const through = onTerminal(context);
    let shown: (() => void) | undefined;
    const server = await serve((_, response) => {
      // The last answers wait until there was a line.
      if (shown) response.end();
      else shown = () => response.end();
    });
    const running = startCli(['load', '-n', '20', '-c', '1', '-o', 'csv', server], { cwd: tempDir(), through });
    await running.printed(/load: 0%, 0 requests, 0\.0\/s, /);
    shown!();
    const ended = await running.ended;
    expect(ended.status).toBe(0);
    const [csv = ''] = ended.stdout.split('\r\u001b[K').slice(-1);
    expect(csv).toMatch(/^response-time,/);
    const lines = linesTakenAway(ended.stdout.slice(0, -csv.length));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^mandel: load: \d+%, \d+ requests?, \d+\.\d\/s, \d+\.\ds$/);
  });
});
