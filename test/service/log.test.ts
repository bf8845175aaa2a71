// Lines of the log, and addresses as they are read and printed.

import { addressOf, cannotListen, urlOf } from 'mandel/service/address';
import { duration, printable, requestLine, stamp } from 'mandel/service/log';
import { describe, expect, test } from 'vitest';

describe('a line of the log', () => {
  test('begins as those of Go', () => {
    expect(stamp(new Date(2026, 10, 1, 8, 5, 9))).toBe('2026/11/01 08:05:09');
  });

  test.each([
    [0.0004, '0.4µs'],
    [0.3124, '312.4µs'],
    [1, '1ms'],
    [85.3, '85.3ms'],
    [85.30123, '85.3ms'],
    [999.4, '999.4ms'],
    [1204.4, '1.204s'],
    [600_000, '600s'],
  ])('has %d ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  test('has nothing in it that a terminal would obey', () => {
    expect(printable('/a b\u001b[31m\n\u00e9~')).toBe('/a%20b%1B[31m%0A%C3%A9~');
    expect(requestLine('127.0.0.1:5', '/x\ny', 1)).toBe('127.0.0.1:5 /x%0Ay 1ms');
  });
});

describe('an address', () => {
  test.each([
    ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
    [':8000', { port: 8000 }],
  ])('%s is read', (text, address) => {
    expect(addressOf(text)).toEqual(address);
  });

  test.each([
    '',
    'localhost',
    '8080',
    '127.0.0.1:',
    '127.0.0.1:x',
    '127.0.0.1:65536',
    '::1:80',
    'http://x:80',
    'a b:80',
  ])('%j is none', (text) => {
    expect(() => addressOf(text)).toThrow(`listen ${JSON.stringify(text)}: expected host:port such as 127.0.0.1:8080`);
  });

  test('is in brackets in a URL if it has colons', () => {
    expect([urlOf('127.0.0.1', 80), urlOf('::1', 80)]).toEqual(['http://127.0.0.1:80', 'http://[::1]:80']);
  });

  test.each([
    ['EADDRINUSE', 'listen x:1: the port is in use; choose another one, or 0 for any that is free'],
    ['EADDRNOTAVAIL', 'listen x:1: this machine has no such address'],
    ['ENOTFOUND', 'listen x:1: no such host'],
    ['EACCES', 'listen x:1: permission denied: choose a port from 1024 on'],
  ])('%s is said in a line', (code, line) => {
    expect(cannotListen('x:1', Object.assign(new Error('words'), { code })).message).toBe(line);
  });
});
