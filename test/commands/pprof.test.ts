import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hostedCli } from '../support/hosted.js';
import { ourPrompt } from '../support/prompt.js';
import { tempDir } from '../support/tempdir.js';

const dir = fileURLToPath(new URL('../testdata/profiles/', import.meta.url));
const cpu = readFileSync(join(dir, 'cpu26.pprof'));
const env = { TZ: 'UTC' };

/** What `mandel pprof ...args` says, among the profiles. */
const pprof = (...args: string[]) => hostedCli(['pprof', ...args], { cwd: dir, env });

const top = `File: work
Build ID: 769d697e611a84e12a58ee7a610cb9d2f3368102
Type: cpu
Time: 2026-11-21 18:58:13 UTC
Duration: 305.37ms, Total samples = 180ms (58.95%)
Showing nodes accounting for 180ms, 100% of 180ms total
Showing top 2 nodes out of 7
      flat  flat%   sum%        cum   cum%
     130ms 72.22% 72.22%      130ms 72.22%  main.sum[go.shape.float64]
      50ms 27.78%   100%       50ms 27.78%  main.fib
`;

const refusals: readonly (readonly [args: string[], says: string, status: number])[] = [
  [[], 'pprof: expected a FILE or URL to read, got nothing; see mandel pprof -help', 2],
  [['-top', '-tree', 'x'], 'pprof: expected one report, got -top and -tree', 2],
  [['cpu26.pprof', '-top'], 'pprof: expected files, got "-top"; flags come first', 2],
  [['-tpo', 'x'], "unknown option '-tpo' (did you mean -top?); see mandel pprof -help", 2],
  [['-top', '-nodecount=x', 'cpu26.pprof'], '-nodecount: expected a whole number from -1, got "x"', 2],
  [['-top', '-nodefraction=2', 'cpu26.pprof'], '-nodefraction: expected a number from 0 to 1, got "2"', 2],
  [['-top', '-trim=maybe', 'cpu26.pprof'], '-trim: expected true or false, got "maybe"', 2],
  [['-top', '-lines', '-files', 'x'], 'pprof: expected one granularity, got -files and -lines', 2],
  [['-base=x', '-diff_base=y', 'z'], 'pprof: expected one of -base and -diff_base, got both', 2],
  [['-divide_by=0', 'x'], '-divide_by: expected a number above 0, got "0"', 2],
  [['-normalize', 'x'], 'pprof: expected -base or -diff_base with -normalize, got neither', 2],
  [
    ['-normalize', '-base=block26.pprof', 'cpu26.pprof'],
    'pprof: cpu26.pprof, block26.pprof: normalize: expected a base of the same sample types, got samples/count, cpu/nanoseconds with periods of cpu/nanoseconds and contentions/count, delay/nanoseconds with periods of contentions/count',
    1,
  ],
  [['-seconds=0', 'x'], '-seconds: expected a whole number from 1 to 86400, got "0"', 2],
  [['-top', 'nobody.pprof'], 'pprof: nobody.pprof: no such file', 1],
  [['-top', '.'], 'pprof: .: expected a file, got a directory', 1],
  [
    ['-top', 'main.go'],
    'pprof: main.go: expected a gzipped or plain profile, got a file that begins with "// Writes the profiles t"',
    1,
  ],
  [['-top', '-sample_index=x', 'cpu26.pprof'], 'pprof: sample_index: expected one of samples, cpu, got "x"', 1],
  [['-top', '-mean_delay', 'cpu26.pprof'], 'pprof: sample_index: expected one of samples, cpu, got "delay"', 1],
  [['-top', '-focus=(', 'cpu26.pprof'], 'pprof: focus: expected a regular expression, got "(": missing closing )', 1],
  [
    ['-top', '-prune_from=[', 'cpu26.pprof'],
    'pprof: prune_from: expected a regular expression, got "[": missing closing ]',
    1,
  ],
  [
    ['-tags', '-tagshow=(', 'cpu26.pprof'],
    'pprof: tagshow: expected a regular expression, got "(": missing closing )',
    1,
  ],
  [
    ['-tags', '-taghide=a**', 'cpu26.pprof'],
    'pprof: taghide: expected a regular expression, got "a**": invalid nested repetition operator',
    1,
  ],
  [
    ['-proto', '-divide_by=1e-300', 'cpu26.pprof'],
    'pprof: proto: expected values below 2 ** 53, got 1 divided by 1e-300',
    1,
  ],
  [['-list=nobody', 'cpu26.pprof'], 'pprof: no matches found for regexp: nobody', 1],
  [
    ['-top', 'cpu26.pprof', 'heap26.pprof'],
    'pprof: cpu26.pprof, heap26.pprof: expected profiles with a sample type in common to merge, got samples, cpu and alloc_objects, alloc_space, inuse_objects, inuse_space',
    1,
  ],
  [['-top', '-o', 'no/where', 'cpu26.pprof'], '-o no/where: no such directory', 1],
  [['-top', 'ftp://localhost/x'], 'pprof: ftp://localhost/x: expected an address with http or https, got ftp', 2],
  ...['http://[/x', 'http://', 'http://127.0.0.1:99999/', '127.0.0.1:99999', 'localhost:99999/debug/pprof/heap'].map(
    (address) =>
      [['-top', address], `pprof: expected a file or the address of a profile, got "${address}"`, 2] as [
        string[],
        string,
        number,
      ],
  ),
];

