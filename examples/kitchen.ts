// A kitchen: each order is a task, which main sends to one of two cooks, and cooking it is a region. Run it with
// `mandel run -trace kitchen.out kitchen`, then find the order that took longest, and what it waited for.
// After the example of package runtime/trace (https://pkg.go.dev/runtime/trace).

import { type Chan, chan, type Go, go, millisecond, println, sleep, string, struct, trace, WaitGroup } from 'mandel/go';

const order = struct({ dish: string, task: trace.Task.type });
type Order = typeof order.zero;

export function* cook(orders: Chan<Order>, wg: WaitGroup): Go {
  for (;;) {
    const [{ dish, task }, ok] = yield* orders.recv2();
    if (!ok) break;
    yield* trace.withRegion('cook', () => prepare(dish), task);
    trace.log('served', dish, task);
    task.end();
  }
  wg.done();
}

function* prepare(dish: string): Go {
  yield* sleep(dish.length * millisecond); // the longer its name, the longer it takes
}

export function* main(): Go {
  const orders = chan(order);
  const wg = new WaitGroup();
  wg.add(2);
  go(cook, orders, wg);
  go(cook, orders, wg);
  for (const dish of ['soup', 'risotto', 'goulash with dumplings', 'tart', 'ice']) {
    const task = trace.newTask('order');
    yield* orders.send({ dish, task });
  }
  orders.close();
  yield* wg.wait();
  println('all served');
}

// Output:
// all served
