import { describe, expect, test } from 'vitest';
import { Calls } from '#src/profile/calls.js';
import { Script } from '#src/profile/script.js';

const runtime = 'file:///r/core.js';
const picture = 'file:///p/picture.js';
const mode = 'file:///m/workers.js';

/** A script of functions, one after the other, each with the lines of its body. */
function scriptOf(bodies: Readonly<Record<string, readonly string[]>>, blank = 0): Script {
  let text = '\n'.repeat(blank);
  const functions = Object.entries(bodies).map(([name, lines]) => {
    const start = text.length;
    text += `function ${name}() {\n${lines.join('\n')}\n}\n`;
    return { name, start, end: text.length - 1 };
  });
  return new Script(text, functions);
}

const scripts = new Map([
  [runtime, scriptOf({ next: ['return step();'], step: ['run();'] })],
  [picture, scriptOf({ fillPixel: ['sum += 1;', 'paint(sum);'], paint: ['pix = sum;'] }, 100)],
  [mode, scriptOf({ worker: ['range((p) => fillPixel(p));'] })],
]);

const frame = (url: string, functionName: string, lineNumber: number) => ({
  functionName,
  scriptId: '1',
  url,
  lineNumber,
  columnNumber: 9,
});
const next = frame(runtime, 'next', 0);
const worker = frame(mode, 'worker', 0);
const fillPixel = frame(picture, 'fillPixel', 100);

function said(calls: Calls, line: number, callers: readonly (typeof next)[] = []): string[] | undefined {
  const from = calls.sampled(next)!;
  const near = callers.map((caller) => calls.sampled(caller)!);
  return calls.within(from, line, near)?.map(({ fn, line }) => `${fn.name}:${line}`);
}

describe('a line that is not of the function that V8 names', () => {
  test('is of one that was seen to be called from there', () => {
    const calls = new Calls(scripts);
    calls.add([
      { id: 1, callFrame: frame('', '(root)', -1), children: [2] },
      { id: 2, callFrame: next, children: [3] },
      { id: 3, callFrame: fillPixel, hitCount: 5 },
    ]);
    expect(said(calls, 102)).toEqual(['fillPixel:102', 'next:1']);
  });

  test('or of one that such a one calls', () => {
    const calls = new Calls(scripts);
    calls.add([
      { id: 1, callFrame: next, children: [2] },
      { id: 2, callFrame: fillPixel },
    ]);
    expect(said(calls, 106)).toEqual(['paint:106', 'fillPixel:103', 'next:1']);
  });

  test('or of one of another script that a caller has handed on', () => {
    expect(said(new Calls(scripts), 102, [worker])).toEqual(['fillPixel:102', 'next:1']);
    expect(said(new Calls(scripts), 106, [worker])).toEqual(['paint:106', 'fillPixel:103', 'next:1']);
  });

  test('is of one whose name is called in its text, before one of a third script that was seen to be called and has such a line', () => {
    const long = 'file:///r/long.js';
    const all = new Map([...scripts, [long, scriptOf({ start: Array.from({ length: 200 }, () => 'more();') })]]);
    const calls = new Calls(all);
    calls.add([
      { id: 1, callFrame: worker, children: [2] },
      { id: 2, callFrame: frame(long, 'start', 0), hitCount: 1 },
    ]);
    const inner = calls.within(calls.sampled(worker)!, 102, [])?.map(({ fn, line }) => `${fn.name}:${line}`);
    expect(inner).toEqual(['fillPixel:102', 'worker:2']);
  });

  test('is of one that is reached by calls in its own script, before one of another script whose name is called in its text', () => {
    const body = ['charge();', 'fillPixel();'];
    const all = new Map([
      [picture, scriptOf({ fillRow: body, fillPixel: ['sum += 1;'] })],
      [runtime, scriptOf({ charge: Array.from({ length: 20 }, () => 'stop();') })],
    ]);
    const calls = new Calls(all);
    const from = calls.sampled(frame(picture, 'fillRow', 0))!;
    const inner = calls.within(from, 6, [])?.map(({ fn, line }) => `${fn.name}:${line}`);
    expect(inner).toEqual(['fillPixel:6', 'fillRow:3']);
  });

  test('or of none that is known', () => {
    expect(said(new Calls(scripts), 102)).toBeUndefined();
    expect(said(new Calls(scripts), 999, [worker])).toBeUndefined();
    expect(new Calls(scripts).sampled(frame('file:///no/such.js', 'f', 0))).toBeUndefined();
  });
});
