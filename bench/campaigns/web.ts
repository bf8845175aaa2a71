// Campaign of mandelweb: it keeps its promises under load.
//
//   node dist/bench/campaigns/web.js [-n REQUESTS] [-seed SEED] [-only REGEX]
//
// Parts: light (at one request per second, p99 is that of requests one after the other), overload (five times what it can do, for
// a minute), memory (flat over 5,000 requests), drain (SIGTERM under load loses no request), garbage (so many random queries
// and as many requests that are hardly HTTP), slow (200 clients that send or take one byte per second). Needs hey, and uses `mandel load` as
// well. Other work on the machine makes light and overload fail: each is tried three times.

import { Agent, get } from 'node:http';
import { distribution } from '#src/lib/distribution.js';
import { randomRequest, randomUri } from '../../test/programs/lib/badhttp.js';
import { sendRaw, slowReader, slowWriter } from '../../test/programs/lib/sockets.js';
import { campaign } from './campaign.js';
import { generators, load, Web } from './webprocess.js';

/** The longest wait that the service is told to promise, in seconds. */
const QUEUE = 2;
/** What hey asks for: the default picture, by the lesson's loop; and the same by the fast kernel, where many are needed. */
const picture = '/mandelbrot';
const fast = '/mandelbrot?kernel=fast';
/** Tries of what other work on the machine can spoil. */
const TRIES = 3;
/** How often the service is ended under load, and how many clients it has then. */
const ROUNDS = 10;
const CLIENTS = 40;
/** The errors of a client whose connection was not accepted: before the system's queue, and in it. */
const refused = new Set(['ECONNREFUSED', 'ECONNRESET on a new connection']);

/** Looks at resident memory that are averaged. */
const LOOKS = 20;

/** Requests under way at once. */
const AT_ONCE = 32;
/** Clients that are slow. */
const SLOW = 200;

const ms = (seconds: number) => `${(seconds * 1e3).toFixed(1)} ms`;
const percent = (part: number) => `${(part * 100).toFixed(0)}%`;

/** A part says what it has measured, and throws what it must not have seen. */
const parts: Readonly<Record<string, (orders: { readonly n: number; readonly seed: number }) => Promise<void>>> = {
  light: () => atMost(TRIES, light),
  overload,
  memory,
  drain,
  garbage,
  slow,
};

await campaign('web', 10_000, async ({ n, seed, only }) => {
  const wanted = Object.entries(parts).filter(([name]) => only.test(name));
  for (const [name, part] of wanted) {
    console.log(`${name}:`);
    await part({ n, seed });
  }
  return `${wanted.map(([name]) => name).join(', ')}: as promised`;
});

async function atMost(times: number, part: () => Promise<void>): Promise<void> {
  for (let left = times - 1; ; left--) {
    try {
      return await part();
    } catch (error) {
      if (left === 0) throw error;
      console.log(`  ${(error as Error).message}; once more`);
    }
  }
}

function expect(met: boolean, what: string): void {
  if (!met) throw new Error(`expected ${what}`);
}

async function light(): Promise<void> {
  const web = await Web.start('-queue', `${QUEUE}s`);
  try {
    await load(['-n', '20', '-c', '1'], web.url + picture);
    const alone = await load(['-n', '60', '-c', '1'], web.url + picture);
    const light = await load(['-z', '60s', '-c', '1', '-q', '1'], web.url + picture);
    console.log(`  alone          p50 ${ms(alone.good.p50)}, p99 ${ms(alone.good.p99)}, ${alone.good.n} requests`);
    console.log(`  one a second   p50 ${ms(light.good.p50)}, p99 ${ms(light.good.p99)}, ${light.good.n} requests`);
    const ratio = light.good.p99 / alone.good.p99;
    const toMedian = light.good.p99 / alone.good.p50;
    console.log(
      `  p99 of these is ${ratio.toFixed(2)} times the p99 of those, ${toMedian.toFixed(2)} times their median`,
    );
    expect(light.statuses.size === 1 && light.good.n >= 55, `55 requests or more, got ${light.good.n}`);
    expect(ratio <= 1.3, `p99 at one a second to be at most 1.3 times that alone, got ${ratio.toFixed(2)}`);
  } finally {
    await web.stop();
  }
}

