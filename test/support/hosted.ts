// The command in a process that stays: as cli() of cli.ts, without a new process and new threads for each call. For tests of
// what a command prints and of its exit status. Tests of how a process ends, of signals and of what it leaves use cli.ts; so
// do those of programs that print with `console`, which from a thread may arrive after the end of the run.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { type CliOptions, type Ended, HANG_MS, inheritedEnv } from './cli.js';

const host = fileURLToPath(new URL('./clihost.mjs', import.meta.url));

let running: ChildProcess | undefined;
afterAll(() => void running?.kill('SIGKILL'));

function hostProcess(): ChildProcess {
  if (running?.connected) return running;
  running = spawn(process.execPath, [host], { env: inheritedEnv(), stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  return running;
}

type Options = Pick<CliOptions, 'cwd' | 'env'>;

/** The command before: the next begins at its end. */
let last: Promise<unknown> = Promise.resolve();

/** Runs `mandel ...args` to its end; where several are asked for, one after the other. */
export function hostedCli(args: readonly string[], options: Options): Promise<Ended> {
  const ended = last.then(() => runInHost(args, options));
  last = ended.catch(() => {}); // it is reported to whoever has asked for it
  return ended;
}

async function runInHost(args: readonly string[], options: Options): Promise<Ended> {
  const { cwd, env = {} } = options;
  const child = hostProcess();
  const mark = `<${randomUUID()}>`;
  const out = read(child, 'stdout', mark);
  const err = read(child, 'stderr', mark);
  const guard = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
  const ended = await new Promise<Pick<Ended, 'status' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal }));
    child.once('message', (message) => {
      void Promise.all([out.marked, err.marked]).then(() =>
        resolve({ ...(message as { status: number }), signal: null }),
      );
    });
    child.send({ args, cwd, env, mark });
  });
  clearTimeout(guard);
  for (const event of ['error', 'close', 'message']) child.removeAllListeners(event);
  const bytes = out.end();
  return { ...ended, stdout: bytes.toString(), bytes, stderr: err.end().toString() };
}

/** What comes out of a stream until `mark` does, which is not a part of it. */
function read(child: ChildProcess, stream: 'stdout' | 'stderr', mark: string) {
  let bytes = Buffer.alloc(0);
  let found = () => {};
  const marked = new Promise<void>((resolve) => {
    found = resolve;
  });
  const onData = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.includes(mark)) found();
  };
  child[stream]!.on('data', onData);
  const end = () => {
    child[stream]!.off('data', onData);
    const at = bytes.indexOf(mark);
    return at < 0 ? bytes : Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + mark.length)]);
  };
  return { marked, end };
}
