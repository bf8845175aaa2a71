// The reader of answers: in one piece, in two pieces cut anywhere, and byte by byte, it reads the same.

import { Rng } from 'mandel/lib/rng';
import { AnswerReader } from 'mandel/load/answer';
import { describe, expect, test } from 'vitest';

interface Read {
  readonly status: number;
  readonly bytes: number;
  /** Whether it was whole before the end of the connection. */
  readonly whole: boolean;
  readonly keeps: boolean;
}

/** What an answer comes to; thrown, if it is none. */
function read(pieces: readonly Buffer[], method = 'GET', reader = new AnswerReader()): Read {
  reader.begin(method);
  let whole = false;
  for (const piece of pieces) whole = reader.feed(piece);
  if (!whole && !reader.end()) throw new Error('half an answer');
  return { status: reader.status, bytes: reader.bytes, whole, keeps: reader.keeps };
}

/** The same for all ways to cut it, once it has been shown that they come to the same. */
function readAll(text: string, method?: string): Read {
  const bytes = Buffer.from(text, 'latin1');
  const result = read([bytes], method);
  expect(
    read(
      [...bytes].map((byte) => Buffer.from([byte])),
      method,
    ),
  ).toEqual(result);
  for (let k = 1; k < bytes.length; k++) {
    expect(read([bytes.subarray(0, k), bytes.subarray(k)], method)).toEqual(result);
  }
  return result;
}

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;