async function overload(): Promise<void> {
  for (const generator of Object.keys(generators)) {
    for (const path of [picture, fast]) await atMost(TRIES, () => overloadBy(generator, path));
  }
}

async function overloadBy(generator: string, path: string): Promise<void> {
  const web = await Web.start('-queue', `${QUEUE}s`);
  try {
    await load(['-n', '20', '-c', '4'], web.url + path);
    const before = await capacity(web, path);
    const spent = await web.cpu();
    // The workers wait for their answers: so many wait in line that only the others keep to their rate.
    const workers = Math.ceil(before.perSecond * (5 + QUEUE + 1));
    const seen = await load(['-z', '60s', '-c', String(workers), '-q', '1'], web.url + path, generator);
    const perGood = ((await web.cpu()) - spent) / seen.good.n;
    const after = await capacity(web, path);
    // Other work on the machine comes and goes: what the service could do in that minute lies between these.
    const could = Math.min(before.perSecond, after.perSecond);
    const counts = [...seen.statuses].map(([status, n]) => `${status}: ${n}`).join(', ');
    const { all, good } = seen.perSecond;
    const { p50, p99 } = seen.good;
    console.log(
      `  ${path}: capacity ${before.perSecond.toFixed(1)}/s before, ${after.perSecond.toFixed(1)}/s after; ${workers} workers of ${generator}\n` +
        `    offered ${all.toFixed(1)}/s (${(all / could).toFixed(1)} times), ${counts}; ` +
        `200s ${good.toFixed(1)}/s (${percent(good / could)} of capacity), p50 ${ms(p50)}, p99 ${ms(p99)}\n` +
        `    processor time for each 200: ${ms(perGood)}; at capacity ${ms(before.perGood)} and ${ms(after.perGood)}`,
    );
    const fine = [...seen.statuses.keys()].every((status) => status === 200 || status === 503);
    expect(fine, `200 and 503 and nothing else, got ${counts}`);
    expect(good >= 0.85 * could, `85% of capacity in 200s, got ${percent(good / could)}`);
    expect(p99 <= 3 * QUEUE, `p99 of the 200s to be at most ${3 * QUEUE} s, got ${p99.toFixed(2)} s`);
    expect((await web.metric('goroutines')) === 1, 'no goroutine left over');
  } finally {
    await web.stop();
  }
}

/**
 * 200s a second with four clients who ask as fast as they are answered, and seconds of processor time for each: these tell
 * whether it was the service that took longer, or something else on the machine.
 */
async function capacity(web: Web, path: string): Promise<{ readonly perSecond: number; readonly perGood: number }> {
  const spent = await web.cpu();
  const { good, perSecond } = await load(['-z', '15s', '-c', '4'], web.url + path);
  return { perSecond: perSecond.good, perGood: ((await web.cpu()) - spent) / good.n };
}

/** Resident memory under load, on average: between two collections it goes up and down by a tenth. */
async function level(web: Web): Promise<number> {
  let sum = 0;
  for (let k = 0; k < LOOKS; k++) {
    await load(['-n', '40', '-c', '4'], web.url + fast);
    sum += web.resident;
  }
  return sum / LOOKS;
}

async function memory(): Promise<void> {
  const web = await Web.start('-queue', '1m');
  try {
    await load(['-n', '1000', '-c', '4'], web.url + fast);
    const [resident, shared] = [await level(web), await web.metric('shared_memory_bytes')];
    await load(['-n', '5000', '-c', '4'], web.url + fast);
    const after = await level(web);
    const growth = after / resident - 1;
    const sharedAfter = await web.metric('shared_memory_bytes');
    const goroutines = await web.metric('goroutines');
    const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
    console.log(`  resident ${mb(resident)}, after 5,000 requests ${mb(after)} (${percent(growth)} more)`);
    console.log(`  shared ${mb(shared)}, then ${mb(sharedAfter)}; ${goroutines} goroutine`);
    expect(growth <= 0.1, `resident memory to grow by at most 10%, got ${percent(growth)}`);
    expect(sharedAfter <= shared * 1.1, 'shared memory to be given back');
    expect(goroutines === 1, `the main goroutine alone to be left, got ${goroutines}`);
  } finally {
    await web.stop();
  }
}

