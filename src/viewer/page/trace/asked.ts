// Answers that follow what they depend on: the worker is asked again when that changes.

import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { ask } from './client.js';
import type { Question, Questions } from './protocol.js';

/**
 * The answer to a question, undefined until there is one. Only one question is under way: while it is, only the latest of the next
 * ones counts.
 *
 * @param args of the question; undefined for nothing to ask. Reads signals: it is run again when one of them changes.
 */
export function following<Q extends Question>(
  question: Q,
  args: () => Parameters<Questions[Q]> | undefined,
): ReadonlySignal<ReturnType<Questions[Q]> | undefined> {
  const answer = signal<ReturnType<Questions[Q]> | undefined>(undefined);
  let wanted: Parameters<Questions[Q]> | undefined;
  let isAsking = false;
  const next = async () => {
    if (isAsking) return;
    isAsking = true;
    while (wanted !== undefined) {
      const now = wanted;
      wanted = undefined;
      const told = await ask(question, now).catch(() => undefined);
      // What is asked for no more is not shown.
      if (args() !== undefined) answer.value = told;
    }
    isAsking = false;
  };
  effect(() => {
    wanted = args();
    if (wanted === undefined) answer.value = undefined;
    else void next();
  });
  return answer;
}
