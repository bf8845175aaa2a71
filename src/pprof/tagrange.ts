// Ranges of a tag filter: `32kb`, `:64kb`, `4mb:`, `12kb:64mb`, bounds included. After parseTagFilterRange in
// google/pprof's internal/driver.

import { scale } from './measure.js';

/** Whether a number in this unit lies in the range; undefined if `text` is no range. */
export function tagRange(text: string): ((value: number, unit: string) => boolean) | undefined {
  const match = /^(?:(:)?([+-]?\d+)([a-z]*)(:)?|([+-]?\d+)([a-z]*):([+-]?\d+)([a-z]*))$/i.exec(text);
  if (!match) return undefined;
  const [, upTo, only, onlyUnit = '', from, low, lowUnit = '', high, highUnit = ''] = match;
  if (only !== undefined) {
    if (upTo && from) return undefined;
    const bound = scale(Number(only), onlyUnit, onlyUnit);
    return (value, unit) => {
      const scaled = scale(value, unit, bound.unit);
      if (scaled.unit !== bound.unit) return false;
      if (upTo) return scaled.value <= bound.value;
      return from ? scaled.value >= bound.value : scaled.value === bound.value;
    };
  }
  const least = scale(Number(low), lowUnit, lowUnit);
  const most = scale(Number(high), highUnit, least.unit);
  if (most.unit !== least.unit) return undefined;
  return (value, unit) => {
    const scaled = scale(value, unit, least.unit);
    return scaled.unit === least.unit && scaled.value >= least.value && scaled.value <= most.value;
  };
}
