// Places of reports: functions, files, lines or addresses, by granularity, and their names. After NodeInfo and
// ShortenFunctionName in google/pprof's internal/graph and Aggregate in its profile package.

import { posix } from 'node:path';
import { compareTexts } from '../lib/order.js';
import type { Line, Location, Profile, Word } from './profile.js';

/** What a report distinguishes. */
export type Granularity = 'functions' | 'filefunctions' | 'files' | 'lines' | 'addresses';

/** A place in a program; fields are '' or 0 if unknown, or if the granularity does not distinguish them. */
export interface Info {
  readonly name: string;
  readonly address: Word;
  readonly file: string;
  readonly startLine: number;
  readonly line: number;
  readonly column: number;
  /** Name of the mapped file, for places without another name, and if asked for. */
  readonly object: string;
  /** The text in reports. */
  readonly label: string;
}

const finest = { name: true, file: true, line: true, address: true };
const distinguished: Readonly<Record<Granularity, typeof finest>> = {
  functions: { name: true, file: false, line: false, address: false },
  filefunctions: { name: true, file: true, line: false, address: false },
  files: { name: false, file: true, line: false, address: false },
  lines: { name: true, file: true, line: true, address: false },
  addresses: finest,
};

/**
 * Removes from a profile what this granularity does not distinguish: such fields become '' or 0. Indices stay the same.
 * @param inlines false to count inlined calls for the function that contains them
 */
export function aggregate(profile: Profile, granularity: Granularity, inlines = true): Profile {
  const keeps = distinguished[granularity];
  if (keeps.address && inlines) return profile;
  const line = ({ func, line }: Line): Line => ({ func, line: keeps.line ? line : 0 });
  return {
    ...profile,
    functions: profile.functions.map((func) => ({
      ...func,
      name: keeps.name ? func.name : '',
      systemName: keeps.name ? (func.systemName ?? func.name) : '',
      file: keeps.file ? func.file : '',
    })),
    locations: profile.locations.map((location) => ({
      ...location,
      address: keeps.address ? location.address : 0,
      lines: (inlines ? location.lines : location.lines.slice(-1)).map(line),
    })),
    mappings: (profile.mappings ?? []).map((mapping) => ({
      ...mapping,
      hasFunctions: mapping.hasFunctions && keeps.name,
      hasFilenames: mapping.hasFilenames && keeps.file,
      hasLineNumbers: mapping.hasLineNumbers && keeps.line,
      hasInlineFrames: mapping.hasInlineFrames && inlines,
    })),
  };
}

/**
 * The places of a location, the innermost first: one per line, or one for its address if it has no lines.
 * @param objects true to distinguish places with names by their mapped files, too
 */
export function infosOf(profile: Profile, location: Location, objects = false): Info[] {
  const object = location.mapping === undefined ? '' : (profile.mappings?.[location.mapping]?.file ?? '');
  if (location.lines.length === 0) {
    return [withLabel({ ...nowhere, address: location.address, object })];
  }
  return location.lines.map(({ func, line, column = 0 }) => {
    const { name, file, startLine = 0 } = profile.functions[func]!;
    const nameless = objects || name === '';
    return withLabel({
      name,
      address: location.address,
      file: file === '' ? '' : cleanPath(file),
      startLine: nameless ? startLine : 0,
      line,
      column,
      object: nameless ? object : '',
    });
  });
}

const nowhere = { name: '', address: 0, file: '', startLine: 0, line: 0, column: 0, object: '' };

function withLabel(info: Omit<Info, 'label'>): Info {
  return { ...info, label: labelOf(info) };
}

function labelOf({ name, address, file, line, column, object }: Omit<Info, 'label'>): string {
  const parts: string[] = [];
  if (address !== 0) parts.push(address.toString(16).padStart(16, '0'));
  if (name !== '') parts.push(name);
  if (line !== 0) parts.push(`${file}:${line}${column === 0 ? '' : `:${column}`}`);
  else if (file !== '') parts.push(file);
  else if (name === '') parts.push(object === '' ? '<unknown>' : `[${baseName(object)}]`);
  return parts.join(' ');
}

/** A key that is different for different places. */
export function keyOf(info: Info): string {
  const { name, address, file, startLine, line, column, object } = info;
  return `${name}\0${file}\0${object}\0${address}\0${startLine}\0${line}\0${column}`;
}

/** Orders places with equal labels, by what Go prints of them. */
export function compareInfos(a: Info, b: Info): number {
  return compareTexts(printInfo(a), printInfo(b));
}
function printInfo({ name, address, file, startLine, line, column, object }: Info): string {
  return `{${name}  ${address} ${file} ${startLine} ${line} ${column} ${object}}`;
}

/** The shortest equivalent path. */
function cleanPath(file: string): string {
  const path = posix.normalize(file);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** The last part of a path, as Go's filepath.Base. */
export function baseName(path: string): string {
  if (path === '') return '.';
  return posix.basename(path) || '/';
}

/** Patterns whose group is the short name; the first that matches is used. */
const shapes = [
  // Go: without the directories of the package's path.
  /^(?:[\w\-.]+\/)+([^.]+\..+)/,
  // Java: the class and the method, without packages and parameters.
  /^(?:[a-z]\w*\.)*([A-Z][\w$]*\.(?:<init>|[a-z][\w$]*(?:\$\d+)?))(?:\(|$)/,
  // C++: the class and the method, without namespaces.
  /^(?:[_a-zA-Z]\w*::)+(_*[A-Z]\w*::~?[_a-zA-Z]\w*(?:<.*>)?)/,
];
/** A version such as `/v2` after the path of a Go module. */
const MODULE_VERSION = /^(.*?)\/v(?:[2-9]|[1-9]\d+)([./].*)$/;

/** The short name of a function for pictures: without directories, packages or namespaces. */
export function shortName(name: string): string {
  const plain = name.replace(/^\(anonymous namespace\)::/, '').replace(MODULE_VERSION, '$1$2');
  for (const shape of shapes) {
    const [, kept] = shape.exec(plain) ?? [];
    if (kept !== undefined) return kept;
  }
  return plain;
}
