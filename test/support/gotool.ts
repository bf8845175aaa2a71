// Real Go as the judge of a trace: `go tool trace` of every Go here must read the file and answer every page. After
// what cmd/trace/main.go serves, in Go 1.19 and in the newest one.
//
// A handler that panics does not end the tool, it breaks the connection; a trace that the tool cannot split for its
// viewer ends it before it listens; and from 1.22 on it shows the good part of a broken file as if that were all. Each of
// these is a complaint.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'vitest';
import { skipLoudly } from './loudskip.js';
import { tempDir } from './tempdir.js';

/** A Go installation with its tools. */
export interface GoTool {
  /** As `go version` has it: `go1.19.8`. */
  readonly version: string;
  /** The minor version: 19. */
  readonly minor: number;
  /** The command `go`. */
  readonly go: string;
  /** The program behind `go tool trace`. */
  readonly trace: string;
}

/** Debian keeps its releases beside each other, under these. */
const DEBIAN = '/usr/lib/go-1.19/bin/go';

/** What must not steer Go: no toolchain is downloaded, no module is looked for. */
const { DISPLAY: _, GOFLAGS: __, ...inherited } = process.env;
const env = { ...inherited, GOTOOLCHAIN: 'local', GO111MODULE: 'off', BROWSER: 'true' };

/** Nothing here takes longer; building the newest Go's tools is the longest. */
const HANG_MS = 280_000;

export interface Output {
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Its exit status; 0 is good. */
  readonly status: number;
}

/** Runs a program to its end. */
export function call(file: string, args: readonly string[], cwd?: string): Promise<Output> {
  const options = { env, encoding: 'buffer', maxBuffer: 2 ** 30, timeout: HANG_MS, ...(cwd ? { cwd } : {}) } as const;
  return new Promise((resolve, reject) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      const status = error === null ? 0 : error.code;
      if (typeof status === 'number') resolve({ stdout, stderr: stderr.toString(), status });
      else reject(error);
    });
  });
}

let tools: Promise<readonly GoTool[]> | undefined;

/**
 * The judges: Debian's Go 1.19 and the newest Go on PATH, oldest first; those that are here. The first call may build
 * their tools, which takes a minute where Go's cache is empty.
 */
export function goTools(): Promise<readonly GoTool[]> {
  tools ??= findTools();
  return tools;
}

async function findTools(): Promise<readonly GoTool[]> {
  const paths = (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, 'go'));
  const found: GoTool[] = [];
  for (const go of new Set([DEBIAN, ...paths].filter((path) => existsSync(path)))) {
    const { stdout } = await call(go, ['version']);
    const [, version = '', minor] = /^go version (go1\.(\d+)\S*)/.exec(stdout.toString()) ?? [];
    const tool = await call(go, ['tool', '-n', 'trace']); // prints the path, and builds what is not there yet
    if (minor === undefined || tool.status !== 0) continue;
    found.push({ version, minor: Number(minor), go, trace: tool.stdout.toString().trim() });
  }
  found.sort((a, b) => a.minor - b.minor);
  const debian = found.find((tool) => tool.minor === 19);
  const newest = found.at(-1);
  return [...new Set([debian, newest])].filter((tool) => tool !== undefined);
}

/** Debian's Go 1.19; the running test is skipped where there is none. */
export async function go119(context: TestContext): Promise<GoTool> {
  const found = (await goTools()).find(({ minor }) => minor === 19);
  return found ?? skipLoudly(context, 'there is no Go 1.19 here: install golang-1.19-go');
}

/** The newest Go, which says of profiles what we do; the running test is skipped where 1.19 is the newest. */
export async function newestGo(context: TestContext): Promise<GoTool> {
  const newest = (await goTools()).at(-1);
  return newest && newest.minor > 19 ? newest : skipLoudly(context, 'there is no Go here that is newer than 1.19');
}

/** The judges; the running test is skipped without Go 1.19, and the reader of the run is told if there is no newer one. */
export async function needJudges(context: TestContext): Promise<void> {
  await go119(context);
  if ((await goTools()).length > 1) return;
  console.warn(`SKIPPED in part: ${context.task.name}: there is no newer Go than 1.19 on PATH`);
}

export interface Verdict {
  /** The versions of Go that judged. */
  readonly by: readonly string[];
  /** What each of them found wrong, a line each, e.g. `go1.19.8: /mmuPlot: ...`. */
  readonly complaints: readonly string[];
}

/**
 * Lets every Go here judge the trace in `file`.
 * @param depth `pages` fetches what the tool serves; `events` has it read all events, and no more
 */
export async function judge(file: string, depth: 'pages' | 'events' = 'pages'): Promise<Verdict> {
  const judges = await goTools();
  const complaints = await Promise.all(
    judges.map(async (tool) => {
      const found = await Promise.all([readEvents(tool, file), depth === 'pages' ? readPages(tool, file) : []]);
      return found.flat().map((complaint) => `${tool.version}: ${complaint}`);
    }),
  );
  return { by: judges.map((tool) => tool.version), complaints: complaints.flat() };
}

/** Go 1.22 has modes for -d. */
const dumpFlag = ({ minor }: GoTool) => (minor < 22 ? '-d' : '-d=parsed');

async function readEvents(tool: GoTool, file: string): Promise<string[]> {
  const { status, stderr, stdout } = await call(tool.trace, [dumpFlag(tool), file]);
  if (status === 0 && stdout.length > 0) return [];
  return [`${dumpFlag(tool)}: ${status === 0 ? 'no events' : firstWords(stderr)}`];
}

