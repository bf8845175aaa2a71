// Targets of figures. They are printed beside the figures; a missed target fails nothing.

import type { Spread } from './measure.js';

/** The target of a median. */
export interface Asked {
  readonly least?: number;
  readonly most?: number;
}

/** The target, and whether the median meets it: `<= 0.85`, or `<= 0.85: no`. */
export function verdict(asked: Asked | undefined, s: Spread): string {
  if (!asked) return '';
  const { least, most } = asked;
  const met = (least === undefined || s.median >= least) && (most === undefined || s.median <= most);
  const words = [least === undefined ? [] : [`>= ${least}`], most === undefined ? [] : [`<= ${most}`]].flat();
  return `${words.join(', ')}${met ? '' : ': no'}`;
}
