// Machine files: what is written is read again, and what is no machine gets one line.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machines } from 'mandel/machines';
import { describe, expect, test } from 'vitest';
import { machineText, readMachine } from '#src/runtime/sim/machine.js';
import { tempDir } from '../../support/tempdir.js';

const machine = machines[0]!;
const names = Object.keys(JSON.parse(machineText(machine)).costs).join(', ');

function fileWith(text: string): string {
  const file = join(tempDir(), 'm.json');
  writeFileSync(file, text);
  return file;
}

/** The file of a machine in which something was changed. */
function changed(change: (file: Record<string, unknown> & { costs: Record<string, unknown> }) => void): string {
  const file = JSON.parse(machineText(machine));
  change(file);
  return JSON.stringify(file);
}

test('a machine that is written is read again', () => {
  expect(readMachine(fileWith(machineText(machine)))).toEqual(machine);
});

test('every preset is a machine', () => {
  for (const preset of machines) expect(readMachine(fileWith(machineText(preset)))).toEqual(preset);
});

test('a price of nothing is a price', () => {
  expect(readMachine(fileWith(changed((file) => (file.costs.send = 0)))).costs.send).toBe(0);
});

describe('a file that is no machine is refused', () => {
  test.each([
    { what: 'nothing', text: '', says: /^expected JSON: Unexpected end/ },
    { what: 'half of one', text: machineText(machine).slice(0, 100), says: /^expected JSON: / },
    { what: 'several lines that are no JSON', text: 'a\nb\nc', says: /^expected JSON: / },
    { what: 'null', text: 'null', says: 'expected a machine, as mandel calibrate writes it, got null' },
    { what: 'a number', text: '3', says: 'expected a machine, as mandel calibrate writes it, got 3' },
    { what: 'an array', text: '[]', says: 'expected a machine, as mandel calibrate writes it, got an array' },
    { what: 'no format', text: '{}', says: 'format: expected "mandel machine 1", got nothing' },
    {
      what: 'another format',
      text: changed((file) => (file.format = 'mandel machine 2')),
      says: 'format: expected "mandel machine 1", got "mandel machine 2"',
    },
    { what: 'no name', text: changed((file) => delete file.name), says: 'name: expected a string, got nothing' },
    { what: 'an origin that is none', text: changed((f) => (f.origin = 7)), says: 'origin: expected a string, got 7' },
    {
      what: 'no costs',
      text: changed((file) => delete (file as { costs?: unknown }).costs),
      says: 'costs: expected a number for each cost, got nothing',
    },
    {
      what: 'costs in an array',
      text: changed((file) => Object.assign(file, { costs: [1] })),
      says: 'costs: expected a number for each cost, got an array',
    },
    {
      what: 'a cost missing',
      text: changed((file) => delete file.costs.send),
      says: 'costs.send: expected a number (a send that goes through, besides the yield*), got nothing',
    },
    {
      what: 'a cost that nobody knows',
      text: changed((file) => (file.costs.sned = 1)),
      says: `costs: expected ${names}, got "sned"; did you mean send?`,
    },
    {
      what: 'a cost like no other',
      text: changed((file) => (file.costs.electricity = 1)),
      says: `costs: expected ${names}, got "electricity"`,
    },
    {
      what: 'a cost below nothing',
      text: changed((file) => (file.costs.park = -0.5)),
      says: 'costs.park: expected a number from 0 on, got -0.5',
    },
    {
      what: 'a cost in words',
      text: changed((file) => (file.costs.park = '12')),
      says: 'costs.park: expected a number from 0 on, got "12"',
    },
    {
      what: 'a cost of null',
      text: changed((file) => (file.costs.boot = null)),
      says: 'costs.boot: expected a number from 0 on, got null',
    },
    {
      what: 'a cost without end',
      text: machineText(machine).replace(/"wake": [\d.e+]+/, '"wake": 1e999'),
      says: 'costs.wake: expected a number from 0 on, got Infinity',
    },
    {
      what: 'no core',
      text: changed((file) => (file.costs.cores = 0)),
      says: 'costs.cores: expected a whole number from 1 on, got 0',
    },
    {
      what: 'half a core',
      text: changed((file) => (file.costs.cores = 1.5)),
      says: 'costs.cores: expected a whole number from 1 on, got 1.5',
    },
    {
      what: 'a crowd that speeds up',
      text: changed((file) => (file.costs.crowding = 0.9)),
      says: 'costs.crowding: expected a number from 1 on, got 0.9',
    },
  ])('$what', ({ text, says }) => {
    const file = fileWith(text);
    const line = said(file);
    expect(line).toMatch(/^[^\n]+$/);
    expect(line.startsWith(`${file}: `)).toBe(true);
    const rest = line.slice(file.length + 2);
    if (typeof says === 'string') expect(rest).toBe(says);
    else expect(rest).toMatch(says);
  });

  test('because it is not there', () => {
    const file = join(tempDir(), 'no.json');
    expect(said(file)).toBe(`${file}: no such file; mandel calibrate makes one`);
  });

  test('because it is a directory', () => {
    const file = join(tempDir(), 'd');
    mkdirSync(file);
    expect(said(file)).toBe(`${file}: expected a file, got a directory`);
  });
});

/** What reading it is refused with. */
function said(file: string): string {
  try {
    readMachine(file);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was read');
}
