// Calls echo.ts as clients of all kinds would: many at once, some of whom go away at a random moment, and checks the replies.

import type { Dialer, Reply } from 'mandel/run';
import { Rng } from '#src/lib/rng.js';

/** What has become of the calls. */
export interface Outcomes {
  replied: number;
  /** Calls whose client went away before there was a reply, and after. */
  gone: number;
  goneLater: number;
}

const verbs = ['echo', 'echo', 'yield', 'ask', 'size', 'gone'] as const;
/** Of so many calls one is of a client that will go away. */
const AWAY = 4;
/** Turns of the event loop that it stays, at most. */
const STAY = 6;

/**
 * Makes `n` calls, `atOnce` at a time, and waits until all are over.
 * @throws Error if a reply is not that of its call, or a call fails whose client was there
 */
export async function callMany(dialer: Dialer, n: number, atOnce: number, seed: number): Promise<Outcomes> {
  const rng = new Rng(seed);
  const outcomes: Outcomes = { replied: 0, gone: 0, goneLater: 0 };
  let made = 0;
  const client = async () => {
    while (made < n) {
      await one(dialer, made++, rng, outcomes);
      // Whoever goes away is back at once, and its goroutine is not through yet.
      while (dialer.inFlight > 2 * atOnce) await turn();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  await settled(dialer);
  return outcomes;
}

/** Turns of the event loop after which what is left over stays. */
const PATIENCE = 5_000_000;

/** Waits until all goroutines but main are through, which is a moment after they have hung up. */
export async function settled(dialer: Dialer): Promise<void> {
  for (let k = 0; k < PATIENCE && (dialer.inFlight > 0 || dialer.stats().alive > 1); k++) await turn();
}

async function one(dialer: Dialer, id: number, rng: Rng, outcomes: Outcomes): Promise<void> {
  const verb = verbs[rng.below(verbs.length)]!;
  const text = verb === 'size' ? String(rng.below(100_000)) : `call ${id} ${'x'.repeat(rng.below(100))}`;
  const client = new AbortController();
  const leaves = verb === 'gone' || rng.below(AWAY) === 0;
  const stays = rng.below(STAY);
  const late = rng.below(2) === 0;
  if (leaves) void turns(stays).then(() => client.abort());
  let reply: Reply;
  try {
    reply = await dialer.call(`${verb} ${text}`, client.signal);
  } catch (error) {
    if (!client.signal.aborted) throw new Error(`call ${id} (${verb}): ${(error as Error).message}`);
    outcomes.gone++;
    return;
  }
  check(id, verb, text, reply);
  if (leaves && late && verb !== 'gone') {
    await turns(STAY); // it goes away with the reply in its hands: nobody says done
    outcomes.goneLater++;
  } else {
    reply.done();
    outcomes.replied++;
  }
}

function check(id: number, verb: string, text: string, { head, body }: Reply): void {
  const right = verb === 'size' ? body.length === Number(text) && body.every((b) => b === 7) : body.toString() === text;
  if (head !== verb || !right)
    throw new Error(`call ${id} (${verb} ${text}): got the reply of another: ${head} ${body}`);
}

async function turns(n: number): Promise<void> {
  for (let k = 0; k < n; k++) await turn();
}

/** A turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
