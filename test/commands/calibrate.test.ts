// mandel calibrate: what it refuses before it measures anything.

import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appears } from '../support/appears.js';
import { startCli } from '../support/cli.js';
import { hostedCli } from '../support/hosted.js';
import { tempDir } from '../support/tempdir.js';

describe('bad input', () => {
  test.each([
    { args: ['-o', ''], says: '-o: expected a file name, got nothing', status: 2 },
    { args: ['-o'], says: '-o: expected a value, got nothing', status: 2 },
    { args: ['-o', 'no/m.json'], says: '-o no/m.json: no such directory', status: 1 },
    { args: ['-o', 'd'], says: '-o d: expected a file, got a directory', status: 1 },
    { args: ['-quick=perhaps'], says: '-quick: expected true or false, got "perhaps"', status: 2 },
    {
      args: ['-quikc'],
      says: "unknown option '-quikc' (did you mean -quick?); see mandel calibrate -help",
      status: 2,
    },
    { args: ['now'], says: 'expected flags and nothing else, got "now"; see mandel calibrate -help', status: 2 },
  ])('mandel calibrate $args is refused in one line', async ({ args, says, status }) => {
    const cwd = tempDir();
    mkdirSync(join(cwd, 'd'));
    const ended = await hostedCli(['calibrate', ...args], { cwd });
    const [line = '', ...more] = ended.stderr.split('\n');
    expect(more).toEqual(['']);
    expect(line.startsWith('mandel: ')).toBe(true);
    const rest = line.slice('mandel: '.length);
    if (typeof says === 'string') expect(rest).toBe(says);
    else expect(rest).toMatch(says);
    expect(ended).toMatchObject({ status, signal: null, stdout: '' });
    expect(readdirSync(cwd)).toEqual(['d']);
  });
});

test('an interrupted calibration leaves nothing behind', async () => {
  const cwd = tempDir();
  const { child, ended } = startCli(['calibrate'], { cwd });
  await appears(cwd, '.machine.json.');
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ status: 130, stdout: '', stderr: '' });
  expect(readdirSync(cwd)).toEqual([]);
});
