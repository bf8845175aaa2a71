// The flame graph: a click or Enter zooms to a frame, arrows move between frames, the foot of the page tells what a frame is.

import type { RefObject, VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { FlameData, MarkData } from '../../server/data.js';
import { ask } from '../shared/ask.js';
import { neighbour, type Placed, placeFrames, type Way } from './flamelayout.js';
import { exactly, type Page, partOf, type State, type View } from './view.js';

/** Height of a row in pixels, with the gap above it. */
const ROW = 20;
/** Width of a frame in pixels from which on a letter or two can be read in it. */
const READABLE = 18;
/** Width of a letter in pixels. */
const LETTER = 8;

/** The last graph that the server sent: zooming does not ask for another one. */
let last: { readonly part: string; readonly data: FlameData } | undefined;

async function askOnce(page: Page): Promise<FlameData> {
  const part = JSON.stringify(partOf(page.state));
  if (last?.part === part) return last.data;
  const data = await ask<FlameData>('data/flame', partOf(page.state), page.signal);
  last = { part, data };
  return data;
}

export const flameGraph: View = {
  id: 'flame',
  title: 'Flame graph',
  async load(page) {
    const { mark } = page.state;
    const [data, marks] = await Promise.all([
      askOnce(page),
      mark === '' ? undefined : ask<MarkData>('data/mark', { ...partOf(page.state), mark }, page.signal),
    ]);
    return <FlameView page={page} data={data} marks={marks} />;
  },
};

interface FlameProps {
  readonly page: Page;
  readonly data: FlameData;
  readonly marks: MarkData | undefined;
}

function FlameView({ page, data, marks }: FlameProps): VNode {
  const isEmpty = data.frames.weight[0] === 0;
  return (
    <>
      <div class="tools">
        <p class="about">{[...data.labels, ...(marks ? [marks.text] : [])].join(' · ')}</p>
        <Tools page={page} data={data} />
      </div>
      {isEmpty ? <p>Nothing was sampled here.</p> : <Flame page={page} data={data} marks={marks} />}
    </>
  );
}

function Tools({ page, data }: Omit<FlameProps, 'marks'>): VNode {
  const name = data.funcs[data.frames.func[zoomOf(page.state, data)]!]?.name;
  const isDown = page.state.grow === 'down';
  return (
    <>
      {name !== undefined && (
        <>
          <button type="button" title={`Show more than ${name}`} onClick={() => page.go({ zoom: '' })}>
            Reset zoom
          </button>
          <button
            type="button"
            title={`Keep the stacks through ${name}`}
            onClick={() => page.go({ focus: exactly(name), zoom: '' })}
          >
            Focus
          </button>
          <button
            type="button"
            title={`Show callers and callees of ${name}`}
            onClick={() => page.go({ view: 'peek', func: exactly(name) })}
          >
            Peek
          </button>
          <button
            type="button"
            title={`Show the source of ${name}`}
            onClick={() => page.go({ view: 'source', func: exactly(name) })}
          >
            Source
          </button>
        </>
      )}
      <button type="button" aria-pressed={isDown} onClick={() => page.go({ grow: isDown ? '' : 'down' })}>
        Root on top
      </button>
    </>
  );
}

function Flame({ page, data, marks }: FlameProps): VNode {
  const graph = useRef<HTMLDivElement>(null);
  // Of the elements of the state before, which are still there.
  const hadFocus = graph.current?.contains(document.activeElement) ?? false;
  const isDown = page.state.grow === 'down';
  const zoom = zoomOf(page.state, data);
  // New elements for each state: the mouse, which has not moved, is over another frame, and says so.
  const key = JSON.stringify(page.state);
  const width = useWidth(graph, key);
  const drawn = useMemo(() => (width === 0 ? [] : placeFrames(data, zoom, width)), [data, zoom, width]);
  const highest = drawn.reduce((most, { row }) => Math.max(most, row), 0);
  const marked = new Set(marks?.funcs);
  const [current, setCurrent] = useState(0);

  const focusOn = (at: number) => {
    setCurrent(at);
    (graph.current!.children[at] as HTMLElement | undefined)?.focus();
  };
  useLayoutEffect(() => {
    if (width === 0) return;
    if (hadFocus) return focusOn(drawn.findIndex(({ frame }) => frame === zoom));
    setCurrent(0);
    const panel = graph.current!.parentElement!;
    if (!isDown) panel.scrollTop = panel.scrollHeight; // where the root is
  }, [key, width === 0]);

  const indexOf = (target: EventTarget | null) => {
    const frame = target instanceof Element ? target.closest<HTMLElement>('.frame') : null;
    return frame ? Number(frame.dataset.at) : undefined;
  };
  const tell = (event: Event) => {
    const at = indexOf(event.target);
    page.say(at === undefined ? '' : frameText(data, drawn[at]!.frame));
  };
  const zoomTo = (at: number) => page.go({ zoom: String(drawn[at]!.frame || '') });
  const onKeyDown = (event: KeyboardEvent) => {
    const at = indexOf(event.target);
    if (at === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      zoomTo(at);
    } else if (event.key === 'Escape') {
      page.go({ zoom: '' });
    }
    const way = wayOf(event.key, isDown);
    const to = way === undefined ? undefined : neighbour(drawn, at, way);
    if (to === undefined) return;
    event.preventDefault();
    focusOn(to);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithMouseEvents: focusin is heard, which unlike focus bubbles
    <div
      key={key}
      ref={graph}
      class="flame"
      role="tree"
      aria-label="Flame graph"
      style={{ height: `${(highest + 1) * ROW}px` }}
      onClick={(event) => {
        const at = indexOf(event.target);
        if (at !== undefined) zoomTo(at);
      }}
      onMouseOver={tell}
      onFocusIn={tell}
      onMouseLeave={() => page.say('')}
      onKeyDown={onKeyDown}
    >
      {drawn.map((placed, at) => (
        <Frame
          key={placed.frame}
          data={data}
          placed={placed}
          at={at}
          top={(isDown ? placed.row : highest - placed.row) * ROW}
          isMarked={marked.has(data.frames.func[placed.frame]!)}
          isCurrent={at === current}
        />
      ))}
    </div>
  );
}

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

function Frame({ data, placed, at, top, isMarked, isCurrent }: FrameProps): VNode {
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
function frameText(data: FlameData, frame: number): string {
  const { frames, words, valueText, selfText, funcs } = data;
  const total = frames.weight[0]!;
  const share = (value: number) => `${((100 * value) / total).toFixed(2)}%`;
  const [value, self] = [frames.value[frame]!, frames.self[frame]!];
  const own = self === value ? '' : `, own ${words[selfText[frame]!]} (${share(self)})`;
  const file = funcs[frames.func[frame]!]?.file ?? '';
  return `${nameOf(data, frame)}: ${words[valueText[frame]!]} (${share(value)})${own}${file === '' ? '' : ` · ${file}`}`;
}

/** The width of the element with this key in pixels, as it is and as it changes; 0 before there is an element. */
function useWidth(ref: RefObject<HTMLElement | null>, key: string): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current!;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    return () => resized.disconnect();
  }, [key]);
  return width;
}

function zoomOf({ zoom }: State, { frames }: FlameData): number {
  const frame = Number(zoom);
  return Number.isInteger(frame) && frame > 0 && frame < frames.func.length ? frame : 0;
}

/** The direction of an arrow key: the root may be at the bottom or on top. */
function wayOf(key: string, isDown: boolean): Way | undefined {
  switch (key) {
    case 'ArrowUp':
      return isDown ? 'in' : 'out';
    case 'ArrowDown':
      return isDown ? 'out' : 'in';
    case 'ArrowLeft':
      return 'left';
    case 'ArrowRight':
      return 'right';
    default:
      return undefined;
  }
}