describe('mandel pprof', () => {
  test('prints what costs most', async () => {
    const { stdout, stderr, status } = await pprof('-top', '-nodecount=2', 'cpu26.pprof');
    expect(stdout).toBe(top);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  test('writes to a file, which is there when it is whole or not at all', async () => {
    const cwd = tempDir();
    const file = join(dir, 'cpu26.pprof');
    expect(await hostedCli(['pprof', '-top', '-nodecount=2', '-o', 'top.txt', file], { cwd, env })).toMatchObject({
      stdout: '',
      status: 0,
    });
    expect(readFileSync(join(cwd, 'top.txt'), 'utf8')).toBe(top);
    const failed = await hostedCli(['pprof', '-peek', 'nobody', '-o', 'peek.txt', file], { cwd });
    expect(failed).toMatchObject({
      stdout: '',
      stderr: 'mandel: pprof: no matches found for regexp: nobody\n',
      status: 1,
    });
    expect(readdirSync(cwd)).toEqual(['top.txt']);
  });

  test('says which filter matched nothing', async () => {
    const { stderr, status } = await pprof('-top', '-focus=nobody', 'cpu26.pprof');
    expect({ stderr, status }).toEqual({ stderr: 'Focus expression matched no samples\n', status: 0 });
  });

  test('says which sample types do not count, if several are asked for', async () => {
    const { stdout, stderr } = await pprof(
      '-top',
      '-total_delay=false',
      '-alloc_space',
      '-inuse_objects',
      '-contentions',
      'block26.pprof',
    );
    expect(stdout).toContain('Type: contentions\n');
    expect(stderr).toBe(
      'Multiple value selections, ignoring -inuse_objects\nMultiple value selections, ignoring -alloc_space\n',
    );
  });

  test('refuses in one line what makes no sense, and what it cannot read', async () => {
    const said = await Promise.all(refusals.map(([args]) => pprof(...args)));
    expect(said.map(({ stdout, stderr, status }) => [stdout, stderr, status])).toEqual(
      refusals.map(([, says, status]) => ['', `mandel: ${says}\n`, status]),
    );
  });
});

/** Serves until the test is over. @returns `host:port` */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a profile that is fetched', () => {
  test('is recorded for as long as -seconds says', async () => {
    const asked: string[] = [];
    const host = await serve(({ url }, response) => {
      asked.push(url!);
      response.end(cpu);
    });
    const { stdout, stderr } = await pprof('-top', '-nodecount=2', '-seconds=2', host);
    expect(stdout).toBe(top);
    expect(asked).toEqual(['/debug/pprof/profile?seconds=2']);
    const url = `http://${host}/debug/pprof/profile?seconds=2`;
    expect(stderr).toBe(`Fetching profile over HTTP from ${url}\nPlease wait... (2s)\n`);
  });

  test.for<[what: string, listener: RequestListener, says: string]>([
    [
      'a refusal',
      (_, answer) => void answer.writeHead(503).end(),
      'expected a profile, got status 503 Service Unavailable',
    ],
    [
      'a refusal with a reason',
      (_, answer) => void answer.writeHead(500, { 'content-type': 'text/plain' }).end('already in use\nreally'),
      'expected a profile, got status 500 Internal Server Error: already in use',
    ],
    [
      'a page',
      (_, answer) => void answer.end('<!doctype html>'),
      'expected a gzipped or plain profile, got a file that begins with "<!doctype html>"',
    ],
    ['nothing', (_, answer) => void answer.end(), 'expected a gzipped or plain profile, got an empty file'],
    ['half an answer', ({ socket }) => void socket.destroy(), 'expected an answer, got none: other side closed'],
  ])('is refused in one line if it is %s', async ([, listener, says]) => {
    const host = await serve(listener);
    const { stdout, stderr, status } = await pprof('-top', `http://${host}/heap`);
    const fetching = `Fetching profile over HTTP from http://${host}/heap\n`;
    expect({ stdout, stderr, status }).toEqual({
      stdout: '',
      stderr: `${fetching}mandel: pprof: http://${host}/heap: ${says}\n`,
      status: 1,
    });
  });

  test('is refused in one line if no server answers', async () => {
    const { stderr, status } = await pprof('-top', 'http://127.0.0.1:1/heap');
    expect(stderr).toMatch(/\nmandel: pprof: http:\/\/127\.0\.0\.1:1\/heap: expected an answer, got none: .*\n$/);
    expect(status).toBe(1);
  });
});

