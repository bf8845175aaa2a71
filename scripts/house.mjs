// The house, checked: `npm run check` runs this over every source file, and prints a line for each broken rule (rules.mjs).
// Biome checks the rest: no import circles, and how complex a function may be.
// @ts-check

import { readdirSync, readFileSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseAst } from 'rolldown/parseAst';
import * as house from './rules.mjs';

/** @typedef {typeof house} House */
/** @typedef {{ readonly path: string, readonly text: string }} SourceFile a path is from the repository's root: `src/go/chan.ts` */
/** @typedef {{ readonly type: string, readonly start: number, readonly end: number, readonly [key: string]: any }} Node */

/**
 * What is wrong with `file`, one line each: `src/lib/rng.ts:3: lib may not import src/go/chan.ts`.
 * @param {SourceFile} file
 * @param {Pick<House, 'rooms' | 'doors' | 'browser' | 'words' | 'sizes'>} rules
 * @returns {string[]}
 */
export function violations({ path, text }, rules = house) {
  const nodes = nodesOf(path, text);
  const place = placeOf(path);
  /** @param {Node} node @param {string} what */
  const at = (node, what) => `${path}:${text.slice(0, node.start).split('\n').length}: ${what}`;
  return [
    ...badImports(path, nodes, rules).map(({ node, what }) => at(node, what)),
    ...badWords(place, text, nodes, rules).map(({ node, what }) => at(node, what)),
    ...badSizes(place, text, nodes, rules).map((what) => `${path}: ${what}`),
  ];
}

/** The room of a file. @param {string} path @param {Pick<House, 'rooms'>} rules */
export function roomOf(path, { rooms } = house) {
  const place = placeOf(path);
  return rooms.find(({ name, places = [name] }) => longest(place, places) >= 0);
}

/**
 * Every module that the file names: imports, re-exports, import(), require(), and with `urls` new URL().
 * @param {readonly Node[]} nodes
 * @param {{ readonly urls: boolean }} which
 * @returns {{ readonly node: Node, readonly name: string }[]}
 */
export function importsOf(nodes, { urls }) {
  return nodes.flatMap((node) => {
    const name = sourceOf(node, urls)?.value;
    return typeof name === 'string' ? [{ node, name }] : [];
  });
}

/** The literal that says what a node imports, if it imports something. @param {Node} node @param {boolean} urls @returns {Node | undefined} */
function sourceOf(node, urls) {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node.source ?? undefined;
    case 'TSExternalModuleReference':
      return node.expression;
    case 'CallExpression': // require('x'), and createRequire(import.meta.url)('x')
      return node.callee.name === 'require' || node.callee.callee?.name === 'createRequire'
        ? node.arguments[0]
        : undefined;
    case 'NewExpression':
      return urls && node.callee.name === 'URL' && /^\..*\.js$/.test(node.arguments[0]?.value)
        ? node.arguments[0]
        : undefined;
    default:
      return undefined;
  }
}

/**
 * @param {string} path
 * @param {readonly Node[]} nodes
 * @param {Pick<House, 'rooms' | 'doors' | 'browser'>} rules
 * @returns {{ readonly node: Node, readonly what: string }[]}
 */
function badImports(path, nodes, { rooms, doors, browser }) {
  const room = roomOf(path, { rooms });
  if (!room) return [{ node: { type: 'Program', start: 0, end: 0 }, what: 'is in no room of the house' }];
  const shipped = path.startsWith('src/');
  // What runs what ships has URLs of files in dist/, and they look like those of src/.
  return importsOf(nodes, { urls: shipped }).flatMap(({ node, name }) => {
    const what = name.startsWith('.') ? badRoom(path, name, room) : badPackage(path, name, doors, browser);
    return what === undefined ? [] : [{ node, what }];
  });
}

/** @param {string} path @param {string} name @param {house.Room} room @returns {string | undefined} */
function badRoom(path, name, { name: room, places = [room], may, not = [] }) {
  const target = posix.normalize(posix.join(posix.dirname(path), name));
  if (!target.startsWith('src/')) return undefined;
  const place = placeOf(target);
  const allowed = Math.max(longest(place, places), longest(place, may));
  return allowed > longest(place, not) ? undefined : `${room} may not import ${target.replace(/\.js$/, '.ts')}`;
}

