// The frames of a flame graph as elements: where they are, what they are called, which colour they have.

import type { VNode } from 'preact';
import type { FlameData } from '../../server/data.js';
import type { Placed } from './flamelayout.js';

/** Height of a row in pixels, with the gap above it. */
export const ROW = 20;
/** Width of a frame in pixels from which on a letter or two can be read in it. */
const READABLE = 18;
/** Width of a letter in pixels. */
const LETTER = 8;

interface FrameProps {
  readonly data: FlameData;
  readonly placed: Placed;
  /** Index among the frames that are drawn. */
  readonly at: number;
  /** Pixels from the top of the graph. */
  readonly top: number;
  readonly isMarked: boolean;
  /** Whether the Tab key leads to this one of the frames. */
  readonly isCurrent: boolean;
}

export function Frame({ data, placed, at, top, isMarked, isCurrent }: FrameProps): VNode {
  const { frame, x, width, row, isCaller } = placed;
  const func = data.funcs[data.frames.func[frame]!];
  const isReadable = width >= READABLE;
  const name = nameOf(data, frame);
  const [hue, shade] = data.losses ? gain(data, frame) : [func?.hue, func?.shade ?? 0];
  const classes = {
    thin: !isReadable,
    passed: isCaller,
    marked: isMarked,
    plain: hue === undefined,
    gain: data.losses,
  };
  const chosen = Object.entries(classes).flatMap(([key, is]) => (is ? [key] : []));
  return (
    <div
      class={['frame', ...chosen].join(' ')}
      role="treeitem"
      tabIndex={isCurrent ? 0 : -1}
      data-at={at}
      aria-level={row + 1}
      aria-label={frameText(data, frame)}
      style={{
        left: `${x}px`,
        width: `${Math.max(width - 0.5, 0.5)}px`, // half a pixel keeps neighbours apart
        top: `${top}px`,
        '--hue': String(hue ?? 0),
        '--shade': String(shade),
      }}
    >
      {isReadable && (width >= LETTER * name.length ? name : (func?.short ?? name))}
    </div>
  );
}

/** In a difference of profiles the colour says whether a frame grew or shrank, and by which part of it. */
function gain({ frames }: FlameData, frame: number): readonly [hue: number, shade: number] {
  const part = Math.min(1, Math.abs(frames.value[frame]!) / Math.max(1, frames.weight[frame]!));
  return [frames.value[frame]! >= 0 ? 10 : 215, part];
}

function nameOf({ funcs, frames }: FlameData, frame: number): string {
  return funcs[frames.func[frame]!]?.name ?? 'root';
}

/** A frame in words: its name, its value and share, what of it is its own, its file. */
export function frameText(data: FlameData, frame: number): string {
  const { frames, words, valueText, selfText, funcs } = data;
  const total = frames.weight[0]!;
  const share = (value: number) => `${((100 * value) / total).toFixed(2)}%`;
  const [value, self] = [frames.value[frame]!, frames.self[frame]!];
  const own = self === value ? '' : `, own ${words[selfText[frame]!]} (${share(self)})`;
  const file = funcs[frames.func[frame]!]?.file ?? '';
  return `${nameOf(data, frame)}: ${words[valueText[frame]!]} (${share(value)})${own}${file === '' ? '' : ` · ${file}`}`;
}
