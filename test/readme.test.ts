// The README keeps its word: its commands print what it says, its code is ours, its links lead somewhere.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { cliPath } from './support/cli.js';
import { anchors, codeBlocks, links, shellLines } from './support/markdown.js';
import { type Printed, prints } from './support/readmeprints.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const readmePath = join(root, 'README.md');
const readme = existsSync(readmePath) ? readFileSync(readmePath, 'utf8') : '';

const sources = ['examples', 'src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
);

/** Whether `code` stands in one of our files, to the letter; a piece of a function may be moved to the left margin. */
function isOurs(code: string): boolean {
  if (code.trim() === '') return false;
  const lines = code.replace(/\s+$/, '').split('\n');
  return ['', '  ', '    ', '      '].some((margin) => {
    const moved = lines.map((line) => (line === '' ? '' : margin + line)).join('\n');
    return sources.some((source) => `\n${source}`.includes(`\n${moved}\n`));
  });
}

/** What is wrong with the links of a page in the root folder. */
function brokenLinks(page: string): string[] {
  return links(page).flatMap((link) => {
    if (/^[a-z]+:/.test(link)) return []; // the network is not for tests
    const [file = '', anchor] = link.split('#');
    const target = join(root, decodeURIComponent(file));
    if (!existsSync(target)) return [`${link}: no such file`];
    if (anchor === undefined || (file !== '' && !file.endsWith('.md'))) return [];
    const there = anchors(file === '' ? page : readFileSync(target, 'utf8'));
    return there.includes(anchor) ? [] : [`${link}: no such heading`];
  });
}

const NOT_RUN = /# not run in tests$/;
const isMandel = (line: string) => /^(npx |echo .* \| )?mandel\b/.test(line);
/** A line without its comment and without what forgives its exit status. */
const commandOf = (line: string) => line.replace(/ +# .*/, '').replace(/ \|\| true$/, '');

/** A folder that looks like the checkout: the README's commands run there one after the other, as they are printed. */
const cwd = mkdtempSync(join(tmpdir(), 'mandel-readme-'));
for (const name of ['dist', 'examples', 'src']) symlinkSync(join(root, name), join(cwd, name));
afterAll(() => rmSync(cwd, { recursive: true }));

/** Runs a line of the README in a shell. */
function runLine(line: string): Promise<Printed & { status: number | null }> {
  const mandel = `mandel() { '${process.execPath}' '${cliPath}' "$@"; }; npx() { "$@"; };`;
  const child = spawn('bash', ['-euo', 'pipefail', '-c', `${mandel} ${line}`], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 50_000,
    killSignal: 'SIGKILL',
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      printed[name] += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...printed }));
  });
}

describe('README.md', () => {
  test('is there', () => {
    expect(readme).not.toBe('');
  });

  test.each(['npm ci && npx mandel -mode row -workers 4', 'npm ci && npm test'])('has the command `%s`', (command) => {
    expect(shellLines(readme).map((line) => line.replace(/ +#.*/, ''))).toContain(command);
  });

  test('has code blocks of ours only', () => {
    const foreign = codeBlocks(readme).filter(({ language, text }) => language === 'ts' && !isOurs(text));
    expect(foreign).toEqual([]);
  });

  test('has links that lead somewhere', () => {
    expect(brokenLinks(readme)).toEqual([]);
  });

  const lines = [...new Set(shellLines(readme))].filter((line) => isMandel(line) && !NOT_RUN.test(line));

  test('has no command of which nobody knows what it prints, and none is left over', () => {
    expect(lines.map(commandOf).sort()).toEqual(Object.keys(prints).sort());
  });

  test.each(lines)('its command does what it says: %s', async (line) => {
    const expected = prints[commandOf(line)]!;
    const { status, stdout, stderr } = await runLine(line);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(expected.stderr ?? /^$/) });
    for (const pattern of expected.stdout ?? [/^$/]) expect(stdout).toMatch(pattern);
    for (const [file, pattern] of Object.entries(expected.files ?? {})) {
      expect(readFileSync(join(cwd, file), 'latin1')).toMatch(pattern);
    }
  });
});

describe('the check of a page', () => {
  const page = `# A page, of sorts

[a](src/README.md) ![b](no/picture.png) [c](#a-page-of-sorts) [d](#nowhere) [e](https://go.dev) \`[f](no)\`
<img src="no/image.png"> [g](src/README.md#the-house)

[h]: no/reference.md

\`\`\`sh
$ npx mandel -w 1 \\
    -h 1
# a comment
mandel -mode seq   # not run in tests
npm ci
\`\`\`

\`\`\`ts
export function* main(): Go {
\`\`\`

\`\`\`ts
export function* maim(): Go {
\`\`\`

\`\`\`ts
for (let i = 0; i < 10; i++) {
  const prime = yield* ch.recv();
\`\`\`

\`\`\`ts
for (let i = 0; i < 10; i++) {
const prime = yield* ch.recv();
\`\`\`
`;

  test('finds links that lead nowhere', () => {
    expect(brokenLinks(page)).toEqual([
      'no/picture.png: no such file',
      '#nowhere: no such heading',
      'no/reference.md: no such file',
      'no/image.png: no such file',
    ]);
  });

  test('finds code that is not ours', () => {
    expect(codeBlocks(page).flatMap(({ language, text }) => (language === 'ts' ? [isOurs(text)] : []))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test('knows which lines to run', () => {
    const lines = shellLines(page);
    expect(lines).toEqual(['npx mandel -w 1 -h 1', 'mandel -mode seq   # not run in tests', 'npm ci']);
    expect(lines.map((line) => isMandel(line) && !NOT_RUN.test(line))).toEqual([true, false, false]);
  });

  test('runs them, sees what they print, and sees those that fail', async () => {
    expect(await runLine('npx mandel -w 1 -h 1')).toMatchObject({ status: 0, stdout: '' });
    expect(await runLine('mandel run -procs 1 sieve | head -n 1')).toEqual({ status: 0, stdout: '2\n', stderr: '' });
    expect(await runLine('mandel -mode nope')).toMatchObject({ status: 2 });
    expect(await runLine('mandel -mode nope | cat')).toMatchObject({ status: 2 });
  });
});