/** @param {string} path @param {string} name @param {House['doors']} doors @param {House['browser']} browser @returns {string | undefined} */
function badPackage(path, name, doors, browser) {
  if (name.startsWith('#')) return path.startsWith('examples/') ? 'examples import the package by its name' : undefined;
  if (!path.startsWith('src/')) return undefined;
  // `pngjs/lib/packer-sync.js` is a file of the package pngjs.
  const place = placeOf(path);
  if (name.startsWith('node:') && longest(place, browser.places) > longest(place, browser.not)) {
    return `runs in a browser as well, and may not import ${name}`;
  }
  const door = Object.keys(doors).find((each) => name === each || name.startsWith(`${each}/`));
  if (door === undefined) return name.startsWith('node:') ? undefined : `no door is for ${name}`;
  return longest(place, doors[door] ?? []) >= 0 ? undefined : `this is not the door for ${name}`;
}

/**
 * @param {string} place
 * @param {string} text
 * @param {readonly Node[]} nodes
 * @param {Pick<House, 'words'>} rules
 */
function badWords(place, text, nodes, { words }) {
  const here = words.filter(
    ({ places, not = [], except = [] }) =>
      longest(place, places) > longest(place, not) && !except.some((each) => each.place === place),
  );
  return nodes.flatMap((node) => {
    const name = node.type === 'Identifier' || node.type === 'MemberExpression' ? text.slice(node.start, node.end) : '';
    const word = here.find(({ names }) => names.includes(name));
    return word ? [{ node, what: `may not use ${word.rule} (${name})` }] : [];
  });
}

/**
 * @param {string} place
 * @param {string} text
 * @param {readonly Node[]} nodes
 * @param {Pick<House, 'sizes'>} rules
 */
function badSizes(place, text, nodes, { sizes }) {
  const all = text.trimEnd().split('\n').length;
  return sizes.flatMap(({ places, not = [], lines, code }) => {
    if (longest(place, places) <= longest(place, not)) return [];
    if (lines !== undefined && all > lines) return [`has ${all} lines, more than ${lines}`];
    const n = code === undefined ? 0 : linesOfCode(text, nodes);
    return code !== undefined && n >= code ? [`has ${n} lines of code, not under ${code}`] : [];
  });
}

/** Lines with code on them: each has the beginning or the end of something. @param {string} text @param {readonly Node[]} nodes */
export function linesOfCode(text, nodes) {
  let line = 0;
  const lineAt = Array.from({ length: text.length }, (_, k) => (text[k] === '\n' ? line++ : line));
  const code = nodes.filter(({ type }) => type !== 'Program');
  return new Set(code.flatMap(({ start, end }) => [lineAt[start], lineAt[end - 1]])).size;
}

/** `src/go/chan.ts` is the place `go/chan`, and `test/x.test.ts` is `/test/x.test`. @param {string} path */
function placeOf(path) {
  const bare = path.replace(/\.(c?ts|js|mjs)$/, '');
  return bare.startsWith('src/') ? bare.slice('src/'.length) : `/${bare}`;
}

/** Length of the longest of `places` that `place` is in; -1 if it is in none. @param {string} place @param {readonly string[]} places */
function longest(place, places) {
  const within = places.filter((each) =>
    each === '' ? !place.startsWith('/') : place === each || place.startsWith(`${each}/`),
  );
  return Math.max(-1, ...within.map((each) => each.length));
}

/** Every node of the syntax tree. @param {string} path @param {string} text @returns {Node[]} */
export function nodesOf(path, text) {
  return nodesIn(parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }));
}

/**
 * A node, or what holds nodes, and all nodes in it, outer ones first, behind those that are in `nodes`.
 * @param {unknown} value @param {Node[]} nodes @returns {Node[]}
 */
export function nodesIn(value, nodes = []) {
  if (typeof value !== 'object' || value === null) return nodes;
  if ('type' in value && 'start' in value) nodes.push(/** @type {Node} */ (value));
  for (const each of Object.values(value)) nodesIn(each, nodes);
  return nodes;
}

/** The source files in these folders. @param {string} root @param {readonly string[]} folders @returns {SourceFile[]} */
export function sourcesIn(root, folders = ['src', 'examples', 'bench', 'test']) {
  return folders.flatMap((folder) =>
    readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.c?tsx?$/.test(name))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .map((path) => ({ path, text: readFileSync(resolve(root, path), 'utf8') })),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const broken = sourcesIn(process.argv[2] ?? '.').flatMap((file) => violations(file));
  for (const line of broken) console.error(line);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
