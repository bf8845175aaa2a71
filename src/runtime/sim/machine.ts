// Machines: what work costs on one, the simulator's only source of durations. Each cost is charged where the runtime counts what it
// stands for (meter.ts, order.ts, idle.ts), so a cost of 0 changes times and nothing else. A machine file has them as JSON, which
// `mandel calibrate` writes and people edit.

import { readFileSync } from 'node:fs';
import { nearest } from '../../lib/nearest.js';

/** Each cost, by name: what it is the price of, as help and errors say it. In nanoseconds, but for `crowding` and `cores`. */
export const costs = {
  boot: 'from the start of the process until the main goroutine starts',
  bootMore: 'how much later that is where there are several Ps',
  bootP: 'from then until the threads of the other Ps are up',
  exit: 'from the end of the main goroutine until the process has ended',
  bootUser: 'processor time of boot and exit, outside of the system',
  bootSys: 'processor time of boot and exit, inside of the system',
  iteration: "an iteration of the kernel's loop",
  pixel: 'a pixel, besides its iterations',
  encoded: 'a pixel of the PNG: filtering, compressing, writing',
  create: 'a go statement',
  switch: 'giving a P to a goroutine, and what its end takes',
  operation: 'a yield* besides what else it does',
  effect: 'done, unlock, close, signal: what changes an object and never waits; a read of the clock',
  send: 'a send that goes through, besides the yield*',
  receive: 'a receive that goes through, besides the yield*',
  park: 'making a goroutine wait',
  transfer: 'an operation on an object that another P has operated on last',
  steal: 'a goroutine that begins on another P than it was created on',
  remote: 'making a goroutine of another P runnable, for the P that does it',
  handoff: 'the same, until a P that searches for work sees it',
  notify: 'waking a P that sleeps, for the P that does it',
  wake: 'the same, until it runs',
  sleep: 'falling asleep',
  event: 'an event of a trace',
  syscall: 'a call into the system, such as a write',
  crowding: 'how many times as long computing takes while every core is busy',
  cores: 'cores of the machine: what crowding is about',
} as const;
export type Cost = keyof typeof costs;

/** A machine: what things cost there. */
export interface Machine {
  readonly name: string;
  /** Where the numbers come from. */
  readonly origin: string;
  readonly costs: Readonly<Record<Cost, number>>;
}

/** The member `format` of a machine file: a file with another one is refused. */
const FORMAT = 'mandel machine 1';
const names = Object.keys(costs) as Cost[];
const nameList = names.join(', ');

/** The machine in the file at `path`. @throws Error in one line that begins with the path */
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

/** The text of a machine's file. */
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
  if (!isRecord(file)) throw new Error(`expected a machine, as mandel calibrate writes it, got ${shown(file)}`);
  if (file.format !== FORMAT) throw new Error(`format: expected ${shown(FORMAT)}, got ${shown(file.format)}`);
  const { name, origin } = file;
  if (typeof name !== 'string') throw new Error(`name: expected a string, got ${shown(name)}`);
  if (typeof origin !== 'string') throw new Error(`origin: expected a string, got ${shown(origin)}`);
  if (!isRecord(file.costs)) throw new Error(`costs: expected a number for each cost, got ${shown(file.costs)}`);
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
  return `costs: expected ${nameList}, got ${shown(key)}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/** A cost from a file. None is below 0; there is at least one core; and busy cores do not make computing faster. */
function price(key: Cost, value: unknown): number {
  if (value === undefined) throw new Error(`costs.${key}: expected a number (${costs[key]}), got nothing`);
  const least = key === 'cores' || key === 'crowding' ? 1 : 0;
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  if (isNumber && value >= least && (key !== 'cores' || Number.isInteger(value))) return value;
  const what = key === 'cores' ? 'a whole number' : 'a number';
  throw new Error(`costs.${key}: expected ${what} from ${least} on, got ${shown(value)}`);
}

/** A value as a message shows it: of an array or an object only that it is one. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value); // also NaN and Infinity, for which JSON has no form
  if (Array.isArray(value)) return 'an array';
  if (isRecord(value)) return 'an object';
  return JSON.stringify(value);
}
