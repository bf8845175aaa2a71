import { describe, expect, test } from 'vitest';
import { addressText, isLocalHost, isLoopback, parseAddress, urlOf, whyNotListening } from '#src/lib/address.js';

describe('an address', () => {
  test.each([
    ['localhost:8080', 'localhost', 8080, 'http://localhost:8080'],
    [':8080', '', 8080, 'http://:8080'],
    ['127.0.0.1:', '127.0.0.1', 0, 'http://127.0.0.1:0'],
    ['[::1]:80', '::1', 80, 'http://[::1]:80'],
    ['0.0.0.0:65535', '0.0.0.0', 65_535, 'http://0.0.0.0:65535'],
  ])('%s is %j at %i', (text, host, port, url) => {
    expect(parseAddress(text)).toEqual({ host, port });
    expect(urlOf({ host, port })).toBe(url);
    expect(`http://${addressText({ host, port })}`).toBe(url);
  });

  test.each([
    '',
    '8080',
    'localhost',
    'localhost:http',
    '127.0.0.1:65536',
    ':65536',
    '1:2:3',
    '::1:80',
    'http://localhost:80',
    'a b:80',
    ':-1',
    'x@y:80',
    '::1',
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', 'localhost', 'LOCALHOST'])(
    '%s is loopback',
    (address) => {
      expect(isLoopback(address)).toBe(true);
      expect(isLocalHost(address.includes(':') ? `[${address}]:80` : `${address}:80`)).toBe(true);
    },
  );

  test.each([
    '',
    '128.0.0.1',
    '10.0.0.1',
    '::2',
    '0.0.0.0',
    'example.com',
    '127.0.0.1.example.com',
    'localhost.example.com',
  ])('%j is not', (address) => {
    expect(isLoopback(address)).toBe(false);
    expect(isLocalHost(`${address}:80`)).toBe(false);
  });

  test.each([
    ['EADDRINUSE', 'the port is in use; choose another one, or 0 for any that is free'],
    ['EADDRNOTAVAIL', 'this machine has no such address'],
    ['ENOTFOUND', 'no such host'],
    ['EACCES', 'permission denied: choose a port from 1024 on'],
  ])('where nobody can listen says why: %s', (code, line) => {
    expect(whyNotListening(Object.assign(new Error('words'), { code }))).toBe(line);
  });
});
