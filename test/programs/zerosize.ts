// Channels of a type that takes no room can be made, with a buffer and without,
// and are channels like any other: they count, they hand over, they close.
// After test/chan/zerosize.go in the Go distribution.
// Unlike Go, there are no arrays: the struct with no fields is the one type of no size.

import { type Chan, cap, chan, type Go, go, len, orDefault, panic, recv, select, send, struct } from 'mandel/go';

const empty = struct({});
type Empty = typeof empty.zero;

export function* main(): Go {
  const sync = chan(empty);
  const buffered = chan(empty, 1);
  if (cap(sync) !== 0 || cap(buffered) !== 1) {
    panic(`got the capacities ${cap(sync)} and ${cap(buffered)}, expected 0 and 1`);
  }

  yield* buffered.send({});
  if (len(buffered) !== 1) {
    panic(`after one send: got length ${len(buffered)}, expected 1`);
  }
  const full = yield* select([send(buffered, {})], orDefault);
  if (full.index !== -1) {
    panic(`send to a full channel: got case ${full.index}, expected the default`);
  }
  yield* buffered.recv();
  const drained = yield* select([recv(buffered)], orDefault);
  if (drained.index !== -1) {
    panic(`receive from an empty channel: got case ${drained.index}, expected the default`);
  }

  go(signal, sync);
  const [, first] = yield* sync.recv2();
  const [, second] = yield* sync.recv2();
  if (!first || second) {
    panic(`got ok ${first} for the value and ${second} for the close, expected true and false`);
  }
}

export function* signal(sync: Chan<Empty>): Go {
  yield* sync.send({});
  sync.close();
}