describe('the prompt of mandel pprof', () => {
  const answers = (...lines: string[]) => ourPrompt(['cpu26.pprof'], lines, dir);

  test('answers line by line, up to quit', async () => {
    const { stdout, stderr, status } = await answers('top2', '', 'quit', 'top');
    const rows = top.split('\n').slice(5).join('\n');
    expect(stdout).toBe(`(pprof) ${rows}(pprof) (pprof) `);
    const head = top.split('\n').slice(0, 5).join('\n');
    expect(stderr).toBe(`${head}\nEntering interactive mode (type "help" for commands, "o" for options)\n`);
    expect(status).toBe(0);
  });

  test('keeps options, and says what is wrong in one line', async () => {
    const { stdout, stderr } = await answers(
      'sample_index=samples',
      'unit',
      'focus=(',
      'top',
      'focus=fib',
      'nodecount=1',
      'top',
      ':',
      'cum',
      'top',
      'samples',
      'cpu',
      'sample_index=heap',
      'nodecount=many',
      'granularity=feet',
      'divide_by=-1',
      'topp',
      'unknown',
      'focu',
      'show fib',
      'web',
      'list',
      'top >',
      'help peek',
      'help nothing',
    );
    const shown = stdout.replaceAll('(pprof) ', '').split('\n');
    expect(shown.filter((line) => line.endsWith('main.fib') || line.endsWith('main.main'))).toEqual([
      '         5 27.78% 27.78%          5 27.78%  main.fib',
      '         0     0%     0%         18   100%  main.main',
    ]);
    expect(stderr.split('\n').slice(6, -1)).toEqual([
      'unit: expected a value, as in unit=minimum',
      'pprof: focus: expected a regular expression, got "(": missing closing )',
      'sample_index: expected one of samples, cpu, got "heap"',
      'nodecount: expected a whole number from -1, got "many"',
      'granularity: expected one of functions, filefunctions, files, lines, addresses, got "feet"',
      'divide_by: expected a number above 0, got "-1"',
      'unrecognized command: "topp"; did you mean top?',
      'unrecognized command: "unknown"; type "help" for commands',
      'unrecognized command: "focu"; type "help" for commands',
      'did you mean: show=fib',
      'web: expected a report that is here; svg writes the picture to a file, and mandel pprof -http localhost:8080 FILE shows a page',
      'list: expected a regular expression, got nothing',
      'expected the name of a file after >, got nothing',
      'the same for the functions that match a regular expression',
      '  Usage:',
      '    peek REGEXP [N] [-cum] [FOCUS]... [-IGNORE]... [>FILE]',
      '    N is the most nodes to show, -cum sorts by what they spent with all that they called;',
      '    FOCUS and IGNORE are regular expressions of functions, for this report only',
      'Unknown command: nothing',
    ]);
  });

  test('writes a report to a file', async () => {
    const cwd = tempDir();
    const { stderr } = await ourPrompt([join(dir, 'cpu26.pprof')], ['top 2 >top.txt', 'tree > no/where'], cwd);
    expect(readFileSync(join(cwd, 'top.txt'), 'utf8')).toBe(top.split('\n').slice(5).join('\n'));
    expect(stderr.split('\n').slice(6)).toEqual([
      'Generating report in top.txt',
      'Generating report in no/where',
      '-o no/where: no such directory',
      '',
    ]);
  });

  test('shows its options', async () => {
    const { stderr } = await answers('focus=a.b', 'o');
    expect(stderr).toContain('  focus                     = a.b                  \n');
    expect(stderr).toContain('  sort                      = flat                 //: [cum | flat]\n');
    expect(stderr).toContain('  sample_index              = cpu                  //: [samples | cpu]\n');
  });
});
