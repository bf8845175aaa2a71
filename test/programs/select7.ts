// A value is handed over in each of the nine ways in which a plain operation, a
// select of one case and a select of two can meet another of these.
// After test/chan/select7.go in the Go distribution.
// Unlike Go, the receivers look at the value, too: a receive here always has one.

import { type Chan, chan, type Go, go, gosched, int, panic, recv, select, send } from 'mandel/go';

type Receiver = (c: Chan<number>, done: Chan<number>) => Go;
type Sender = (c: Chan<number>) => Go;

export function* main(): Go {
  for (const receiver of [recv1, recv2, recv3]) {
    for (const sender of [send1, send2, send3]) {
      yield* meet(receiver, sender);
    }
  }
}

function* meet(receiver: Receiver, sender: Sender): Go {
  const c = chan(int);
  const done = chan(int, 1);
  go(receiver, c, done);
  yield* gosched();
  yield* sender(c);
  const v = yield* done.recv();
  if (v !== 1) {
    panic(`${sender.name} to ${receiver.name}: got ${v}, expected 1`);
  }
}

export function* recv1(c: Chan<number>, done: Chan<number>): Go {
  yield* done.send(yield* c.recv());
}

export function* recv2(c: Chan<number>, done: Chan<number>): Go {
  const s = yield* select([recv(c)]);
  yield* done.send(s.value);
}

export function* recv3(c: Chan<number>, done: Chan<number>): Go {
  const c2 = chan(int);
  const s = yield* select([recv(c), recv(c2)]);
  if (s.index !== 0) {
    panic(`recv3: got case ${s.index}, expected case 0`);
  }
  yield* done.send(s.value);
}

function* send1(c: Chan<number>): Go {
  yield* c.send(1);
}

function* send2(c: Chan<number>): Go {
  yield* select([send(c, 1)]);
}

function* send3(c: Chan<number>): Go {
  const c2 = chan(int);
  const s = yield* select([send(c, 1), send(c2, 1)]);
  if (s.index !== 0) {
    panic(`send3: got case ${s.index}, expected case 0`);
  }
}