/** What a log says of a failure: the line of a panic, else the last line. */
export function firstWords(log: string): string {
  const lines = log.trim().split('\n');
  return lines.find((line) => /panic|fatal error/.test(line)) ?? lines.at(-1) ?? '';
}

/** Pages that are there for every trace. */
function pagesOf({ minor }: GoTool): readonly string[] {
  const flags = ['stw|background|assist|sweep|mut', 'perProc|stw|background|assist|sweep'].map(encodeURIComponent);
  const [plot, details] = minor < 22 ? ['/mmuPlot?', '/mmuDetails?'] : ['/mmu?mode=plot&', '/mmu?mode=details&'];
  return [
    ...['/', '/trace', '/jsontrace', '/goroutines', '/usertasks', '/userregions', '/mmu'],
    ...flags.flatMap((f) => [`${plot}flags=${f}`, `${details}window=1000&flags=${f}`]),
    ...['/io?raw=1', '/block?raw=1', '/syscall?raw=1', '/sched?raw=1'],
  ];
}

/** Links that are followed from one page, of each kind: enough to see every kind of page, in a trace of any size. */
const LINKS_OF_A_KIND = 2;

async function readPages(tool: GoTool, file: string): Promise<string[]> {
  const server = await serve(tool, file);
  try {
    if (server.address === undefined) return [`ended before it listened: ${firstWords(server.log())}`];
    const complaints: string[] = [];
    const queue = [...pagesOf(tool)];
    for (let k = 0; k < queue.length; k++) {
      const page = queue[k]!;
      const before = server.log().length;
      try {
        const body = await fetchPage(server.address + page);
        const kinds = new Map<string, number>();
        for (const link of linksOf(page, body)) {
          const [kind = ''] = link.split('?');
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
          if (kinds.get(kind)! <= LINKS_OF_A_KIND && !queue.includes(link)) queue.push(link);
        }
      } catch (error) {
        const said = server.log().slice(before);
        complaints.push(`${page}: ${said === '' ? (error as Error).message : firstWords(said)}`);
      }
      if (server.child.exitCode !== null) return [...complaints, `${page}: ended the tool`];
    }
    const lost = /Encountered error.*/.exec(server.log());
    return lost ? [lost[0], ...complaints] : complaints;
  } finally {
    await server.stop();
  }
}

interface Server {
  readonly child: ChildProcess;
  /** Undefined if it ended without listening. */
  readonly address: string | undefined;
  /** Its standard error so far. */
  log(): string;
  stop(): Promise<void>;
}

async function serve(tool: GoTool, file: string): Promise<Server> {
  const child = spawn(tool.trace, ['-http=127.0.0.1:0', file], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: HANG_MS,
    killSignal: 'SIGKILL',
  });
  let log = '';
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const address = new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      const listening = /listening on (http:\S+)\s/.exec(log);
      if (listening) resolve(listening[1]!);
    });
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { child, address: await Promise.race([address, ended.then(() => undefined)]), log: () => log, stop };
}

/** What is behind this address. @throws Error unless it is what it must be */
async function fetchPage(url: string): Promise<Buffer> {
  const response = await fetch(url);
  const body = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(`status ${response.status}: ${body.toString().trim()}`);
  if (body.length === 0) throw new Error('an empty page');
  const { pathname, searchParams } = new URL(url);
  if (pathname === '/jsontrace' && JSON.parse(body.toString()).traceEvents.length === 0) throw new Error('no events');
  if (pathname === '/mmuPlot' || searchParams.get('mode') === 'plot') {
    if (JSON.parse(body.toString()).curve.length === 0) throw new Error('no curve');
  }
  const isProfile = /^\/(region)?(io|block|syscall|sched)$/.test(pathname);
  if (isProfile && body.readUInt16BE(0) !== GZIP) throw new Error('no profile');
  return body;
}
const GZIP = 0x1f8b;

/** The tool's own pages that this page links to, and the data of its timelines. */
function linksOf(page: string, body: Buffer): string[] {
  if (!/^\/(goroutine|usertask|userregion|$)/.test(page)) return []; // the others are data, or long and without links
  return [...body.toString().matchAll(/\bhref=(?:"([^"]*)"|'([^']*)'|([^\s>]+))/g)]
    .map(([, a, b, c]) => (a ?? b ?? c ?? '').replaceAll('&amp;', '&').replace(/#.*/, ''))
    .filter((link) => link.startsWith('/') && !/[?&](focustask|taskid)=0$/.test(link)) // Go 1.26 does not find "no task"
    .map((link) => link.replace(/^\/trace\?/, '/jsontrace?'))
    .map((link) => (/^\/(region)?(io|block|sched|syscall)(\?|$)/.test(link) ? raw(link) : link));
}

/** A profile as a file: as a picture it would need graphviz. */
function raw(link: string): string {
  if (/[?&]raw=/.test(link)) return link;
  return `${link}${link.includes('?') ? '&' : '?'}raw=1`;
}

/** Runs the Go program `source` with this Go. @returns the folder where it ran, and it may have written files */
export async function runGo(tool: GoTool, source: string): Promise<string> {
  const dir = tempDir();
  writeFileSync(join(dir, 'main.go'), source);
  for (const [file, args] of [
    [tool.go, ['build', '-o', 'program', 'main.go']],
    [join(dir, 'program'), []],
  ] as const) {
    const { status, stderr } = await call(file, args, dir);
    if (status !== 0) throw new Error(`${tool.version}: ${args[0] ?? 'run'}: ${stderr}`);
  }
  return dir;
}