async function drain(): Promise<void> {
  let answered = 0;
  let before = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const web = await Web.start('-queue', '20s');
    const agent = new Agent({ keepAlive: round % 2 === 0 });
    let told = false;
    const outcomes = new Map<string, number>();
    const client = async () => {
      for (;;) {
        const outcome = await ask(`${web.url}/mandelbrot?kernel=fast&w=128&h=128`, agent);
        if (told && refused.has(outcome)) {
          if (outcome !== 'ECONNREFUSED') before++;
          return;
        }
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    };
    const clients = Array.from({ length: CLIENTS }, client);
    await new Promise((resolve) => setTimeout(resolve, 500 + 100 * round));
    told = true;
    const [status] = await Promise.all([web.stop(), ...clients]);
    agent.destroy();
    answered += outcomes.get('200') ?? 0;
    expect(status === 0, `exit status 0, got ${status}`);
    expect(
      [...outcomes.keys()].join() === '200',
      `200 for all that were accepted, got ${JSON.stringify([...outcomes])}`,
    );
  }
  console.log(
    `  ${ROUNDS} times SIGTERM with ${CLIENTS} clients: ${answered} requests answered, none lost; ${before} were before the door when it closed`,
  );
}

/** The status of an answer that has come in full, else what went wrong. */
function ask(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      response.resume().on('error', () => resolve('broken'));
      response.on('end', () => resolve(response.complete ? String(response.statusCode) : 'broken'));
    });
    request.on('error', ({ code = 'failed' }: NodeJS.ErrnoException) => {
      resolve(code === 'ECONNRESET' && !request.reusedSocket ? `${code} on a new connection` : code);
    });
  });
}

async function garbage({ n, seed }: { readonly n: number; readonly seed: number }): Promise<void> {
  const web = await Web.start('-queue', '1m');
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    const statuses = new Map<string, number>();
    const each = async (act: (seed: number) => Promise<void>) => {
      let next = seed;
      const worker = async () => {
        while (next < seed + n) await act(next++);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    };
    await each(async (seed) => {
      const status = await ask(web.url + encodeURI(randomUri(seed)).replaceAll('%25', '%'), agent);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    });
    console.log(`  ${n} random queries: ${[...statuses].map(([status, n]) => `${status}: ${n}`).join(', ')}`);
    expect(
      [...statuses.keys()].every((s) => ['200', '400', '404', '414', '431'].includes(s)),
      'an answer to each query',
    );
    const painted = await web.metric('pixels_total');
    expect(painted <= statuses.get('200')! * 32 * 32, 'no more painted than was asked for');
    await each(async (seed) => {
      const text = await sendRaw(web.port, randomRequest(seed));
      expect(/^(HTTP\/1\.1 [1-5]|$)/.test(text), `HTTP in answer to request ${seed}, got ${JSON.stringify(text)}`);
    });
    console.log(`  ${n} requests that are hardly HTTP: survived`);
    expect((await fetch(web.url + fast)).status === 200, 'a picture afterwards');
    expect((await web.metric('goroutines')) === 1, 'no goroutine left over');
  } finally {
    agent.destroy();
    await web.stop();
  }
}

async function slow(): Promise<void> {
  const web = await Web.start('-queue', '1m');
  try {
    const times = async () => {
      const took: number[] = [];
      for (let k = 0; k < 50; k++) {
        const since = performance.now();
        const response = await fetch(web.url + fast);
        await response.arrayBuffer();
        expect(response.status === 200, `status 200, got ${response.status}`);
        took.push((performance.now() - since) / 1e3);
      }
      return distribution(Float64Array.from(took));
    };
    await times();
    const before = await times();
    const clients = Array.from({ length: SLOW }, (_, k) => (k % 2 === 0 ? slowWriter(web.port) : slowReader(web.port)));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    while ((await web.metric('rendering')) > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    const during = await times();
    console.log(
      `  alone p50 ${ms(before.p50)}, with ${SLOW} slow clients p50 ${ms(during.p50)}, p99 ${ms(during.p99)}`,
    );
    expect(during.p50 <= 2 * before.p50, 'others to be served as fast as without slow clients, more or less');
    const writers = clients.filter((_, k) => k % 2 === 0);
    await Promise.all(writers.map(({ over }) => over));
    console.log(`  the ${writers.length} who sent a byte a second were hung up on`);
    for (const client of clients) client.stop();
  } finally {
    await web.stop();
  }
}
