// mandel explore: what it prints, what its exit status says, and that the command it prints gives the run again.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startCli } from '../support/cli.js';
import { hostedCli } from '../support/hosted.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';
import { CLEAR_LINE, onTerminal } from '../support/terminal.js';

const example = (name: string) => fileURLToPath(new URL(`../../dist/examples/${name}.js`, import.meta.url));
const lostwakeup = example('lostwakeup');
const closerace = example('closerace');

/** The words of the command that the text tells the reader to type. */
const toSeeIt = (text: string) => /^to see it: mandel (.+)$/m.exec(text)![1]!.split(' ');

describe('a lost wake-up', () => {
  test('is shown with its wait graph, and can be had again', async () => {
    const cwd = tempDir();
    const found = await hostedCli(['explore', '-runs', '200', lostwakeup], { cwd });
    expect(found).toMatchObject({ status: 1, stderr: '' });
    const [head, table, title, ...rest] = found.stdout.split('\n\n');
    expect(head).toBe(`${lostwakeup}: 200 schedules, random, seed 1, 8 Ps: 2 outcomes`);
    const rows = table!.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(rows[0]).toEqual(['runs', 'share', 'outcome', 'seed']);
    expect(rows.slice(1).map(([, , kind, , what]) => [kind, what])).toEqual([
      ['ok', 'a letter has come'],
      ['deadlock', 'lostwakeup.main: sync.WaitGroup.Wait, lostwakeup.consumer: sync.Cond.Wait'],
    ]);
    const [good = 0, bad = 0] = rows.slice(1).map(([runs]) => Number(runs));
    expect(good).toBeGreaterThan(bad);
    expect(good + bad).toBe(200);
    const seed = rows[2]![3];
    expect(title).toBe(`--- deadlock, ${bad} of 200 runs, first with seed ${seed}`);

    const graph = rest.find((block) => block.startsWith('who waits for what:'))!;
    expect(graph.replaceAll(/\/\S*\/examples/g, 'examples').replaceAll(/0x\w+/g, '0x1')).toBe(
      'who waits for what:\n' +
        '  sync.WaitGroup 0x1\n' +
        '    goroutine 1 lostwakeup.main waits for the count to become 0, at examples/lostwakeup.ts:40:3\n' +
        '  sync.Cond 0x1\n' +
        '    goroutine 2 lostwakeup.consumer waits for a signal or a broadcast, at examples/lostwakeup.ts:18:5',
    );

    expect(toSeeIt(found.stdout)).toEqual(['explore', '-replay', seed, '-trace', 'trace.out', lostwakeup]);
    const again = await hostedCli(toSeeIt(found.stdout), { cwd });
    expect(again).toMatchObject({ status: 2, stdout: '' });
    expect(again.stderr).toMatch(/^fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 \[/);
    expect(found.stdout).toContain(again.stderr);
    const shown = await hostedCli(['trace', 'trace.out'], { cwd });
    expect(shown).toMatchObject({ status: 0, stderr: '' });
    expect(shown.stdout).toContain('lostwakeup.consumer');
  });
});

describe('a close race', () => {
  test('is found by the strategy pct, on another number of Ps, and can be had again', async () => {
    const cwd = tempDir();
    const flags = ['-strategy', 'pct', '-procs', '3'];
    const found = await hostedCli(['explore', ...flags, '-runs', '300', '-seed', '500', closerace, 'a b', "it's"], {
      cwd,
    });
    expect(found).toMatchObject({ status: 1, stderr: '' });
    expect(found.stdout).toMatch(/^ +\d+ +\d+\.\d% +panic +\d+ +panic: close of closed channel$/m);
    const [, seed] = /^--- panic, \d+ of 300 runs, first with seed (\d+)$/m.exec(found.stdout)!;
    expect(found.stdout).toContain(
      `to see it: mandel explore -strategy pct -procs 3 -replay ${seed} -trace trace.out ${closerace} 'a b' 'it'\\''s'\n`,
    );
    const again = await hostedCli(['explore', ...flags, '-replay', seed!, closerace], { cwd });
    expect(again).toMatchObject({ status: 2, stdout: '' });
    expect(again.stderr).toMatch(/^panic: close of closed channel\n\ngoroutine \d+ \[running\]:\ncloserace\.search\(/);
    expect(existsSync(join(cwd, 'trace.out'))).toBe(false);
  });

  test('a seed with which it goes well gives what mandel run prints', async () => {
    const cwd = tempDir();
    const found = await hostedCli(['explore', '-runs', '100', closerace], { cwd });
    const [, seed = ''] = / ok +(\d+)/.exec(found.stdout)!;
    const again = await hostedCli(['explore', '-replay', seed, closerace], { cwd });
    expect(again).toMatchObject({ status: 0, stdout: '35 is no prime\n', stderr: '' });
  });
});

test('a program that is right has one outcome, and status 0', async () => {
  const { status, stdout, stderr } = await hostedCli(['explore', '-runs', '20', example('sieve')], { cwd: tempDir() });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.split('\n').slice(1)).toEqual([
    '',
    'runs   share  outcome  seed',
    '  20  100.0%  ok          1  2 | 3 | 5 | 7 | 11 | 13 | 17 | 19 | 23 | 29',
    '',
  ]);
});

describe('outcomes', () => {
  const explore = async (body: string, ...args: string[]) => {
    const cwd = tempDir();
    const ended = await hostedCli(['explore', '-runs', '40', writeProgram(cwd, 'p', body), ...args], { cwd });
    return { ...ended, stdout: ended.stdout.replaceAll(`${cwd}/`, '') };
  };

  test('results that differ have status 1, and how to see the rarest', async () => {
    const { status, stdout } = await explore(`
export function* say(c, what) { yield* c.send(what); }
export function* main() {
  const c = chan(string);
  go(say, c, 'ping');
  go(say, c, 'pong');
  println(yield* c.recv());
}`);
    expect(status).toBe(1);
    expect(stdout).toMatch(/ ok +\d+ {2}ping$/m);
    expect(stdout).toMatch(/ ok +\d+ {2}pong$/m);
    expect(stdout).toMatch(/^Not all .* the rarest: mandel explore -replay \d+ -trace trace\.out p\.mjs\n$/m);
  });

  const differs = `
export function* say(c, what) { yield* c.send(what); }
export function* both(a, b, wg) { yield* a.lock(); yield* b.lock(); b.unlock(); a.unlock(); wg.done(); }
export function* main(bug) {
  const c = chan(string);
  go(say, c, 'ping');
  go(say, c, 'pong');
  println(yield* c.recv());
  if (bug === 'exit') exit(3);
  if (bug !== 'lock') return;
  const a = new Mutex();
  const b = new Mutex();
  const wg = new WaitGroup();
  wg.add(2);
  go(both, a, b, wg);
  go(both, b, a, wg);
  yield* wg.wait();
}`;
  const rows = (stdout: string) =>
    stdout
      .split('\n\n')[1]!
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/ {2,}/)[2]);

  test.each([
    { outcomes: 'panic,deadlock', bug: '', kinds: ['ok'], status: 0 },
    { outcomes: 'panic, deadlock,exit,endless', bug: '', kinds: ['ok'], status: 0 },
    { outcomes: 'result', bug: '', kinds: ['ok', 'ok'], status: 1 },
    { outcomes: 'panic,deadlock', bug: 'exit', kinds: ['exit'], status: 0 },
    { outcomes: 'exit', bug: 'exit', kinds: ['exit'], status: 1 },
    { outcomes: 'panic,deadlock', bug: 'lock', kinds: ['deadlock', 'ok'], status: 1 },
    { outcomes: 'panic,exit', bug: 'lock', kinds: ['deadlock', 'ok'], status: 0 },
    { outcomes: 'result', bug: 'lock', kinds: ['deadlock', 'deadlock', 'ok', 'ok'], status: 1 },
  ])('of the kinds $outcomes are bad: $kinds have status $status', async ({ outcomes, bug, kinds, status }) => {
    const cwd = tempDir();
    const program = writeProgram(cwd, 'p', differs);
    const ended = await hostedCli(['explore', '-runs', '40', '-outcomes', outcomes, program, bug], { cwd });
    expect(ended).toMatchObject({ status, stderr: '' });
    expect(rows(ended.stdout).toSorted()).toEqual(kinds);
    expect(ended.stdout.includes('Not all runs')).toBe(outcomes === 'result');
    expect(ended.stdout.includes('to see it')).toBe(status === 1 && outcomes !== 'result');
    expect(ended.stdout).not.toContain('-replay -outcomes');
    if (!outcomes.includes('result'))
      expect(ended.stdout).toMatch(/ ok +\d+ {2}p[io]ng$| exit +\d+ {2}exit status 3: p/m);
  });

  test('an exit status, what was printed before it, and what main was called with', async () => {
    const { status, stdout } = await explore("export function main(s) { println('hello', s); exit(3); }", 'you');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^ +40 +100\.0% +exit +1 {2}exit status 3: hello you$/m);
    expect(stdout).toContain('--- exit, 40 of 40 runs, first with seed 1\n\nit has printed:\n  hello you\n');
    expect(stdout).toContain('-trace trace.out p.mjs you\n');
  });

  test('goroutines that nothing can wake are listed apart', async () => {
    const { stdout } = await explore(`
export function* nothing() { yield* select([]); }
export function* main() {
  go(nothing);
  yield* select([recv(chan(int)), send(chan(bool), true)]);
}`);
    const graph = stdout.slice(stdout.indexOf('who waits')).replaceAll(/0x\w+/g, '0x1').split('\n\n')[0];
    expect(graph!.split('\n')).toEqual([
      'who waits for what:',
      '  chan int 0x1',
      '    goroutine 1 p.main waits for one of the cases of its select, at p.mjs:5:3',
      '  chan bool 0x1',
      '    goroutine 1 p.main waits for one of the cases of its select, at p.mjs:5:3',
      '  nothing can wake these:',
      '    goroutine 2 p.nothing waits for ever: select (no cases), at p.mjs:2:30',
    ]);
  });

  test('a program that is none is refused in one line', async () => {
    const { status, stdout, stderr } = await explore('export function mian() {}');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^mandel: p\.mjs: expected an exported function main, .* got only mian\n$/);
  });
});

