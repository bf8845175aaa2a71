// What is built of the modules that every thread needs (bundles.mjs): one file, that others hand on.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';

const built = (path: string) => readFileSync(new URL(`../../dist/src/${path}.js`, import.meta.url), 'utf8');

describe('a bundle', () => {
  test.each([
    ['runtime/memory/layout', '../sched/core.js'],
    ['runtime/threads/m', '../sched/core.js'],
    ['go/index', '../runtime/sched/core.js'],
    ['mandelbrot/index', './fast/picture.js'],
    ['runtime/profiling/interruption', './recording.js'],
    ['profile/write', './making.js'],
  ])('%s hands on what is in %s', (module, bundle) => {
    expect(built(module)).toMatch(/^export \{ [^}]+ \} from "[^"]+";/);
    expect(built(module)).toContain(` from "${bundle}";`);
  });

  test.each(['runtime/sched/core', 'runtime/threads/host', 'mandelbrot/fast/picture', 'commands/front'])(
    'that every run loads needs none that few do: %s',
    (bundle) => {
      expect(built(bundle)).not.toMatch(/^import .* from ".*\b(making|recording|lookup|reporting)\.js";$/m);
    },
  );

  test('exports copies of what is constant, so that V8 takes it for constant, and what changes as it is', () => {
    const [, list = ''] = /^export \{ (.*) \};$/m.exec(built('runtime/sched/core')) ?? [];
    const exported = list.split(', ');
    expect(exported).toContain('i32$copy as i32');
    expect(exported.filter((each) => !each.includes('$copy as '))).toEqual([
      'blocked',
      'pace',
      'sink',
      'tracer',
      'waits',
    ]);
  });
});

test('the first file of a thread is CommonJS: Node 20 aborts if it ends while an ECMAScript module is required', () => {
  const first = new URL('../../dist/src/runtime/threads/boot.cjs', import.meta.url);
  const ask = `parentPort.postMessage(typeof require(${JSON.stringify(fileURLToPath(first))}))`;
  const thread = new Worker(`const { parentPort } = require('node:worker_threads'); ${ask}`, {
    eval: true,
    workerData: { preload: [] },
  });
  return expect(once(thread, 'message')).resolves.toEqual(['function']);
});
