// The frames of a flame graph as elements: where they are, what they are called, how they look.

import type { FlameData } from '../../server/data.js';
import { element } from './element.js';
import type { Placed } from './place.js';

/** Height of a row in pixels, with the gap above it. */
const ROW = 20;
/** Pixels from where on letters are readable. */
const READABLE = 18;
/** Pixels that a letter takes. */
const LETTER = 8;

/**
 * Fills `graph` with the frames that are placed; `down` for those that hang from their root.
 * @returns what was drawn: the place of each in it is in its `data-at`
 */
export function drawInto(
  graph: HTMLElement,
  data: FlameData,
  all: readonly Placed[],
  marked: ReadonlySet<number>,
  down: boolean,
): readonly Placed[] {
  const highest = all.reduce((most, { row }) => Math.max(most, row), 0);
  graph.style.height = `${(highest + 1) * ROW}px`;
  const drawn = all.map(({ frame, x, width, row, passed }, at) => {
    const func = data.funcs[data.frames.func[frame]!];
    const readable = width >= READABLE;
    const made = element('div', { class: 'frame', role: 'treeitem', tabindex: passed || at > 0 ? '-1' : '0' });
    made.dataset.at = String(at);
    made.setAttribute('aria-level', String(row + 1));
    made.setAttribute('aria-label', spoken(data, frame));
    made.classList.toggle('thin', !readable);
    made.classList.toggle('passed', passed);
    made.classList.toggle('marked', marked.has(data.frames.func[frame]!));
    const name = nameOf(data, frame);
    if (readable) made.textContent = width >= LETTER * name.length ? name : (func?.short ?? name);
    const [hue, shade] = data.losses ? gain(data, frame) : [func?.hue, func?.shade ?? 0];
    made.classList.toggle('plain', hue === undefined);
    made.classList.toggle('gain', data.losses);
    // Half a pixel keeps neighbours apart.
    const place = {
      left: `${x}px`,
      width: `${Math.max(width - 0.5, 0.5)}px`,
      top: `${(down ? row : highest - row) * ROW}px`,
    };
    Object.assign(made.style, place);
    made.style.setProperty('--hue', String(hue ?? 0));
    made.style.setProperty('--shade', String(shade));
    return made;
  });
  if (drawn.every((made) => made.tabIndex < 0)) drawn[0]!.tabIndex = 0;
  graph.replaceChildren(...drawn);
  return all;
}

/** In a difference it matters what grew and what shrank. */
function gain({ frames }: FlameData, frame: number): readonly [hue: number, shade: number] {
  const part = Math.min(1, Math.abs(frames.value[frame]!) / Math.max(1, frames.weight[frame]!));
  return [frames.value[frame]! >= 0 ? 10 : 215, part];
}

function nameOf({ funcs, frames }: FlameData, frame: number): string {
  return funcs[frames.func[frame]!]?.name ?? 'root';
}

/** A frame in words: its name, its value and share, what of it is its own, its file. */
export function spoken(data: FlameData, frame: number): string {
  const { frames, words, valueText, selfText, funcs } = data;
  const total = frames.weight[0]!;
  const share = (value: number) => `${((100 * value) / total).toFixed(2)}%`;
  const [value, self] = [frames.value[frame]!, frames.self[frame]!];
  const own = self === value ? '' : `, own ${words[selfText[frame]!]} (${share(self)})`;
  const file = funcs[frames.func[frame]!]?.file ?? '';
  return `${nameOf(data, frame)}: ${words[valueText[frame]!]} (${share(value)})${own}${file === '' ? '' : ` · ${file}`}`;
}