test('progress is shown on a terminal, and Ctrl-C there prints what has been found so far', async (context) => {
  const args = ['explore', '-runs', '10000000', lostwakeup];
  const running = startCli(args, { cwd: tempDir(), through: onTerminal(context) });
  await running.printed(/\d\d\d of 10,000,000 schedules explored/);
  running.child.stdin?.write('\u0003');
  const { status, stdout } = await running.ended;
  expect(status).toBe(130);
  const text = stdout.split(CLEAR_LINE).at(-1)!;
  const [, done = ''] = /: 10,000,000 schedules, interrupted after ([\d,]+), random, /.exec(text)!;
  expect(Number(done.replaceAll(',', ''))).toBeGreaterThan(0);
  expect(text).toMatch(/ deadlock +\d+ {2}lostwakeup\.main: /);
});

describe('the first Ctrl-C ends an exploration', () => {
  test.for([
    { what: 'sleeps for ever', body: 'export function* main() { for (;;) yield* sleep(hour); }' },
    { what: 'ticks for ever', body: 'export function* main() { yield* new Ticker(1).c.range(() => {}); }' },
    { what: 'looks at the clock for ever', body: 'export function main() { for (;;) now(); }' },
    { what: 'catches everything for ever', body: 'export function main() { for (;;) { try { now(); } catch {} } }' },
    { what: 'computes for ever', body: 'export function main() { for (;;); }' },
    { what: 'is never loaded', body: 'for (;;);\nexport function main() {}' },
  ])('of a program that $what', async ({ body }, context) => {
    const cwd = tempDir();
    const args = ['explore', '-runs', '10000', writeProgram(cwd, 'p', body)];
    const running = startCli(args, { cwd, through: onTerminal(context) });
    await running.printed(/\d+ of 10,000 schedules explored/);
    running.child.stdin?.write('\u0003');
    const { status, stdout } = await running.ended;
    expect(status).toBe(130);
    expect(stdout).toMatch(/p\.mjs: 10,000 schedules, interrupted after \d+, random, seed 1, 8 Ps: [01] outcomes?\r\n/);
  });

  test('and prints what has been found before a run that computes for ever', async (context) => {
    const cwd = tempDir();
    const body = `
export function* say(c, k) { yield* c.send(k); }
export function* main() {
  const c = chan(int);
  for (let k = 0; k < 3; k++) go(say, c, k);
  const first = yield* c.recv();
  println('first', first);
  if (first === 2) for (;;);
}`;
    const args = ['explore', '-seed', '1', '-runs', '10000', writeProgram(cwd, 'p', body)];
    const running = startCli(args, { cwd, through: onTerminal(context) });
    await running.printed(/[1-9]\d* of 10,000 schedules explored/);
    running.child.stdin?.write('\u0003');
    const { status, stdout } = await running.ended;
    expect(status).toBe(130);
    expect(stdout).toMatch(/ schedules, interrupted after [1-9]\d*, random, /);
    expect(stdout).toMatch(/ ok +1 {2}first \d\r\n/);
  });
});

