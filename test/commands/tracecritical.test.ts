// mandel trace -critical: what it prints, and that the page about traces shows just that.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pxTrace } from '../programs/lib/pxtrace.js';
import { goProgramTrace } from '../programs/lib/tracesv2.js';
import { hostedCli } from '../support/hosted.js';
import { codeBlocks } from '../support/markdown.js';
import { story } from '../support/story.js';
import { tempDir } from '../support/tempdir.js';

/** A folder with a trace in it. */
function withTrace(bytes: Uint8Array): string {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'trace'), bytes);
  return cwd;
}

const page = readFileSync(fileURLToPath(new URL('../../docs/trace.md', import.meta.url)), 'utf8');

describe('mandel trace -critical', () => {
  test('prints the path by body and kind, and the longest pieces', async () => {
    const ended = await hostedCli(['trace', '-critical', 'trace'], { cwd: withTrace(story().bytes) });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toBe(`\
trace: critical path of 500ns in 11 pieces
Hand-off between goroutines: 65ns, 13.0%, 5 times

What                                                 time    share      pieces
  execution of main.worker                          250ns    50.0%           2
  execution of runtime.main                         145ns    29.0%           3
  wake-up of runtime.main                            45ns     9.0%           3
  system call of runtime.main                        40ns     8.0%           1
  scheduling of main.worker                          10ns     2.0%           1
  wake-up of main.worker                             10ns     2.0%           1

Longest pieces
     200ns at 40ns: execution of main.worker, goroutine 3 on P 1
     110ns at 320ns: execution of runtime.main, goroutine 1 on P 0
      50ns at 250ns: execution of main.worker, goroutine 2 on P 1, up to
             main.worker main.go:22
      40ns at 430ns: system call of runtime.main, goroutine 1
      20ns at 10ns: execution of runtime.main, goroutine 1 on P 0, up to
             main.main main.go:12
      20ns at 300ns: wake-up of runtime.main, goroutine 1 on P 0, by main.worker
             main.go:22
      15ns at 470ns: wake-up of runtime.main, goroutine 1 on P 0
      15ns at 485ns: execution of runtime.main, goroutine 1 on P 0
      10ns at 0s: wake-up of runtime.main, goroutine 1 on P 0
      10ns at 30ns: wake-up of main.worker, goroutine 3 on P 1, by main.main
             main.go:12
`);
  });

  test('prints what is in the page about traces', async () => {
    const [commands, printed] = codeBlocks(page).slice(
      codeBlocks(page).findIndex(({ text }) => text.includes('mandel trace -critical px.out')),
    );
    const cwd = tempDir();
    const results: string[] = [];
    for (const line of commands!.text.trim().split('\n')) {
      const { status, stdout } = await hostedCli(line.split(' ').slice(1), { cwd });
      expect(status).toBe(0);
      results.push(stdout);
    }
    expect(results.at(-1)).toBe(printed!.text);
  });

  test('fits 80 columns, whatever the names', async () => {
    const cwd = withTrace(goProgramTrace('web-1.26-p8.trace'));
    const { stdout } = await hostedCli(['trace', '-critical', 'trace'], { cwd });
    const lines = stdout.split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}execution of …\S+ +\S+ +\d+\.\d% +\d+$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}\d+ other rows +\S+ +\d+\.\d% +\d+$/));
  });

  test('is also JSON, which sums to the duration', async () => {
    const cwd = withTrace(pxTrace(500, 3));
    const { stdout } = await hostedCli(['trace', '-critical', '-json', 'trace'], { cwd });
    const { file, durationNs, rows, longest } = JSON.parse(stdout);
    expect(file).toBe('trace');
    expect(rows.reduce((sum: number, { ns }: { ns: number }) => sum + ns, 0)).toBe(durationNs);
    expect(longest[0]).toMatchObject({
      kind: 'execution',
      body: 'runtime.main',
      g: 1,
      p: 0,
      begin: { type: 'GoStart' },
      end: { type: 'GoSched' },
    });
  });

  test('is of a part of the trace, too', async () => {
    const cwd = withTrace(story().bytes);
    const { stdout } = await hostedCli(['trace', '-critical', '-from', '100ns', '-to', '300ns', 'trace'], { cwd });
    expect(stdout).toMatch(/^trace: critical path of 200ns in \d+ pieces?\n/);
  });

  test.each(['-objects', '-d', '-pprof=sync', '-export=csv', '-anonymize'])('stands not beside %s', async (other) => {
    const { status, stderr } = await hostedCli(['trace', '-critical', other, 'trace'], {
      cwd: withTrace(story().bytes),
    });
    const names = other === '-objects' ? ['objects', 'critical'] : ['critical', other.slice(1).split('=')[0]];
    expect([status, stderr]).toEqual([2, `mandel: trace: expected -${names[0]} without -${names[1]}\n`]);
  });
});
