// Campaign of the network: no call of a program that listens is lost or gets another call's reply, no wake-up between Node's main
// thread and a goroutine is lost, and nothing leaks.
//
//   node dist/bench/campaigns/net.js [-n THOUSANDS] [-seed SEED]
//
// Makes so many thousand calls of test/programs/lib/echo.ts with random numbers of Ps and of clients, some of whom go away.

import { run } from 'mandel/run';
import { callMany, type Outcomes } from '../../test/programs/lib/calls.js';
import { campaign, choices } from './campaign.js';

const echo = new URL('../../test/programs/lib/echo.js', import.meta.url).href;
const hangMs = 60_000;
const calls = { least: 1, most: 4 };

await campaign('net', 100, async ({ n, seed }) => {
  const all: Outcomes = { replied: 0, gone: 0, goneLater: 0 };
  let made = 0;
  let runs = 0;
  for (; made < n * 1000; runs++) {
    const pick = choices(seed + runs);
    const procs = 2 ** pick(0, 3);
    const atOnce = [1, 3, 16, 100, 480][pick(0, 4)]!;
    const count = 1000 * pick(calls.least, calls.most);
    const where = `${count} calls, ${atOnce} at once, on ${procs} Ps, seed ${seed + runs}`;
    const start = performance.now();
    const { outcomes, alive } = await serve(where, procs, seed + runs, count, atOnce);
    const ms = performance.now() - start;
    const { replied, gone, goneLater } = outcomes;
    if (replied + gone + goneLater !== count) throw new Error(`${where}: ${JSON.stringify(outcomes)}`);
    if (alive !== 1) throw new Error(`${where}: ${alive} goroutines are left, expected main`);
    all.replied += replied;
    all.gone += gone;
    all.goneLater += goneLater;
    made += count;
    console.log(`${where}: ${ms.toFixed(0)} ms`);
  }
  const gone = `${all.gone} whose client went away before, ${all.goneLater} after the reply`;
  return `${made} calls in ${runs} runs, ${all.replied} with their reply, ${gone}: none lost`;
});

async function serve(
  where: string,
  procs: number,
  seed: number,
  count: number,
  atOnce: number,
): Promise<{ outcomes: Outcomes; alive: number }> {
  let calling: Promise<{ outcomes: Outcomes; alive: number }> | undefined;
  const { status, report, value } = await run(echo, {
    procs,
    seed,
    signal: AbortSignal.timeout(hangMs),
    onListen: (dialer) => {
      calling = callMany(dialer, count, atOnce, seed)
        .then((outcomes) => ({ outcomes, alive: dialer.stats().alive }))
        .finally(() => dialer.close());
      calling.catch(() => {}); // is looked at below
    },
  });
  if (status !== 'ok') throw new Error(`${where}: ${status}\n${report}`);
  if (value !== count) throw new Error(`${where}: the program has had ${value} calls`);
  return calling!;
}
