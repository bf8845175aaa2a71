// Where the picture goes, and what becomes of it when it cannot go there.

import { spawnSync } from 'node:child_process';
import { pbkdf2 } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, type TestContext, test } from 'vitest';
import { writeAll } from '#src/terminal/output.js';
import { cli, startCli } from '../support/cli.js';
import { golden } from '../support/goldens.js';
import { skipLoudly } from '../support/loudskip.js';
import { decode } from '../support/picture.js';
import { tempDir } from '../support/tempdir.js';

const small = ['-w', '17', '-h', '5', '-mode', 'row'];
const smallSum = golden('workshop', 17, 5).sum;
const old = 'what was here before';

describe('-o FILE', () => {
  test('an existing file is replaced, and nothing is left beside it', async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'p.png'), old);
    expect(await cli([...small, '-o', 'p.png'], { cwd })).toMatchObject({ status: 0, stdout: '' });
    expect(decode(readFileSync(join(cwd, 'p.png'))).sum).toBe(smallSum);
    expect(readdirSync(cwd)).toEqual(['p.png']);
  });

  test('a path into another folder, and an absolute one, work', async () => {
    const cwd = tempDir();
    mkdirSync(join(cwd, 'd'));
    await cli([...small, '-o', 'd/p.png'], { cwd });
    await cli([...small, '-o', join(cwd, 'q.png')], { cwd });
    expect(readFileSync(join(cwd, 'd/p.png'))).toEqual(readFileSync(join(cwd, 'q.png')));
    expect(readdirSync(cwd, { recursive: true }).sort()).toEqual(['d', 'd/p.png', 'q.png']);
  });

  test('a symbolic link stays one, and what it points to is replaced', async () => {
    const cwd = tempDir();
    mkdirSync(join(cwd, 'd'));
    writeFileSync(join(cwd, 'd/target.png'), old);
    symlinkSync('d/target.png', join(cwd, 'link.png'));
    expect(await cli([...small, '-o', 'link.png'], { cwd })).toMatchObject({ status: 0 });
    expect(lstatSync(join(cwd, 'link.png')).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(cwd, 'link.png'))).toBe('d/target.png');
    expect(decode(readFileSync(join(cwd, 'd/target.png'))).sum).toBe(smallSum);
    expect(readdirSync(cwd, { recursive: true }).sort()).toEqual(['d', 'd/target.png', 'link.png']);
  });

  test('a symbolic link to what is not there yet creates it', async () => {
    const cwd = tempDir();
    symlinkSync('target.png', join(cwd, 'link.png'));
    expect(await cli([...small, '-o', 'link.png'], { cwd })).toMatchObject({ status: 0 });
    expect(lstatSync(join(cwd, 'link.png')).isSymbolicLink()).toBe(true);
    expect(decode(readFileSync(join(cwd, 'target.png'))).sum).toBe(smallSum);
  });

  test('a device is written to, and stays one', async () => {
    const cwd = tempDir();
    expect(await cli([...small, '-o', '/dev/null'], { cwd })).toMatchObject({ status: 0, stdout: '' });
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('the picture can be read by whom the umask lets', async () => {
    const cwd = tempDir();
    await cli([...small, '-o', 'p.png'], { cwd });
    writeFileSync(join(cwd, 'plain'), '');
    expect(lstatSync(join(cwd, 'p.png')).mode).toBe(lstatSync(join(cwd, 'plain')).mode);
  });
});

describe('-o -', () => {
  test('standard output is exactly one PNG, and standard error the line about the run', async () => {
    const cwd = tempDir();
    const ended = await cli([...small, '-o', '-'], { cwd });
    expect(ended.status).toBe(0);
    expect(decode(ended.bytes)).toMatchObject({ w: 17, h: 5, sum: smallSum });
    expect(ended.stderr).toMatch(/^mode row, 17x5, [^\n]*\n$/);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('with -quiet, standard error is empty', async () => {
    const ended = await cli([...small, '-o', '-', '-quiet'], { cwd: tempDir() });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(decode(ended.bytes).sum).toBe(smallSum);
  });

  test('a picture larger than a pipe arrives whole', async () => {
    const ended = await cli(['-scene', 'web', '-mode', 'row', '-o', '-', '-quiet'], { cwd: tempDir() });
    expect(ended.bytes.length).toBeGreaterThan(65_536);
    expect(decode(ended.bytes).sum).toBe(golden('web', 512, 512).sum);
  });

  test('a reader that goes away is one line, status 1', async () => {
    const { child, ended } = startCli(['-scene', 'web', '-mode', 'row', '-o', '-'], { cwd: tempDir() });
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ status: 1, stderr: 'mandel: -o -: broken pipe\n' });
  });
});

