// The legend: the colours of the picture that is shown, with their letters and what they stand for.

import type { VNode } from 'preact';
import { picture } from './client.js';

export function Legend(): VNode | null {
  const legend = picture.value?.legend ?? [];
  if (legend.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <ul class="legend" aria-label="Colours" tabIndex={0}>
      {legend.map(({ name, letter, colour }) => (
        <li key={`${colour} ${name}`}>
          <span class="swatch" style={{ background: colour }} />
          {` ${letter} ${name}`}
        </li>
      ))}
    </ul>
  );
}
