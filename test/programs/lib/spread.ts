// Time for the other Ps. A goroutine that has taken its first step stays on its P, and one P takes the first steps of
// all goroutines that it starts unless the others, which may be asleep, get there first. Where a program is about what
// goroutines on several Ps do to each other, its main lets them: it computes for a moment, without a scheduling point.

const STEPS = 2_000_000;

/** Computes for two or three milliseconds. Never parks. Returns a number, so that nothing is optimized away. */
export function letOthersStart(): number {
  let x = 1;
  for (let i = 0; i < STEPS; i++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
  }
  return x;
}
