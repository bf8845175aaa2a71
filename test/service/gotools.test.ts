// Real Go's tools against a mandelweb under load: they fetch what they want by its URL, and must be content with it.

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goProfile } from '../support/goprofile.js';
import { type GoTool, goTools, judge, needJudges } from '../support/gotool.js';
import { startService, type Up, webPath } from '../support/service.js';
import { tempDir } from '../support/tempdir.js';

/** What `go tool pprof -top` says of what is at this URL. @throws Error with what it says if it is not content */
function top({ go, version }: GoTool, url: string): Promise<string> {
  const env = { ...process.env, GOTOOLCHAIN: 'local', PPROF_TMPDIR: tempDir() };
  return new Promise((resolve, reject) => {
    execFile(go, ['tool', 'pprof', '-top', url], { env }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${version}: ${stderr}`));
      else resolve(stdout);
    });
  });
}

/** The kernel's line in the output of `go tool pprof -top`. */
const KERNEL = /% +fill\.fillPixel( \(inline\))?$/m;

describe('a mandelweb under load', () => {
  let web: Up;
  let end = () => {};
  let loaded = true;
  let load: Promise<void>[] = [];

  beforeAll(async () => {
    const args = ['-http', '127.0.0.1:0', '-procs', '2', '-quiet', '-queue', '1m'];
    web = await startService(webPath, args, (kill) => {
      end = kill;
    });
    const client = async () => {
      while (loaded) await (await fetch(`${web.url}/mandelbrot?w=256&h=256`)).arrayBuffer();
    };
    load = [client(), client()];
  });

  afterAll(async () => {
    loaded = false;
    await Promise.all(load);
    end();
  });

  test('has a processor profile in which go tool pprof finds the kernel', async (context) => {
    await needJudges(context);
    for (const tool of await goTools()) {
      const text = await top(tool, `${web.url}/debug/pprof/profile?seconds=1`);
      expect(text).toMatch(/^Type: cpu$/m);
      expect(text).toMatch(KERNEL);
    }
  });

  test.for([
    ['heap', 'inuse_space'],
    ['allocs', 'alloc_space'],
    ['block', 'delay'],
    ['block?seconds=1', 'delay'],
    ['mutex', 'delay'],
    ['goroutine', 'goroutine'],
    ['threadcreate', 'threadcreate'],
  ] as const)('has a profile that go tool pprof reads: %s', async ([path, type], context) => {
    await needJudges(context);
    const texts = await Promise.all(
      (await goTools()).map((tool) => top(tool, `${web.url}/debug/pprof/${path}`).catch(String)),
    );
    // Two cannot watch allocations at once: whoever comes second is told so.
    const wanted = texts.filter((text) => !text.includes('already in use'));
    expect(wanted.length).toBeGreaterThan(0);
    for (const text of wanted) expect(text).toMatch(new RegExp(`^Type: ${type}$`, 'm'));
  });

  test('has a trace that go tool trace reads, in which goroutines wait for the network', async (context) => {
    await needJudges(context);
    const response = await fetch(`${web.url}/debug/pprof/trace?seconds=1`);
    const file = join(tempDir(), 'trace.out');
    writeFileSync(file, Buffer.from(await response.arrayBuffer()));
    expect((await judge(file, 'events')).complaints).toEqual([]);
    const [tool] = await goTools();
    const { count, delayNs } = await goProfile(tool!, file, 'net');
    expect(count).toBeGreaterThan(0);
    expect(delayNs).toBeGreaterThan(0);
  });

  test('traces one at a time', async () => {
    const ask = async () => {
      const response = await fetch(`${web.url}/debug/pprof/trace?seconds=0.5`);
      return [response.status, response.headers.get('x-go-pprof'), (await response.arrayBuffer()).byteLength > 0];
    };
    const answers = await Promise.all([ask(), ask()]);
    expect(answers).toContainEqual([200, null, true]);
    expect(answers).toContainEqual([500, '1', true]);
  });
});
