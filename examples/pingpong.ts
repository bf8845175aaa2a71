// Ping-pong: two players and one ball, which they send each other over a channel.
// After Sameer Ajmani's Advanced Go Concurrency Patterns (https://go.dev/talks/2013/advconc.slide).
//
// Unlike the original, whose main sleeps for a second and then grabs the ball, ours receives it after ten hits, and "pong"
// starts when "ping" has the ball: so the output is the same on any machine, however busy it is.

import {
  alloc,
  type Chan,
  chan,
  type Go,
  go,
  int,
  millisecond,
  println,
  ptr,
  type Shared,
  sleep,
  struct,
} from 'mandel/go';

const ball = struct({ hits: int });
type Ball = Shared<typeof ball.zero>;

export function* player(name: string, table: Chan<Ball>, umpire: Chan<Ball>): Go {
  for (;;) {
    const ball = yield* table.recv();
    ball.hits++;
    println(name, ball.hits);
    yield* sleep(10 * millisecond);
    yield* (ball.hits < 10 ? table : umpire).send(ball);
  }
}

export function* main(): Go {
  const table = chan(ptr(ball));
  const umpire = chan(ptr(ball));
  go(player, 'ping', table, umpire);
  yield* table.send(alloc(ball)); // game on; toss the ball
  go(player, 'pong', table, umpire);
  const { hits } = yield* umpire.recv(); // game over; grab the ball
  println('game over after', hits, 'hits');
}

// Output:
// ping 1
// pong 2
// ping 3
// pong 4
// ping 5
// pong 6
// ping 7
// pong 8
// ping 9
// pong 10
// game over after 10 hits
