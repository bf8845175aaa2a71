// Real hey as the judge: called with the same flags, ours asks the same, counts the same, and reports in the same places.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { IncomingMessage, RequestListener } from 'node:http';
import { delimiter, join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { cli } from '../support/cli.js';
import { skipLoudly } from '../support/loudskip.js';
import { freePort, serve } from '../support/server.js';
import { tempDir } from '../support/tempdir.js';

/** Loads a server of its own with each, with the same flags. @returns what hey printed, and what ours did */
async function both(context: TestContext, flags: readonly string[], server: () => RequestListener) {
  if (!(process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, 'hey')))) {
    skipLoudly(context, 'there is no hey here: install hey');
  }
  const heys = await serve(server());
  const hey = await new Promise<string>((resolve, reject) => {
    execFile('hey', [...flags, heys], (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
  const ours = await cli(['load', ...flags, await serve(server())], { cwd: tempDir() });
  expect(ours).toMatchObject({ signal: null, stderr: '' });
  return { hey, ours: ours.stdout };
}

/** The lines of a report that say what was counted. */
const counts = (report: string) =>
  [...report.matchAll(/^ +(\[\d+\]\t\d+ responses?|Total data:.*|Size\/request:.*)$/gm)].map(([, line]) => line);

/** A report without its figures: titles and labels, a line each. */
const layout = (report: string) =>
  report
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/■+$/, '')
        .replaceAll(/\d+(\.\d+)?/g, '0'),
    )
    .filter((line) => line !== '');

const figure = (report: string, name: string) => Number(new RegExp(`${name}:\\t([\\d.]+)`).exec(report)![1]);

describe('called as hey is, mandel load', () => {
  test('has its layout, its counts, and latencies that the server has caused', async (context) => {
    const slowness = 20;
    const { hey, ours } = await both(context, ['-n', '100', '-c', '5'], () => (_, response) => {
      setTimeout(() => response.end('hello world\n'), slowness);
    });
    expect(counts(hey)).toEqual(['Total data:\t1200 bytes', 'Size/request:\t12 bytes', '[200]\t100 responses']);
    expect(counts(ours)).toEqual(counts(hey));
    // Of 100 latencies, hey has a line for each percentile.
    expect(layout(ours)).toEqual(layout(hey));
    for (const report of [hey, ours]) {
      for (const name of ['Fastest', 'Average', 'Slowest']) {
        expect(figure(report, name)).toBeGreaterThan((slowness - 1) / 1e3); // a timer may be early by a fraction
      }
    }
  });

  test('counts answers by status as it does', async (context) => {
    const { hey, ours } = await both(context, ['-n', '60', '-c', '4'], () => {
      let asked = 0;
      return (_, response) => {
        response.statusCode = [200, 503, 200, 404][asked++ % 4]!;
        response.end('some');
      };
    });
    expect(counts(hey).filter((line) => line!.startsWith('['))).toEqual(
      expect.arrayContaining(['[200]\t30 responses', '[404]\t15 responses', '[503]\t15 responses']),
    );
    expect(counts(ours).sort()).toEqual(counts(hey).sort());
  });

  test.for([
    { flags: ['-n', '10', '-c', '3'], requests: 9 },
    { flags: ['-n', '10', '-c', '2', '-q', '100'], requests: 10 },
    { flags: ['-n', '7', '-c', '1', '-disable-keepalive'], requests: 7 },
  ])('with $flags sends $requests requests', async ({ flags, requests }, context) => {
    const asked: number[] = [];
    await both(context, flags, () => {
      const k = asked.push(0) - 1;
      return (_, response) => {
        asked[k]!++;
        response.end();
      };
    });
    expect(asked).toEqual([requests, requests]);
  });

  // Not -a: this hey says who asks, and then forgets it.
  test.for<{ flags: readonly string[] }>([
    { flags: [] },
    { flags: ['-m', 'POST', '-d', 'x=1', '-T', 'application/x-www-form-urlencoded'] },
    { flags: ['-m', 'PUT', '-d', 'grün', '-disable-compression'] },
    { flags: ['-m', 'HEAD', '-H', 'Content-Type: image/png'] },
    { flags: ['-A', 'image/png', '-host', 'example.org', '-H', 'X-One: 1', '-H', 'X-Two: a: b', '-H', 'X-One: 3'] },
  ])('with $flags sends the same request', async ({ flags }, context) => {
    const seen: unknown[] = [];
    await both(context, ['-n', '1', '-c', '1', ...flags], () => async (request: IncomingMessage, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { 'user-agent': _, connection: __, host = '', ...told } = request.headers;
      const headers = { ...told, host: host.replace(/:\d+$/, '') };
      seen.push({ method: request.method, url: request.url, body, headers });
      response.end();
    });
    expect(seen).toHaveLength(2);
    expect(seen[1]).toEqual(seen[0]);
  });

  test('follows redirects as it does', async (context) => {
    const asked: string[][] = [];
    await both(context, ['-n', '1', '-c', '1', '-m', 'POST', '-d', 'x'], () => {
      const urls: string[] = [];
      asked.push(urls);
      return (request, response) => {
        urls.push(`${request.method} ${request.url}`);
        if (request.url === '/') response.writeHead(302, { Location: '/there' });
        response.end();
      };
    });
    expect(asked[0]).toEqual(['POST /', 'GET /there']);
    expect(asked[1]).toEqual(asked[0]);
  });

  test('with -o csv has its columns, and a line a request', async (context) => {
    const { hey, ours } = await both(context, ['-n', '20', '-c', '4', '-o', 'csv'], () => (_, response) => {
      response.end();
    });
    const lines = (text: string) => text.trim().split('\n');
    expect(lines(ours)).toHaveLength(21);
    expect(lines(ours)[0]).toBe(lines(hey)[0]);
    const shape = /^(\d+\.\d{4},){6}200,\d+\.\d{4}$/;
    for (const line of [...lines(ours).slice(1), ...lines(hey).slice(1)]) expect(line).toMatch(shape);
  });
});

test('a server that is not there is counted by hey as by ours', async (context) => {
  const port = await freePort();
  const gone = () => (_: IncomingMessage, response: { socket: { destroy(): void } | null }) =>
    response.socket?.destroy();
  const { hey, ours } = await both(context, ['-n', '6', '-c', '2', '-m', 'POST'], gone);
  expect(/^Error distribution:\n +\[6\]\t/m.test(hey)).toBe(true);
  expect(ours).toContain('Error distribution:\n  [6]\tconnection closed before there was an answer\n');
  const ended = await cli(['load', '-n', '6', '-c', '2', `http://127.0.0.1:${port}`], { cwd: tempDir() });
  expect(ended.status).toBe(1);
  expect(ended.stdout).toContain(`Error distribution:\n  [6]\t127.0.0.1:${port}: connection refused\n`);
});
