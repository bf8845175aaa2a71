// A send's channel and value may be any expressions: a channel that was itself
// received from a channel of channels is the channel it was, and a send to it in
// a select finds its room; a value may even be received, parking, inside the send.
// After test/chan/sendstmt.go in the Go distribution.
// Unlike Go, precedence is JavaScript's and needs no test. What is added is a
// receive inside a case, and a channel that goes to another goroutine, perhaps on another thread, and
// still is the same channel.

import { bool, type Chan, chan, chanOf, type Go, go, int, orDefault, panic, recv, select, send } from 'mandel/go';

export function* main(): Go {
  yield* chanChan();
  yield* sendExpression();
  yield* sendParks();
  yield* chanChanAcross();
}

function* chanChan(): Go {
  const cc = chan(chanOf(int), 1);
  const c = chan(int, 1);
  yield* cc.send(c);
  const s = yield* select([send(yield* cc.recv(), 2)], orDefault);
  if (s.index !== 0) {
    panic(`send to a received channel: got case ${s.index}, expected case 0`);
  }
  const v = yield* c.recv();
  if (v !== 2) {
    panic(`got ${v} from the channel that was sent, expected 2`);
  }
}

function* sendExpression(): Go {
  const no = chan(bool, 1);
  const c = chan(bool, 1);
  yield* no.send(false);
  yield* c.send((yield* no.recv()) || true);
  const v = yield* c.recv();
  if (v !== true) {
    panic(`got ${v}, expected true`);
  }
}

// The value of the second case is received, which parks, when the first case has been made already.
// The goroutine that sends it makes cases of its own in the meantime.
function* sendParks(): Go {
  const a = chan(int, 1);
  const b = chan(int);
  const c = chan(int);
  const d = chan(int, 1);
  go(selector, c, d);
  const s = yield* select([send(a, 1), send(b, yield* c.recv())]);
  const t = yield* select([recv(d), recv(b)]);
  if (s.index !== 0 || t.index !== 0 || t.value !== 4) {
    panic(`got cases ${s.index} and ${t.index} with ${t.value}, expected 0 and 0 with 4`);
  }
  const v = yield* a.recv();
  if (v !== 1) {
    panic(`got ${v} from the first case's channel, expected 1`);
  }
}

export function* selector(c: Chan<number>, d: Chan<number>): Go {
  yield* select([send(c, 3), recv(d)]);
  yield* select([send(d, 4), recv(c)]);
}

function* chanChanAcross(): Go {
  const requests = chan(chanOf(int));
  go(server, requests);
  for (let i = 0; i < 10; i++) {
    const reply = chan(int);
    yield* requests.send(reply);
    const v = yield* reply.recv();
    if (v !== i) {
      panic(`got reply ${v}, expected ${i}`);
    }
  }
}

export function* server(requests: Chan<Chan<number>>): Go {
  for (let i = 0; ; i++) {
    const reply = yield* requests.recv();
    yield* reply.send(i);
  }
}
