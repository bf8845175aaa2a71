// What V8 says of a thread, and what becomes of it: made-up trees, whose scripts are real ones.

import { describe, expect, test } from 'vitest';
import type { Profile } from '#src/pprof/profile.js';
import { cpuProfile } from '#src/profile/cpu.js';

const runtime = new URL('../../dist/src/runtime/sched/core.js', import.meta.url).href;
const program = 'file:///home/gopher/pi.js';

interface Made {
  readonly name: string;
  readonly url?: string;
  /** Microseconds, of one look each. */
  readonly looks?: readonly number[];
  readonly calls?: readonly Made[];
}

/** A part as a thread hands it over. */
function partOf(p: number, root: readonly Made[], cpuNs?: number): Parameters<typeof cpuProfile>[0][number] {
  const nodes: unknown[] = [];
  const samples: number[] = [];
  const timeDeltas: number[] = [];
  const add = ({ name, url = program, looks = [], calls = [] }: Made): number => {
    const id = nodes.length + 1;
    const node = {
      id,
      callFrame: { functionName: name, scriptId: '1', url, lineNumber: 9, columnNumber: 0 },
      children: [] as number[],
    };
    nodes.push(node);
    for (const us of looks) {
      samples.push(id);
      timeDeltas.push(us);
    }
    node.children = calls.map(add);
    return id;
  };
  add({ name: '(root)', url: '', calls: root });
  const profile = { nodes, samples, timeDeltas, startTime: 0, endTime: 1e6 } as never;
  return { kind: 'cpu', p, profile, scripts: [], ...(cpuNs !== undefined && { cpuNs }) };
}

/** `function function: count ns {labels}`, leaf first. */
function said({ samples, locations, functions }: Profile): string[] {
  return samples.map(({ locations: stack, values, labels }) => {
    const names = stack.flatMap((at) => locations[at]!.lines.map(({ func }) => functions[func]!.name));
    return `${names.join(' ')}: ${values.join(' ')} ${JSON.stringify(labels)}`;
  });
}

/** The goroutine's frames, under those of the runtime that called it. */
const execute = (calls: readonly Made[]): Made => ({
  name: '#schedule',
  url: runtime,
  calls: [{ name: 'execute', url: runtime, calls: [{ name: '#step', url: runtime, calls }] }],
});

describe('a CPU profile', () => {
  test("has the goroutine's own frames, and labels that say whose they are", () => {
    const worker = { name: 'worker', calls: [{ name: 'term', looks: [1000, 900] }] };
    expect(said(cpuProfile([partOf(3, [execute([worker])])], {}))).toEqual([
      'pi.term pi.worker: 2 1900000 {"P":["3"],"goroutine":["pi.worker"]}',
    ]);
  });

  test('adds up what all threads have found, each under its own P', () => {
    const worker = { name: 'worker', looks: [1000] };
    const parts = [partOf(0, [execute([worker])]), partOf(1, [execute([worker])]), partOf(1, [execute([worker])])];
    expect(said(cpuProfile(parts, {}))).toEqual([
      'pi.worker: 1 1000000 {"P":["0"],"goroutine":["pi.worker"]}',
      'pi.worker: 2 2000000 {"P":["1"],"goroutine":["pi.worker"]}',
    ]);
  });

  test("shows the scheduler's own work under its own name", () => {
    const search = { name: '#schedule', url: runtime, calls: [{ name: 'findRunnable', url: runtime, looks: [500] }] };
    expect(said(cpuProfile([partOf(0, [search])], {}))).toEqual([
      'runtime.findRunnable runtime.schedule: 1 500000 {"P":["0"]}',
    ]);
  });

  test('a goroutine on top of the stack of one that makes too many is itself', () => {
    const inner = {
      name: '#runPlain',
      url: runtime,
      calls: [{ name: 'callBody', url: runtime, calls: [{ name: 'pixel', looks: [10] }] }],
    };
    const outer = { name: 'main', calls: [{ name: 'newproc', url: runtime, calls: [inner] }] };
    expect(said(cpuProfile([partOf(0, [execute([outer])])], {}))).toEqual([
      'pi.pixel: 1 10000 {"P":["0"],"goroutine":["pi.pixel"]}',
    ]);
  });

  test('leaves out what is no processor time', () => {
    const root: Made[] = [
      { name: '(idle)', url: '', looks: [70_000] },
      { name: '(garbage collector)', url: '', looks: [300] },
      { name: '#schedule', url: runtime, calls: [{ name: '#sleep', url: runtime, looks: [50_000] }] },
    ];
    expect(said(cpuProfile([partOf(0, root)], {}))).toEqual(['(garbage collector): 1 300000 {"P":["0"]}']);
  });

  test('adds up to the processor time of the thread, which may have waited for a core', () => {
    const root = [
      execute([
        { name: 'a', looks: [3000] },
        { name: 'b', looks: [1000] },
      ]),
    ];
    expect(said(cpuProfile([partOf(0, root, 2e6)], {}))).toEqual([
      'pi.a: 1 1500000 {"P":["0"],"goroutine":["pi.a"]}',
      'pi.b: 1 500000 {"P":["0"],"goroutine":["pi.b"]}',
    ]);
    expect(said(cpuProfile([partOf(0, root, 9e9)], {}))[0]).toContain(': 1 3000000 ');
  });

  test('names functions of packages and of Node by where they are from', () => {
    const root = [
      execute([
        { name: 'crc32', url: 'file:///x/node_modules/pngjs/lib/crc.js', looks: [1] },
        { name: 'parse', url: 'file:///x/node_modules/@a/b/dist/c.cjs', looks: [1] },
        { name: 'deflateSync', url: 'node:zlib', looks: [1] },
        { name: '', looks: [1] },
      ]),
    ];
    expect(said(cpuProfile([partOf(0, root)], {})).map((line) => line.slice(0, line.indexOf(':', 6)))).toEqual([
      'pngjs/crc.crc32',
      '@a/b/c.parse',
      'node:zlib.deflateSync',
      'pi.(anonymous)',
    ]);
  });

  test('of no thread is empty', () => {
    expect(cpuProfile([], {})).toMatchObject({ samples: [], period: 0 });
  });
});