describe('an answer', () => {
  test.each<{
    what: string;
    text: string;
    method?: string;
    bytes: number;
    whole?: boolean;
    keeps?: boolean;
    status?: number;
  }>([
    { what: 'with a length', text: `${ok}Content-Length: 5\r\n\r\nhello`, bytes: 5 },
    { what: 'without a body', text: `${ok}Content-Length: 0\r\n\r\n`, bytes: 0 },
    { what: 'with headers in any case', text: `${ok}cOnTeNt-LENGTH:2 \r\nX:\r\n\r\nab`, bytes: 2 },
    { what: 'with its length twice', text: `${ok}Content-Length: 2\r\nContent-Length: 2\r\n\r\nab`, bytes: 2 },
    { what: 'without a reason', text: 'HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na', bytes: 1 },
    { what: 'with bytes that are no ASCII', text: `${ok}X: gr\u00fcn\r\nContent-Length: 2\r\n\r\n\u00ff\n`, bytes: 2 },
    { what: 'in chunks', text: `${chunked}3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n`, bytes: 13 },
    { what: 'in chunks with extensions', text: `${chunked}3;a=b;c\r\nabc\r\n0 \r\n\r\n`, bytes: 3 },
    { what: 'in chunks with trailers', text: `${chunked}1\r\na\r\n00\r\nX: y\r\nZ: 1\r\n\r\n`, bytes: 1 },
    {
      what: 'in chunks that are packed as well',
      text: `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`,
      bytes: 1,
    },
    { what: 'up to the end', text: `${ok}\r\nhello`, bytes: 5, whole: false, keeps: false },
    { what: 'of nothing up to the end', text: `${ok}\r\n`, bytes: 0, whole: false, keeps: false },
    {
      what: 'of another coding up to the end',
      text: `${ok}Transfer-Encoding: gzip\r\n\r\nab`,
      bytes: 2,
      whole: false,
      keeps: false,
    },
    { what: 'to HEAD', text: `${ok}Content-Length: 5\r\n\r\n`, method: 'HEAD', bytes: 0 },
    { what: 'to HEAD without a length', text: `${ok}\r\n`, method: 'HEAD', bytes: 0 },
    { what: 'that is 204', text: 'HTTP/1.1 204 No Content\r\n\r\n', status: 204, bytes: 0 },
    { what: 'that is 304', text: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', status: 304, bytes: 0 },
    {
      what: 'after others',
      text: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nA: b\r\n\r\n${ok}Content-Length: 1\r\n\r\na`,
      bytes: 1,
    },
    { what: 'that closes', text: `${ok}Connection: x, Close\r\nContent-Length: 1\r\n\r\na`, bytes: 1, keeps: false },
    { what: 'of HTTP/1.0', text: 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na', bytes: 1, keeps: false },
    {
      what: 'of HTTP/1.0 that keeps',
      text: 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na',
      bytes: 1,
    },
  ])('$what is read', ({ text, method, bytes, whole = true, keeps = true, status = 200 }) => {
    expect(readAll(text, method)).toEqual({ status, bytes, whole, keeps });
  });

  test('comes after another on the same connection, and nothing is left of that', () => {
    const reader = new AnswerReader();
    const first = `${ok}Connection: close\r\nLocation: /there\r\nContent-Length: 5\r\n\r\nhello`;
    expect(read([Buffer.from(first)], 'GET', reader)).toMatchObject({ bytes: 5, keeps: false });
    expect(reader.location).toBe('/there');
    const second = `${chunked}1\r\na\r\n0\r\n\r\n`;
    for (const method of ['GET', 'POST']) {
      expect(read([Buffer.from(second)], method, reader)).toEqual({ status: 200, bytes: 1, whole: true, keeps: true });
      expect(reader.location).toBeUndefined();
    }
  });

  test.each<[what: string, text: string, says: string]>([
    ['another protocol', 'SSH-2.0-OpenSSH\r\n', 'expected HTTP/1.1 or HTTP/1.0 at its beginning'],
    ['another version', 'HTTP/2 200 OK\r\n\r\n', 'expected'],
    ['no status', 'HTTP/1.1 OK\r\n\r\n', 'expected a status line such as HTTP/1.1 200 OK'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'expected a status line such as HTTP/1.1 200 OK'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', 'expected a status line such as HTTP/1.1 200 OK'],
    ['lines without carriage returns', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n', 'without a carriage return'],
    ['a header without a colon', `${ok}X\r\n\r\n`, 'a line of the head that is no header'],
    ['a header that goes on', `${ok}X: a\r\n b\r\n\r\n`, 'a line of the head that is no header'],
    ['a header with a space in its name', `${ok}Content-Length : 1\r\n\r\na`, 'a line of the head that is no header'],
    ['a negative length', `${ok}Content-Length: -1\r\n\r\n`, 'a Content-Length that is none'],
    ['a length beyond counting', `${ok}Content-Length: ${'9'.repeat(16)}\r\n\r\n`, 'a Content-Length that is none'],
    ['two lengths', `${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\na`, 'a Content-Length that is none'],
    ['a length and chunks', `${ok}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, 'both'],
    ['a chunk without a size', `${chunked}\r\nabc`, 'a chunk without a size'],
    ['a chunk with another size', `${chunked}x\r\nabc`, 'a chunk without a size'],
    ['a size with something behind it', `${chunked}3x\r\nabc`, 'a chunk whose size is no number'],
    ['a chunk beyond counting', `${chunked}${'f'.repeat(13)}\r\n`, 'a chunk that is too large to count'],
    ['a chunk that is longer', `${chunked}3\r\nabcd\r\n`, 'a chunk that is longer than its size'],
    ['more than it said', `${ok}Content-Length: 1\r\n\r\nab`, 'more than an answer has come'],
    ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'an upgrade that nobody asked for'],
    ['half a body', `${ok}Content-Length: 9\r\n\r\nhalf`, 'half an answer'],
    ['half a chunk', `${chunked}9\r\nhalf`, 'half an answer'],
    ['half of the trailers', `${chunked}0\r\nX: y\r\n`, 'half an answer'],
    ['a head without an end', `${ok}X: ${'x'.repeat(70_000)}`, 'a head of more than 65536 bytes'],
    ['trailers without an end', `${chunked}0\r\nX: ${'x'.repeat(70_000)}`, 'trailers of more than 65536 bytes'],
    ['an extension without an end', `${chunked}1;${'x'.repeat(70_000)}`, 'a line before a chunk that does not end'],
  ])('with %s is none', (_, text, says) => {
    const bytes = Buffer.from(text);
    expect(() => read([bytes])).toThrow(says);
    expect(() => read([...bytes].map((byte) => Buffer.from([byte])))).toThrow();
  });

  test('that is broken anywhere is read or refused, but never both, and never for ever', () => {
    const rng = new Rng(5);
    const good = [
      `${ok}Content-Length: 12\r\nConnection: keep-alive\r\n\r\nhello world\n`,
      `HTTP/1.1 100 Continue\r\n\r\n${chunked}5;x\r\nhello\r\n1\r\n!\r\n0\r\nX: y\r\n\r\n`,
    ].map((text) => Buffer.from(text));
    const outcome = (pieces: readonly Buffer[]) => {
      try {
        return read(pieces);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        return 'refused';
      }
    };
    let refused = 0;
    for (let k = 0; k < 20_000; k++) {
      const bytes = Buffer.from(good[rng.below(2)]!);
      for (let n = rng.below(3); n >= 0; n--) bytes[rng.below(bytes.length)] = rng.below(256);
      const cut = rng.below(bytes.length);
      const whole = outcome([bytes]);
      expect(outcome([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole);
      if (whole === 'refused') refused++;
    }
    expect(refused).toBeGreaterThan(1000);
    expect(refused).toBeLessThan(19_000);
  });
});
