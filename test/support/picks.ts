// A program that shows what the seed decides of select.

/** Of three channels that are ready, as the digits of a text: main returns which one was picked, n times. */
export const picks = `
export function* main(n) {
  const cs = [chan(int), chan(int), chan(int)];
  for (const c of cs) c.close();
  let picked = '';
  for (let k = 0; k < n; k++) picked += (yield* select(cs.map((c) => recv(c)))).index;
  return picked;
}`;
