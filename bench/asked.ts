// What is asked of a figure, as it stands beside it: for information, nothing fails by it.

import type { Spread } from './measure.js';

/** What is wanted of a median. */
export interface Asked {
  readonly least?: number;
  readonly most?: number;
}

/** What is asked, and whether the median is so: `<= 0.85`, or `<= 0.85: no`. */
export function verdict(asked: Asked | undefined, s: Spread): string {
  if (!asked) return '';
  const { least, most } = asked;
  const met = (least === undefined || s.median >= least) && (most === undefined || s.median <= most);
  const words = [least === undefined ? [] : [`>= ${least}`], most === undefined ? [] : [`<= ${most}`]].flat();
  return `${words.join(', ')}${met ? '' : ': no'}`;
}