test('a run that is done again and has no end in sight says so', async () => {
  const cwd = tempDir();
  const file = writeProgram(cwd, 'p', 'export function* main() { for (;;) now(); }');
  expect(await hostedCli(['explore', '-replay', '1', file], { cwd })).toMatchObject({
    status: 1,
    stdout: '',
    stderr: 'mandel: explore: given up: there was no end in sight\n',
  });
});

const wholeNumber = (flag: string, from: number, to: number, got: string) =>
  `-${flag}: expected a whole number from ${from} to ${to}, got "${got}"`;

describe('bad input', () => {
  test.each([
    { args: [], says: 'explore: expected a FILE.js to explore, got nothing; see mandel explore -help', status: 2 },
    { args: ['no.js'], says: 'no.js: no such file', status: 1 },
    { args: ['d'], says: 'd: expected a JavaScript module, got a directory', status: 1 },
    { args: ['-runs', '0', 'f'], says: wholeNumber('runs', 1, 10_000_000, '0'), status: 2 },
    { args: ['-runs', '10000001', 'f'], says: wholeNumber('runs', 1, 10_000_000, '10000001'), status: 2 },
    { args: ['-runs', 'many', 'f'], says: wholeNumber('runs', 1, 10_000_000, 'many'), status: 2 },
    { args: ['-procs', '0', 'f'], says: wholeNumber('procs', 1, 1024, '0'), status: 2 },
    { args: ['-procs', '1025', 'f'], says: wholeNumber('procs', 1, 1024, '1025'), status: 2 },
    { args: ['-seed', '-1', 'f'], says: wholeNumber('seed', 0, 2 ** 31 - 1, '-1'), status: 2 },
    { args: ['-replay', 'x', 'f'], says: wholeNumber('replay', 0, 2 ** 31 - 1, 'x'), status: 2 },
    {
      args: ['-strategy', 'ptc', 'f'],
      says: '-strategy: expected one of random, pct, got "ptc"; did you mean pct?',
      status: 2,
    },
    {
      args: ['-outcomes', 'pnaic', 'f'],
      says: '-outcomes: expected one of panic, deadlock, exit, endless, result, got "pnaic"; did you mean panic?',
      status: 2,
    },
    {
      args: ['-outcomes', 'panic,', 'f'],
      says: '-outcomes: expected one of panic, deadlock, exit, endless, result, got ""',
      status: 2,
    },
    {
      args: ['-replay', '1', '-outcomes', 'panic', 'f'],
      says: '-replay: expected no -outcomes with it: it does one run again',
      status: 2,
    },
    { args: ['-trace', 't', 'f'], says: '-trace: expected -replay with it, which says what run to trace', status: 2 },
    { args: ['-replay', '1', '-trace', '', 'f'], says: '-trace: expected a file name, got nothing', status: 2 },
    { args: ['-replay', '1', '-trace', 'no/t', 'f'], says: '-trace no/t: no such directory', status: 1 },
    {
      args: ['-replay', '1', '-runs', '5', 'f'],
      says: '-replay: expected no -runs with it: it does one run again',
      status: 2,
    },
    {
      args: ['-replay', '1', '-seed', '5', 'f'],
      says: '-replay: expected no -seed with it: it does one run again',
      status: 2,
    },
    {
      args: ['-rusn', '5', 'f'],
      says: "unknown option '-rusn' (did you mean -runs?); see mandel explore -help",
      status: 2,
    },
    { args: ['-machine', 'no', 'f'], says: /^-machine: expected .*, got "no"/, status: 2 },
  ])('$args is refused in one line', async ({ args, says, status }) => {
    const cwd = tempDir();
    mkdirSync(join(cwd, 'd'));
    writeFileSync(join(cwd, 'f'), 'export function main() {}');
    const ended = await hostedCli(['explore', ...args], { cwd });
    expect(ended).toMatchObject({ status, stdout: '' });
    const [line = '', ...more] = ended.stderr.split('\n');
    expect(more).toEqual(['']);
    expect(line.replace(/^mandel: /, '')).toMatch(says);
    expect(line).toMatch(/^mandel: /);
  });
});
