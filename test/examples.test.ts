// Every example prints what its "// Output:" block says, on any number of Ps. Those that are wrong have none.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { blocking } from '#src/trace/analysis/blocking.js';
import { compiledExample, right, wrong } from './support/examples.js';
import { hostedCli } from './support/hosted.js';
import { tempDir } from './support/tempdir.js';

const sources = new URL('../examples/', import.meta.url);

/** What the comment at the end of an example says that it prints; undefined if it says nothing. */
function outputBlock(source: string): string | undefined {
  const [, block] = /^\/\/ Output:\n((?:\/\/(?: .*)?\n)+)$/m.exec(source) ?? [];
  if (block === undefined || !source.endsWith(block)) return undefined;
  return block.replace(/^\/\/ ?/gm, '');
}

test('the examples of the lesson are there', () => {
  expect(right).toEqual(expect.arrayContaining(['block', 'daisy', 'mutex', 'pi', 'pingpong', 'sieve', 'timers']));
});

test('an output block is the last thing in the file, or none at all', () => {
  expect(outputBlock('f();\n\n// Output:\n// a\n//\n//  b\n')).toBe('a\n\n b\n');
  expect(outputBlock('// Output:\n// a\n\nf();\n')).toBeUndefined();
  expect(outputBlock('// Output:\n')).toBeUndefined();
});

test.each(wrong)('examples/%s says that it is wrong, and promises no output', (name) => {
  const source = readFileSync(new URL(`${name}.ts`, sources), 'utf8');
  expect(source).toMatch(/^\/\/ .* WRONG/m);
  expect(outputBlock(source)).toBeUndefined();
});

describe.each(right)('examples/%s', (name) => {
  const expected = outputBlock(readFileSync(new URL(`${name}.ts`, sources), 'utf8'));

  test('ends with its output', () => {
    expect(expected).toBeDefined();
  });

  test.each([1, 2, 4])('prints it on %d Ps', async (procs) => {
    const file = fileURLToPath(compiledExample(name));
    const ended = await hostedCli(['run', '-procs', String(procs), file], { cwd: tempDir() });
    expect(ended).toMatchObject({ status: 0, signal: null, stdout: expected, stderr: '' });
  });

  test('prints it in the simulator', async () => {
    const file = fileURLToPath(compiledExample(name));
    const ended = await hostedCli(['run', '-engine', 'sim', file], { cwd: tempDir() });
    expect(ended).toMatchObject({ status: 0, signal: null, stdout: expected, stderr: '' });
  });
});

describe('in virtual time, goroutines wait where the examples of profiles say', () => {
  /** Milliseconds of waiting for each other, by every function that is on a stack that waits. */
  async function waits(name: string): Promise<(func: string) => number> {
    const cwd = tempDir();
    const file = fileURLToPath(compiledExample(name));
    const ended = await hostedCli(['run', '-engine', 'sim', '-procs', '1', '-trace', 'trace.out', file], { cwd });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const trace = parse(readFileSync(join(cwd, 'trace.out')));
    const { stacks, frames, strings } = trace;
    const sums = new Map<string, number>();
    for (const { stack, delayNs } of blocking(trace, 'sync')) {
      const frame = stacks.frame.subarray(stacks.first[stack], stacks.first[stack + 1]);
      for (const func of new Set([...frame].map((f) => strings[frames.func[f]!]!))) {
        sums.set(func, (sums.get(func) ?? 0) + delayNs / 1e6);
      }
    }
    return (func) => sums.get(func) ?? 0;
  }

  test('block: ten times as long for the slow writer, and for the slow reader in the sender', async () => {
    const wait = await waits('block');
    expect(wait('block.takeFast')).toBeGreaterThan(9);
    expect(wait('block.takeSlow') / wait('block.takeFast')).toBeGreaterThan(8);
    expect(wait('block.takeSlow') / wait('block.takeFast')).toBeLessThan(11);
    expect(wait('block.hurry')).toBeGreaterThan(40);
    expect(wait('block.read')).toBeLessThan(1);
    expect(wait('block.write')).toBeLessThan(1);
  });

  test('mutex: for the lock that is held while looking up', async () => {
    const wait = await waits('mutex');
    expect(wait('mutex.incHolding')).toBeGreaterThan(10);
    expect(wait('mutex.incBriefly')).toBeLessThan(wait('mutex.incHolding') / 20);
  });
});
