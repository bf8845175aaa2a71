// The package as its users have it: packed, unpacked in a folder of theirs, with what it depends on and nothing else.

import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tempDir } from './support/tempdir.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = join(root, 'node_modules/typescript/bin/tsc');

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly overrides?: object;
}

/** The folder of a project that depends on mandel. */
const project = mkdtempSync(join(realpathSync(tmpdir()), 'mandel-package-'));
const installed = join(project, 'node_modules/mandel');
const read = (file: string) => readFileSync(join(installed, file), 'utf8');
const manifest = () => JSON.parse(read('package.json')) as Manifest;

/** Runs a command in the project. npm gets no network, and no cache of this user's. */
async function run(file: string, args: readonly string[], cwd = project) {
  const env = { ...process.env, npm_config_cache: join(project, '.cache'), npm_config_offline: 'true' };
  const options = { cwd, env, timeout: 50_000 };
  return await promisify(execFile)(file, args, options);
}

/** Packs the package and installs it, as npm does without a network: what it depends on is linked to ours. */
beforeAll(async () => {
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', project], root);
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', join(project, stdout.trim()), '-C', installed, '--strip-components=1']);
  for (const name of Object.keys(manifest().dependencies)) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }\n');
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const mandel = (...args: readonly string[]) =>
  run(process.execPath, [join(installed, manifest().bin.mandel!), ...args]);

describe('the tarball', () => {
  test.each(['README.md', 'CHANGELOG.md', 'LICENSE', 'docs/profile.md', 'docs/trace.md', 'examples/sieve.ts'])(
    'has %s',
    (file) => {
      expect(read(file)).not.toBe('');
    },
  );

  test('says where the source is', () => {
    expect(manifest()).toMatchObject({ repository: { type: 'git', url: expect.any(String) } });
  });

  test('runs no script when it is installed, about which npm would warn', () => {
    const names = Object.keys(manifest().scripts);
    expect(names.filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
  });

  test('relies on no override, which holds here and for no user', () => {
    expect(manifest().overrides).toBeUndefined();
  });
});

describe('npm', () => {
  test('has no warning about what we depend on: neither deprecated nor for another Node', async () => {
    const cwd = tempDir();
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(root, file), join(cwd, file));
    const { stdout, stderr } = await run('npm', ['ci', '--dry-run'], cwd);
    expect(stderr).not.toMatch(/warn/i);
    expect(stdout).toMatch(/added \d+ packages/);
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"deprecated"');
  });
});

describe('npx in a checkout', () => {
  test('runs what is built, with an empty cache too, and does not build it again', async () => {
    const cwd = tempDir();
    cpSync(join(root, 'package.json'), join(cwd, 'package.json'));
    for (const name of ['dist', 'node_modules']) symlinkSync(join(root, name), join(cwd, name));
    // There is no source here: to build would fail.
    const { stdout, stderr } = await run('npx', ['mandel', '-w', '8', '-h', '8'], cwd);
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: expect.stringMatching(/^mode seq, 8x8, .*\n$/) });
  });
});

describe('an installed package', () => {
  test('runs an example by name', async () => {
    const { stdout, stderr } = await mandel('run', 'sieve');
    expect(stdout.split('\n').slice(0, 3)).toEqual(['2', '3', '5']);
    expect(stderr).toBe('');
  });

  test('lists the examples', async () => {
    const { stdout } = await mandel('examples');
    expect(stdout).toMatch(/^ {2}sieve {2,}the concurrent prime sieve/m);
    expect(stdout).toContain(`Sources: ${join(installed, 'examples')}\n`);
  });

  test('explores an example by name, and finds what is wrong with it', async () => {
    const failed = await mandel('explore', '-runs', '200', 'lostwakeup').catch((error) => error);
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stdout).toMatch(/deadlock/);
    expect(failed.stdout).toContain('examples/lostwakeup.ts:');
  });

  test('paints a picture', async () => {
    const { stderr } = await mandel('-w', '8', '-h', '8');
    expect(stderr).toMatch(/^mode seq, 8x8, 1 goroutine, /);
    expect(readFileSync(join(project, 'mandelbrot.png')).subarray(1, 4).toString()).toBe('PNG');
  });

  test('serves pictures', async () => {
    const { bin } = manifest();
    const script = `
      import { spawn } from 'node:child_process';
      const server = spawn(process.execPath, [${JSON.stringify(join(installed, bin.mandelweb!))}, '-http', '127.0.0.1:0']);
      server.stderr.once('data', async (line) => {
        const [url] = /http:\\/\\/[\\d.:]+/.exec(line);
        const answer = await fetch(url + '/mandelbrot?w=8&h=8');
        console.log(answer.status, answer.headers.get('content-type'));
        server.kill('SIGTERM');
      });
      server.on('close', (status) => console.log('closed', status));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout).toBe('200 image/png\nclosed 0\n');
  });
});

describe('its types, with skipLibCheck off and no types but those that are imported', () => {
  /** What a user may write: a program, what runs it, and every other door. */
  const source = () => {
    const doors = Object.keys(manifest().exports).filter((name) => !/\*|\.json$/.test(name));
    return `
${doors.map((name, k) => `import * as door${k} from 'mandel${name.slice(1)}';`).join('\n')}
import { type Chan, chan, type Go, go, int, println } from 'mandel/go';
import { run } from 'mandel/run';

export function* main(): Go {
  const ch = chan(int);
  go(count, ch);
  println(yield* ch.recv());
}

export function* count(ch: Chan<number>): Go {
  yield* ch.send(1);
}

export const status: Promise<number> = run('./main.js', { procs: 2 }).then(({ exitCode }) => exitCode);
export const doors = [${doors.map((_, k) => `door${k}`).join(', ')}];
`;
  };

  test.each([
    { moduleResolution: 'node16', module: 'node16' },
    { moduleResolution: 'nodenext', module: 'nodenext' },
    { moduleResolution: 'bundler', module: 'preserve' },
  ])('resolve with moduleResolution $moduleResolution', async ({ moduleResolution, module }) => {
    const folder = join(project, moduleResolution);
    mkdirSync(folder);
    writeFileSync(join(folder, 'main.ts'), source());
    const compilerOptions = {
      ...{ module, moduleResolution, target: 'es2022', lib: ['es2022'], types: [] },
      ...{ strict: true, noEmit: true, skipLibCheck: false },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    const { stdout } = await run(process.execPath, [tsc, '-p', folder]).catch((error) => error);
    expect(stdout).toBe('');
  });
});
