// Several senders, one channel, several receivers: every value arrives once, and those of one sender arrive in their
// order at each receiver.

import {
  type Chan,
  chan,
  type Go,
  go,
  int,
  orDefault,
  panic,
  recv,
  select,
  send,
  string,
  struct,
  WaitGroup,
} from 'mandel/go';
import { letOthersStart } from './lib/spread.js';

const message = struct({ sender: int, n: int });
type Message = typeof message.zero;

/** What a receiver got: a bit for each value, sixteen to the unit of a string. */
const receipt = struct({ bits: string, count: int });
type Receipt = typeof receipt.zero;
const BITS = 16;

/**
 * @param senders how many; each sends `each` values
 * @returns how many values were handed over
 */
export function* main(size = 7, senders = 3, receivers = 2, each = 2000): Go<number> {
  const c = chan(message, size);
  const receipts = chan(receipt);
  const wg = new WaitGroup();
  wg.add(senders);
  for (let k = 0; k < receivers; k++) go(receive, c, senders, each, receipts, k % 2 === 1);
  for (let k = 0; k < senders; k++) go(sendAll, c, k, each, wg);
  letOthersStart();
  yield* wg.wait();
  c.close();

  const seen = new Uint16Array(Math.ceil((senders * each) / BITS));
  let count = 0;
  for (let k = 0; k < receivers; k++) {
    const got = yield* receipts.recv();
    count += got.count;
    for (let w = 0; w < seen.length; w++) {
      const bits = got.bits.charCodeAt(w);
      if ((seen[w]! & bits) !== 0) panic(`one of the values from ${w * BITS} on came to two receivers`);
      seen[w]! |= bits;
    }
  }
  const lost = Array.from({ length: senders * each }, (_, id) => id).find((id) => !bitOf(seen, id));
  if (lost !== undefined) panic(`value ${lost % each} of sender ${Math.floor(lost / each)} is lost`);
  if (count !== senders * each) panic(`got ${count} values, expected ${senders * each}`);
  return count;
}

/** Sends plainly and by select, in turn. */
export function* sendAll(c: Chan<Message>, sender: number, each: number, wg: WaitGroup): Go {
  const v = { sender, n: 0 };
  for (; v.n < each; v.n++) {
    if (v.n % 8 === 7) yield* select([send(c, v)]);
    else yield* c.send(v);
  }
  wg.done();
}

/** @param selecting by select with and without a default, now and then */
export function* receive(
  c: Chan<Message>,
  senders: number,
  each: number,
  receipts: Chan<Receipt>,
  selecting: boolean,
): Go {
  const seen = new Uint16Array(Math.ceil((senders * each) / BITS));
  const last = new Array<number>(senders).fill(-1);
  let count = 0;
  for (;;) {
    let got: readonly [Message, boolean] | undefined;
    if (selecting && count % 8 === 7) {
      const s = yield* select([recv(c)], orDefault);
      if (s.index === 0) got = [s.value, s.ok];
    } else if (selecting && count % 8 === 3) {
      const s = yield* select([recv(c)]);
      got = [s.value, s.ok];
    }
    const [{ sender, n }, ok] = got ?? (yield* c.recv2());
    if (!ok) break;
    if (n <= last[sender]!) panic(`value ${n} of sender ${sender} came after value ${last[sender]}`);
    last[sender] = n;
    const id = sender * each + n;
    seen[Math.floor(id / BITS)]! |= 1 << (id % BITS);
    count++;
  }
  const CHUNK = 8192; // fromCharCode takes its units as arguments
  let bits = '';
  for (let w = 0; w < seen.length; w += CHUNK) bits += String.fromCharCode(...seen.subarray(w, w + CHUNK));
  yield* receipts.send({ bits, count });
}

function bitOf(bits: Uint16Array, id: number): boolean {
  return ((bits[Math.floor(id / BITS)]! >> (id % BITS)) & 1) === 1;
}