/** A user who is not root and may not write everywhere, if this machine can run the command as one. */
async function plainUser(context: TestContext): Promise<number | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const NOBODY = 65_534;
  const cwd = tempDir();
  chmodSync(cwd, 0o755);
  const probe = await cli(['-version'], { cwd, uid: NOBODY }).catch(() => undefined);
  if (probe?.status !== 0) skipLoudly(context, 'root may write anywhere, and nobody may not read this checkout');
  return NOBODY;
}

const asUser = (uid: number | undefined) => (uid === undefined ? {} : { uid });

describe('what may not be written', () => {
  test('a folder without write permission is one line, status 1', async (context) => {
    const uid = await plainUser(context);
    const cwd = tempDir();
    chmodSync(cwd, 0o555);
    onTestFinished(() => chmodSync(cwd, 0o755));
    const ended = await cli([...small, '-o', 'p.png'], { cwd, ...asUser(uid) });
    expect(ended).toMatchObject({ status: 1, stdout: '', stderr: 'mandel: -o p.png: permission denied\n' });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('a file without write permission is not replaced, though its folder would allow it', async (context) => {
    const uid = await plainUser(context);
    const cwd = tempDir();
    writeFileSync(join(cwd, 'p.png'), old);
    if (uid !== undefined) for (const path of [cwd, join(cwd, 'p.png')]) chownSync(path, uid, uid);
    chmodSync(join(cwd, 'p.png'), 0o444);
    const ended = await cli([...small, '-o', 'p.png'], { cwd, ...asUser(uid) });
    expect(ended).toMatchObject({ status: 1, stdout: '', stderr: 'mandel: -o p.png: permission denied\n' });
    expect(readFileSync(join(cwd, 'p.png'), 'utf8')).toBe(old);
    expect(readdirSync(cwd)).toEqual(['p.png']);
  });

  test('a folder of the kernel, where not even root may create files, is one line, status 1', async (context) => {
    if (!existsSync('/proc/self')) skipLoudly(context, 'this system has no /proc');
    const ended = await cli([...small, '-o', '/proc/p.png'], { cwd: tempDir() });
    expect(ended.stderr).toMatch(/^mandel: -o \/proc\/p\.png: [^\n]+\n$/);
    expect(ended).toMatchObject({ status: 1, stdout: '' });
  });
});

describe('a full disk', () => {
  test('is one line, status 1, when the picture goes to /dev/full', async (context) => {
    if (!existsSync('/dev/full')) skipLoudly(context, 'this system has no /dev/full');
    const cwd = tempDir();
    const ended = await cli([...small, '-o', '/dev/full'], { cwd });
    expect(ended).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'mandel: -o /dev/full: no space left on device\n',
    });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('is one line, status 1, when standard output is full', async (context) => {
    if (!existsSync('/dev/full')) skipLoudly(context, 'this system has no /dev/full');
    const full = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(full));
    const ended = await cli([...small, '-o', '-'], { cwd: tempDir(), stdout: full });
    expect(ended).toMatchObject({ status: 1, stderr: 'mandel: -o -: no space left on device\n' });
  });

  test('keeps the old picture, and leaves no part of the new one', async (context) => {
    const cwd = tempDir();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'none', cwd]);
    if (mounted.status !== 0) skipLoudly(context, 'a tmpfs cannot be mounted here; it takes root');
    onTestFinished(() => void spawnSync('umount', [cwd]));
    writeFileSync(join(cwd, 'p.png'), old);
    const ended = await cli(['-scene', 'web', '-mode', 'row', '-o', 'p.png'], { cwd });
    expect(ended).toMatchObject({ status: 1, stdout: '', stderr: 'mandel: -o p.png: no space left on device\n' });
    expect(readdirSync(cwd)).toEqual(['p.png']);
    expect(readFileSync(join(cwd, 'p.png'), 'utf8')).toBe(old);
  });
});

describe('writeAll', () => {
  test('leaves nothing when a piece fails before the thread pool has opened the file', async () => {
    const cwd = tempDir();
    // As many jobs as the pool has threads: the file is opened after they end, when it has been discarded.
    const jobs = Array.from({ length: 4 }, () => promisify(pbkdf2)('', '', 50_000, 64, 'sha512'));
    const failing = (function* () {
      yield 'a';
      throw new Error('no second piece');
    })();
    await expect(writeAll(join(cwd, 'text'), failing)).rejects.toThrow('no second piece');
    await Promise.all(jobs);
    await promisify(pbkdf2)('', '', 1, 64, 'sha512'); // one more job: what was queued before it has run
    expect(readdirSync(cwd)).toEqual([]);
  });
});
