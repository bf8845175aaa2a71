// Which programs are right under every schedule, whatever goes first: mandel explore must find nothing in them.

/** Examples of which that is true, and whose output is always the same. */
export const rightExamples = ['sieve', 'pingpong', 'daisy', 'pi', 'block', 'mutex', 'timers'] as const;

/** Programs of the folder above of which it is not, or that cannot be explored. */
export const notExplored: readonly { readonly reason: string; readonly tests: readonly string[] }[] = [
  {
    reason: 'two hundred thousand goroutines are more steps than a run gets before it counts as endless',
    tests: ['stress_eachonce'],
  },
];
