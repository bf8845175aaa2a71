// Machine files: what things cost on a machine, as JSON that `mandel calibrate` writes and people edit.

import { readFileSync } from 'node:fs';
import { nearest } from '../../lib/nearest.js';
import { type Cost, costs, type Machine } from './machine.js';

/** What `format` says: a file of another kind is no machine, and one of a later kind is not read by guessing. */
const FORMAT = 'mandel machine 1';
const names = Object.keys(costs) as Cost[];
const nameList = names.join(', ');

/** The machine in the file at `path`. @throws Error in one line, spoken by the file */
export function readMachine(path: string): Machine {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path}: ${unreadable(error as NodeJS.ErrnoException)}`, { cause: error });
  }
  try {
    return machineOf(text);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** The file of a machine. */
export function machineText({ name, origin, costs }: Machine): string {
  return `${JSON.stringify({ format: FORMAT, name, origin, costs }, null, 2)}\n`;
}

function unreadable({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'no such file; mandel calibrate makes one';
  if (code === 'EISDIR') return 'expected a file, got a directory';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return message;
}

/** @throws Error that says what is wrong */
function machineOf(text: string): Machine {
  const file = parsed(text);
  if (!isRecord(file)) throw new Error(`expected a machine, as mandel calibrate writes it, got ${said(file)}`);
  if (file.format !== FORMAT) throw new Error(`format: expected ${said(FORMAT)}, got ${said(file.format)}`);
  const { name, origin } = file;
  if (typeof name !== 'string') throw new Error(`name: expected a string, got ${said(name)}`);
  if (typeof origin !== 'string') throw new Error(`origin: expected a string, got ${said(origin)}`);
  if (!isRecord(file.costs)) throw new Error(`costs: expected a number for each cost, got ${said(file.costs)}`);
  const given = file.costs;
  for (const key of Object.keys(given)) if (!names.includes(key as Cost)) throw new Error(unknown(key));
  const entries = names.map((key) => [key, price(key, given[key])] as const);
  return { name, origin, costs: Object.fromEntries(entries) as Record<Cost, number> };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`expected JSON: ${(error as Error).message.replaceAll('\n', ' ')}`, { cause: error });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknown(key: string): string {
  const near = nearest(key, names);
  return `costs: expected ${nameList}, got ${said(key)}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/** Nothing costs less than nothing, and there is at least one core, which is slowed down by no other. */
function price(key: Cost, value: unknown): number {
  if (value === undefined) throw new Error(`costs.${key}: expected a number (${costs[key]}), got nothing`);
  const least = key === 'cores' || key === 'crowding' ? 1 : 0;
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  if (isNumber && value >= least && (key !== 'cores' || Number.isInteger(value))) return value;
  const what = key === 'cores' ? 'a whole number' : 'a number';
  throw new Error(`costs.${key}: expected ${what} from ${least} on, got ${said(value)}`);
}

/** A value as a message shows it: what it is, not all of it. */
function said(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value); // also one that JSON has no word for
  if (Array.isArray(value)) return 'an array';
  if (isRecord(value)) return 'an object';
  return JSON.stringify(value);
}
