// The address of a view: every choice survives it, and a text that is no address is a view with nothing chosen.

import { describe, expect, test } from 'vitest';
import { addressOf, type Chosen, chosenOf, NOTHING, tabs } from '#src/viewer/timeline/address.js';

const everything: Chosen = {
  range: { fromNs: 1200.5, toNs: 3400 },
  scrollTop: 48,
  toggled: ['threads', 'b:main.func1, with a comma', 'b:100%'],
  pinned: ['p0', 'g12'],
  hidden: ['heap'],
  order: ['goroutines', 'procs'],
  selection: { event: 1234, key: 'b:a,b' },
  measured: { fromNs: 10, toNs: 20 },
  marks: [5, 17],
  query: 'state:runnable dur>1ms body:"a & b" #1',
  sort: '-life',
  find: 'worker',
  onlyMatches: true,
  tab: 'goroutines',
  isWallTime: true,
  showsPath: true,
};

describe('the address of a view', () => {
  test('keeps all that is chosen', () => {
    expect(chosenOf(addressOf(everything))).toEqual(everything);
    // No choice is left out of the above.
    for (const [name, value] of Object.entries(everything)) {
      expect(value, name).not.toEqual(NOTHING[name as keyof Chosen]);
    }
  });

  test.each(Object.keys(everything) as (keyof Chosen)[])('keeps %s alone', (name) => {
    const one = { ...NOTHING, [name]: everything[name] };
    expect(chosenOf(addressOf(one))).toEqual(one);
  });

  test.each(tabs)('keeps the tab %s', (tab) => {
    expect(chosenOf(addressOf({ ...NOTHING, tab })).tab).toBe(tab);
  });

  test('is empty if nothing is chosen, and has a version otherwise', () => {
    expect(addressOf(NOTHING)).toBe('');
    expect(addressOf({ ...NOTHING, pinned: ['p0'] })).toBe('v=1&pin=p0');
  });

  test.each([
    '',
    'v=1',
    'nonsense',
    'v=9&r=1&y=x&sel=1&m=2,1&marks=&tab=none&clock=none&path=none&only=none',
    'v=1&r=NaN,1&sel=-1,p0&y=-3&m=1,Infinity',
    'v=1&r=,&sel=,&open=&marks=x,y',
    '%',
    'sel=99999999999999999999,p0',
  ])('of %j is a view in which nothing is chosen', (text) => {
    expect(chosenOf(text)).toEqual(NOTHING);
  });
});
