// Requests, one after the other and several at once, each in an arena of its own: each makes channels, a WaitGroup, shared
// structs, a picture and goroutines, and checks that what it has made is its own. Memory becomes other objects again and again; a
// handle of what was there before would show.

import {
  alloc,
  type Chan,
  chan,
  type Go,
  go,
  goArena,
  int,
  panic,
  ptr,
  sleep,
  string,
  struct,
  WaitGroup,
} from 'mandel/go';
import { type Img, newImg } from 'mandel/mandelbrot';

const item = struct({ n: int, twice: int });
type Item = ReturnType<typeof alloc<typeof item.zero>>;
/** Of the same size as a channel's neighbours, so that it turns up where those have been. */
const other = struct({ a: int, b: int, c: int });

/** @param requests how many; so many at once */
export function* main(requests = 200, atOnce = 4): Go {
  const through = chan(int, atOnce);
  for (let k = 0; k < atOnce; k++) go(client, k, requests / atOnce, through);
  let sum = 0;
  for (let k = 0; k < atOnce; k++) sum += yield* through.recv();
  if (sum !== requests) panic(`${sum} requests were served, expected ${requests}`);
}

export function* client(k: number, requests: number, through: Chan<number>): Go {
  // What outlives a request is made outside of it.
  const replies = chan(int);
  for (let r = 0; r < requests; r++) {
    const n = k * requests + r;
    goArena(request, n, replies);
    const reply = yield* replies.recv();
    if (reply !== 3 * n) panic(`request ${n} answers ${reply}, expected ${3 * n}`);
  }
  yield* through.send(requests);
}

/** Answers three times `n`, which has gone through whatever there is. */
export function* request(n: number, replies: Chan<number>): Go {
  // In turn another kind of object first: what has been at an address is not what is there next.
  if (n % 3 === 0) alloc(other, { a: n, b: n, c: n });
  if (n % 3 === 1) new WaitGroup();
  const items = chan(ptr(item), n % 4);
  const wg = new WaitGroup();
  const sums = chan(int, 2);
  const words = chan(string, 1 + (n % 2));
  const m = newImg(4 + (n % 5), 4, 0);
  wg.add(2);
  go(add, items, wg, sums, words, n, m);
  go(add, items, wg, sums, words, n, m);
  const first = alloc(item, { n, twice: 2 * n });
  yield* items.send(first);
  yield* items.send(alloc(item, { n, twice: 2 * n }));
  for (let k = 0; k < 2; k++) yield* words.send(String(n));
  yield* wg.wait();
  const sum = (yield* sums.recv()) + (yield* sums.recv());
  if (first.n !== n + 1) panic(`a struct has ${first.n}, expected ${n + 1}`);
  if (m.pix.some((grey, k) => grey !== (k < m.h ? n % 256 : 0))) panic('a picture that another request has painted');
  yield* replies.send(sum / 2);
}

export function* add(items: Chan<Item>, wg: WaitGroup, sums: Chan<number>, words: Chan<string>, n: number, m: Img): Go {
  if (m.w !== 4 + (n % 5)) panic(`a picture ${m.w} wide, expected ${4 + (n % 5)}`);
  m.pix.fill(n, 0, m.h);
  const it = yield* items.recv();
  if (it.n !== n || it.twice !== 2 * n) panic(`a struct with ${it.n} and ${it.twice}, expected ${n} and ${2 * n}`);
  it.n++;
  if (n % 16 === 0) yield* sleep(1000);
  yield* sums.send(it.n - 1 + it.twice);
  const word = yield* words.recv();
  if (word !== String(n)) panic(`the word ${word}, expected ${n}`);
  wg.done();
}
