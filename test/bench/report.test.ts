// The report of the benchmarks: it is what it says, and has no figures where a result is wrong.

import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../support/tempdir.js';

const program = fileURLToPath(new URL('../../dist/bench/report.js', import.meta.url));

/** Runs the report, once around, with another go than the one on the PATH if there is one given. */
function report(only: string, flags: readonly string[] = [], go = '') {
  const env = { ...process.env, MANDEL_GO: go };
  return spawnSync(process.execPath, [program, '-n', '1', '-only', only, ...flags], { encoding: 'utf8', env });
}

function script(name: string, text: string): string {
  const file = join(tempDir(), name);
  writeFileSync(file, `#!${process.execPath}\n${text}`);
  chmodSync(file, 0o755);
  return file;
}

/** A go whose programs all print `outcome`. */
function goThatPrints(outcome: string): string {
  const peer = JSON.stringify(`#!${process.execPath}\nconsole.log(${JSON.stringify(outcome)})`);
  return script(
    'go.cjs',
    `const { chmodSync, writeFileSync } = require('node:fs');
    const [, , command, ...args] = process.argv;
    if (command === 'env') console.log('go0.0');
    else {
      const file = args[args.indexOf('-o') + 1];
      writeFileSync(file, ${peer});
      chmodSync(file, 0o755);
    }`,
  );
}

interface Report {
  readonly machine: string;
  readonly node: string;
  readonly go: string | null;
  readonly rounds: number;
  readonly sections: readonly {
    readonly name: string;
    readonly cases: readonly {
      readonly case: string;
      readonly error?: string;
      readonly subjects?: readonly { readonly name: string; readonly ratio?: { readonly median: number } }[];
    }[];
  }[];
}

describe('the report', () => {
  test('has the cases that -only picks, each with all who take part', () => {
    const { status, stdout } = report('select: none|startup', ['-json']);
    expect(status).toBe(0);
    const { sections, ...about } = JSON.parse(stdout) as Report;
    expect(about).toMatchObject({ machine: expect.any(String), node: process.version, rounds: 1 });
    expect(sections.map(({ name, cases }) => [name, cases.map((c) => c.case)])).toEqual([
      ['startup', ['one pixel']],
      ['select', ['none of 2 ready, default']],
    ]);
    const subjects = sections[1]?.cases[0]?.subjects?.filter(({ name }) => name !== 'Go');
    expect(subjects?.map(({ name }) => name)).toEqual([
      'mandel',
      'async iterators, Promise.race',
      'receiveMessageOnPort',
    ]);
    expect(subjects?.map(({ ratio }) => typeof ratio?.median)).toEqual(['undefined', 'number', 'number']);
  });

  test('is a table for each section', () => {
    const { status, stdout } = report('select: none');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^## select: what does a select cost\?$/m);
    expect(stdout).toMatch(/^\| none of 2 ready, default \| mandel +\| [\d.]+ \([\d.]+-[\d.]+\)/m);
  });

  test('says which sections there are', () => {
    const { status, stderr } = report('nothing');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^bench: -only: expected to match a case of startup, modes, .*; got nothing$/m);
  });
});

describe('a wrong result', () => {
  const rowOf = (stdout: string) => (JSON.parse(stdout) as Report).sections[0]?.cases[0];

  test('of ours leaves no figures: another picture', () => {
    const white = join(tempDir(), 'white.png');
    writeFileSync(
      white,
      PNG.sync.write(Object.assign(new PNG({ width: 1, height: 1 }), { data: Buffer.alloc(4, 255) })),
    );
    const wrong = script(
      'wrong.cjs',
      `const { argv } = process;
      if (argv.includes('-o')) require('node:fs').copyFileSync(${JSON.stringify(white)}, argv[argv.indexOf('-o') + 1]);`,
    );
    const { status, stdout, stderr } = report('startup', ['-json', '-ours', wrong]);
    expect(status).toBe(1);
    expect(rowOf(stdout)).toEqual({ case: 'one pixel', error: expect.stringContaining('wrong picture') });
    expect(stderr).toContain('startup: one pixel: FAILED: ');
  });

  test("of Go's leaves no figures: values that were lost", () => {
    const { status, stdout } = report('select: none', [], goThatPrints('{"ns":1,"count":3,"sum":3}'));
    expect(status).toBe(1);
    expect(stdout).toMatch(/^\| none of 2 ready, default \| FAILED \| - +\| - +\| - +\|$/m);
    expect(stdout).toMatch(/^none of 2 ready, default: no figures: Go: wrong result: 3 values with the sum 3, want /m);
    expect(stdout).not.toContain('receiveMessageOnPort');
  });

  test("of Go's leaves no figures: another picture, painted by its kernel", () => {
    const { status, stdout } = report('kernels: .* row by row', ['-json'], goThatPrints('{"ns":1,"sum":"00"}'));
    expect(status).toBe(1);
    expect(rowOf(stdout)).toEqual({
      case: '1024x1024, row by row',
      error: expect.stringMatching(/^Go: mode seq, 1024x1024: wrong picture: .* is 00, want 264ab615/),
    });
  });

  test('is not looked for where there is no such go', () => {
    const { status, stderr } = report('select: none', [], join(tempDir(), 'none'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^bench: MANDEL_GO: expected a go command, got .*none: /m);
  });
});
