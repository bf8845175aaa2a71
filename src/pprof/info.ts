// What a node of a report stands for: a function, a line, a file or an address, by how finely a profile is looked at. After
// NodeInfo in google/pprof's internal/graph and Aggregate in its profile package.

import { posix } from 'node:path';
import { compareTexts } from '../lib/characters.js';
import type { Line, Location, Profile, Word } from './profile.js';

/** What belongs together in a report. */
export type Granularity = 'functions' | 'filefunctions' | 'files' | 'lines' | 'addresses';

/** A place in a program; '' and 0 where it does not say, or is not to be told from others. */
export interface Info {
  readonly name: string;
  readonly address: Word;
  readonly file: string;
  readonly startLine: number;
  readonly line: number;
  readonly column: number;
  /** Name of the mapped file, for what has no other name or where it is asked for. */
  readonly object: string;
  /** What reports call it. */
  readonly label: string;
}

const finest = { name: true, file: true, line: true, address: true };
const told: Readonly<Record<Granularity, typeof finest>> = {
  functions: { name: true, file: false, line: false, address: false },
  filefunctions: { name: true, file: true, line: false, address: false },
  files: { name: false, file: true, line: false, address: false },
  lines: { name: true, file: true, line: true, address: false },
  addresses: finest,
};

/**
 * The profile without what this granularity does not tell apart: what is left out is '' or 0. Places stay what they were.
 * @param inlines whether calls that were inlined are told; their lines go to the function that they are in, otherwise
 */
export function aggregate(profile: Profile, granularity: Granularity, inlines = true): Profile {
  const tells = told[granularity];
  if (tells.address && inlines) return profile;
  const line = ({ func, line }: Line): Line => ({ func, line: tells.line ? line : 0 });
  return {
    ...profile,
    functions: profile.functions.map((func) => ({
      ...func,
      name: tells.name ? func.name : '',
      systemName: tells.name ? (func.systemName ?? func.name) : '',
      file: tells.file ? func.file : '',
    })),
    locations: profile.locations.map((location) => ({
      ...location,
      address: tells.address ? location.address : 0,
      lines: (inlines ? location.lines : location.lines.slice(-1)).map(line),
    })),
    mappings: (profile.mappings ?? []).map((mapping) => ({
      ...mapping,
      hasFunctions: mapping.hasFunctions && tells.name,
      hasFilenames: mapping.hasFilenames && tells.file,
      hasLineNumbers: mapping.hasLineNumbers && tells.line,
      hasInlineFrames: mapping.hasInlineFrames && inlines,
    })),
  };
}

/**
 * The places of a location, the innermost first: one a line, or one for its address if it has none.
 * @param objects whether the mapped file tells places apart that have names
 */
export function infosOf(profile: Profile, location: Location, objects = false): Info[] {
  const object = location.mapping === undefined ? '' : (profile.mappings?.[location.mapping]?.file ?? '');
  if (location.lines.length === 0) {
    return [labelled({ ...nowhere, address: location.address, object })];
  }
  return location.lines.map(({ func, line, column = 0 }) => {
    const { name, file, startLine = 0 } = profile.functions[func]!;
    const nameless = objects || name === '';
    return labelled({
      name,
      address: location.address,
      file: file === '' ? '' : cleaned(file),
      startLine: nameless ? startLine : 0,
      line,
      column,
      object: nameless ? object : '',
    });
  });
}

const nowhere = { name: '', address: 0, file: '', startLine: 0, line: 0, column: 0, object: '' };

function labelled(info: Omit<Info, 'label'>): Info {
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

/** Tells places apart. */
export function keyOf(info: Info): string {
  const { name, address, file, startLine, line, column, object } = info;
  return `${name}\0${file}\0${object}\0${address}\0${startLine}\0${line}\0${column}`;
}

/** A last resort for places with the same label: what Go prints of them. */
export function compareInfos(a: Info, b: Info): number {
  return compareTexts(printed(a), printed(b));
}
function printed({ name, address, file, startLine, line, column, object }: Info): string {
  return `{${name}  ${address} ${file} ${startLine} ${line} ${column} ${object}}`;
}

/** The shortest path that means the same. */
function cleaned(file: string): string {
  const path = posix.normalize(file);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** The last part of a path, as Go's filepath.Base has it. */
export function baseName(path: string): string {
  if (path === '') return '.';
  return posix.basename(path) || '/';
}
