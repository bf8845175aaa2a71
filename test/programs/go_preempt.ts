// A goroutine that never has to park shares its P all the same: at each kind of scheduling point it can be made to let
// the others run. Here it goes on until another, which its own P may have to run, has raised a flag.

import {
  alloc,
  bool,
  chan,
  type Go,
  go,
  int,
  Mutex,
  orDefault,
  recv,
  type Shared,
  select,
  sleep,
  struct,
  WaitGroup,
} from 'mandel/go';

const flag = struct({ up: bool });
type Flag = Shared<typeof flag.zero>;

const kinds = ['send and recv', 'range', 'default', 'lock'] as const;

export function* main(): Go {
  const wg = new WaitGroup();
  wg.add(kinds.length);
  for (const kind of kinds) {
    const f = alloc(flag);
    go(busy, kind, f, wg);
    go(raise, f);
  }
  yield* wg.wait();
}

// May park, so that it is not run on top of its creator's stack.
export function* raise(f: Flag): Go {
  yield* sleep(1);
  f.up = true;
}

export function* busy(kind: (typeof kinds)[number], f: Flag, wg: WaitGroup): Go {
  const c = chan(int, 1);
  const mu = new Mutex();
  while (!f.up) {
    switch (kind) {
      case 'send and recv':
        yield* c.send(1);
        yield* c.recv();
        break;
      case 'range': {
        const closed = chan(int, 100);
        for (let k = 0; k < 100; k++) yield* closed.send(k);
        closed.close();
        yield* closed.range(() => {});
        break;
      }
      case 'default':
        yield* select([recv(c)], orDefault);
        break;
      case 'lock':
        yield* mu.lock();
        mu.unlock();
        break;
    }
  }
  wg.done();
}
