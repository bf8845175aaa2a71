// Serves calls: replies to each with what it was asked, in a goroutine of its own. The requests say what else is to be done.

import { type Conn, chan, type Go, go, gosched, int, listen, microsecond, panic, sleep, WaitGroup } from 'mandel/go';

/** Replies until the listener is closed and all goroutines are through. @returns how many calls there were */
export function* main(): Go<number> {
  const l = listen();
  const wg = new WaitGroup();
  let calls = 0;
  for (;;) {
    const c = yield* l.accept();
    if (c === null) break;
    calls++;
    wg.add(1);
    go(serve, c, wg);
  }
  yield* wg.wait();
  return calls;
}

/** A request is `VERB TEXT`. */
export function* serve(c: Conn, wg: WaitGroup): Go {
  try {
    yield* reply(c);
  } finally {
    c.close();
    wg.done();
  }
}

function* reply(c: Conn): Go {
  const { request } = c;
  const verb = request.slice(0, request.indexOf(' '));
  const text = request.slice(verb.length + 1);
  switch (verb) {
    case 'echo':
      return yield* c.write(verb, Buffer.from(text));
    case 'yield':
      for (let k = 0; k < 3; k++) yield* gosched();
      return yield* c.write(verb, Buffer.from(text));
    case 'gone': // replies only once nobody wants it
      while (!c.gone) yield* sleep(100 * microsecond);
      return yield* c.write(verb, Buffer.from(text));
    case 'ask': {
      // Over a channel, from a goroutine that may be on another P.
      const answers = chan(int);
      go(answer, answers, text.length);
      const n = yield* answers.recv();
      return yield* c.write(verb, Buffer.from(text.repeat(n / text.length)));
    }
    case 'size':
      return yield* c.write(verb, new Uint8Array(Number(text)).fill(7));
    case 'hangup':
      return;
    case 'twice':
      yield* c.write(verb, Buffer.from(text));
      yield* c.write(verb, Buffer.from(text));
      return;
    case 'block':
      yield* chan(int).recv();
      return;
    default:
      panic(`a request with the verb ${verb}`);
  }
}

export function* answer(answers: ReturnType<typeof chan<number>>, n: number): Go {
  yield* answers.send(n);
}
