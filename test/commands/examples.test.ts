// Examples by name: which there are, when a name is one, and what is said of a name that is none.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cli } from '../support/cli.js';
import { all, compiledExample, services, wrong } from '../support/examples.js';
import { tempDir } from '../support/tempdir.js';

describe('mandel examples', () => {
  test('lists every example with a line about it, below the command that runs it', async () => {
    const { status, stdout, stderr } = await cli(['examples'], { cwd: tempDir() });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const groups = stdout.split('\n\n').map((group) => group.split('\n'));
    const names = (group: readonly string[] = []) =>
      group.slice(1).flatMap((line) => /^ {2}(\w+) {2,}\S.+$/.exec(line)?.[1] ?? []);
    const [programs, wrongOnes, serving] = groups;
    expect(programs![0]).toBe('Programs: mandel run NAME');
    expect(wrongOnes![0]).toBe('Programs that are wrong: mandel explore NAME');
    expect(serving![0]).toBe(`Service: node ${fileURLToPath(compiledExample('httpapi'))}`);
    expect(names(wrongOnes).sort()).toEqual([...wrong].sort());
    expect(names(serving)).toEqual(services);
    expect(groups.flatMap(names).sort()).toEqual([...all].sort());
  });
});

describe('the name of an example', () => {
  test('is run where no file has it, also beside a file of that name with an extension', async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'sieve.js'), 'throw new Error("not this one");\n');
    expect(await cli(['run', '-procs', '1', 'sieve'], { cwd })).toMatchObject({
      status: 0,
      stdout: '2\n3\n5\n7\n11\n13\n17\n19\n23\n29\n',
      stderr: '',
    });
  });

  test('is the file of that name where there is one', async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'sieve'), 'exports.main = () => void console.log("the file");\n');
    expect(await cli(['run', 'sieve'], { cwd })).toMatchObject({ status: 0, stdout: 'the file\n', stderr: '' });
  });

  test('is what mandel explore takes, and what the command in its last line has', async () => {
    const { status, stdout } = await cli(['explore', '-runs', '50', 'lostwakeup'], { cwd: tempDir() });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^to see it: mandel explore -replay \d+ -trace trace\.out lostwakeup$/m);
  });

  test.each([
    ['sive', 'sive: no such file, and no such example; did you mean sieve?'],
    ['nothinglike', 'nothinglike: no such file, and no such example; see mandel examples'],
    ['sieve.js', 'sieve.js: no such file; did you mean the example sieve?'],
    ['dist/examples/sieve.js', 'dist/examples/sieve.js: no such file; did you mean the example sieve?'],
    ['./sieve', './sieve: no such file; did you mean the example sieve?'],
    ['no.js', 'no.js: no such file'],
  ])('is not %s', async (name, says) => {
    for (const command of ['run', 'explore']) {
      const { status, stdout, stderr } = await cli([command, name], { cwd: tempDir() });
      expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: `mandel: ${says}\n` });
    }
  });

  test('stands in the help of both commands', async () => {
    for (const command of ['run', 'explore']) {
      const { stdout } = await cli([command, '-help'], { cwd: tempDir() });
      expect(stdout).toContain(`Usage: mandel ${command} [flags] FILE.js [args]`);
      expect(stdout.replace(/\s+/g, ' ')).toContain('or the name of an example where no file has that name');
    }
  });
});
