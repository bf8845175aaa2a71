// The graph of calls: a picture to move and to zoom, with mouse, touch or keys.

import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { GraphData, MarkData } from '../../server/data.js';
import { ask } from '../shared/ask.js';
import { exactly, type Page, partOf, type View } from './view.js';

/** Factor of one step of zooming. */
const STEP = 1.25;
/** Part of the picture that an arrow key moves it by. */
const NUDGE = 0.1;
/** How many times larger than the whole picture the closest view is. */
const CLOSEST = 40;
/** Pixels that a hand moves the mouse when it clicks: more is a drag. */
const STILL = 4;
/** Units of the picture per pixel, above which its small letters cannot be read. */
const SMALL = 1.3;

const HINT =
  'Boxes are functions, larger where more was found in them; arrows are calls. Drag to move, turn the wheel to zoom, click a box for its callers and callees.';

export const graphView: View = {
  id: 'graph',
  title: 'Graph',
  async load(page) {
    const part = partOf(page.state);
    const { mark } = page.state;
    const [{ svg }, marks] = await Promise.all([
      ask<GraphData>('data/graph', part, page.signal),
      mark === '' ? undefined : ask<MarkData>('data/mark', { ...part, mark }, page.signal),
    ]);
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    if (!(parsed instanceof SVGSVGElement)) throw new Error('The picture is no SVG.');
    const picture = document.importNode(parsed, true);
    for (const box of picture.querySelectorAll('.node')) {
      box.classList.toggle('marked', marks?.names.includes(functionOf(box) ?? '') ?? false);
    }
    return <Graph page={page} picture={picture} />;
  },
};

/** The function that a box stands for: its title has it, and its value. */
function functionOf(box: Element): string | undefined {
  return box
    .querySelector('a')
    ?.getAttribute('xlink:title')
    ?.replace(/ \([^()]*\)$/, '');
}

function Graph({ page, picture }: { readonly page: Page; readonly picture: SVGSVGElement }): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const visible = useRef<Visible>(null);
  const pressed = useRef<{ readonly box: Element | null; moved: number }>(null);
  useLayoutEffect(() => {
    frame.current!.replaceChildren(picture);
    visible.current = new Visible(picture);
    visible.current.showReadable();
    page.say(HINT);
  }, [picture]);

  const keys: Readonly<Record<string, (of: Visible) => void>> = {
    '+': (of) => of.zoom(STEP),
    '=': (of) => of.zoom(STEP),
    '-': (of) => of.zoom(1 / STEP),
    '0': (of) => of.showAll(),
    ArrowLeft: (of) => of.move(-NUDGE, 0),
    ArrowRight: (of) => of.move(NUDGE, 0),
    ArrowUp: (of) => of.move(0, -NUDGE),
    ArrowDown: (of) => of.move(0, NUDGE),
  };
  return (
    <>
      <div class="tools">
        <button type="button" onClick={() => visible.current!.zoom(STEP)}>
          Zoom in
        </button>
        <button type="button" onClick={() => visible.current!.zoom(1 / STEP)}>
          Zoom out
        </button>
        <button type="button" onClick={() => visible.current!.showAll()}>
          Show all
        </button>
      </div>
      <div
        ref={frame}
        class="graph"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move and zoom the picture
        tabIndex={0}
        role="img"
        aria-label="Graph of calls: drag to move, wheel, plus and minus to zoom, 0 to see all"
        onWheel={(event) => {
          event.preventDefault();
          visible.current!.zoom(event.deltaY < 0 ? STEP : 1 / STEP, event);
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          pressed.current = { box: event.target instanceof Element ? event.target.closest('.node') : null, moved: 0 };
          frame.current!.setPointerCapture(event.pointerId);
          frame.current!.classList.add('dragged');
        }}
        onPointerMove={({ movementX, movementY }) => {
          if (!pressed.current) return;
          pressed.current.moved += Math.abs(movementX) + Math.abs(movementY);
          visible.current!.drag(movementX, movementY);
        }}
        onPointerUp={() => {
          if (!pressed.current?.box || pressed.current.moved >= STILL) return;
          const name = functionOf(pressed.current.box);
          if (name !== undefined) page.go({ view: 'peek', func: exactly(name) });
        }}
        onLostPointerCapture={() => {
          pressed.current = null;
          frame.current!.classList.remove('dragged');
        }}
        onKeyDown={(event) => {
          const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
          if (!act) return;
          event.preventDefault();
          act(visible.current!);
        }}
      />
    </>
  );
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part of a picture that is visible, as large as fits into the picture's element. */
class Visible {
  readonly #svg: SVGSVGElement;
  readonly #whole: Box;
  #box: Box;

  constructor(svg: SVGSVGElement) {
    const { x, y, width, height } = svg.viewBox.baseVal;
    svg.removeAttribute('width');
    svg.removeAttribute('height');
    this.#svg = svg;
    this.#whole = { x, y, width, height };
    this.#box = this.#whole;
  }

  showAll(): void {
    this.#show(this.#whole);
  }

  /** Moves by parts of what is visible. */
  move(dx: number, dy: number): void {
    const { x, y, width, height } = this.#box;
    this.#show({ x: x + dx * width, y: y + dy * height, width, height });
  }

  /** Moves the picture by pixels. */
  drag(dx: number, dy: number): void {
    const unit = this.#unitOf(this.#box);
    this.#show({ ...this.#box, x: this.#box.x - dx * unit, y: this.#box.y - dy * unit });
  }

  /** Zooms so that the point under the mouse stays where it is, or the middle of the picture. */
  zoom(factor: number, mouse?: { readonly clientX: number; readonly clientY: number }): void {
    const { x, y, width, height } = this.#box;
    const [atX, atY] = mouse ? this.#partsAt(mouse.clientX, mouse.clientY) : [0.5, 0.5];
    const w = Math.min(Math.max(width / factor, this.#whole.width / CLOSEST), this.#whole.width * 2);
    const h = (w * height) / width;
    this.#show({ x: x + (width - w) * atX, y: y + (height - h) * atY, width: w, height: h });
  }

  /** Shows all if that can be read; if not, as much as can be read, around the largest letters. */
  showReadable(): void {
    this.showAll();
    const area = this.#svg.getBoundingClientRect();
    const unit = this.#unitOf(this.#whole);
    if (area.width === 0 || unit <= SMALL) return;
    const size = (text: SVGTextElement) => Number(text.getAttribute('font-size'));
    const largest = [...this.#svg.querySelectorAll('text')].sort((a, b) => size(b) - size(a))[0];
    const letters = largest?.getBoundingClientRect() ?? area;
    const [width, height] = [area.width * SMALL, area.height * SMALL];
    // The picture is in the middle of its element.
    const { x, y, width: w, height: h } = this.#whole;
    const middleX = x + w / 2 + (letters.x + letters.width / 2 - area.x - area.width / 2) * unit;
    const middleY = y + h / 2 + (letters.y + letters.height / 2 - area.y - area.height / 2) * unit;
    this.#show({ x: middleX - width / 2, y: middleY - height / 2, width, height });
  }

  #show(box: Box): void {
    this.#box = box;
    this.#svg.setAttribute('viewBox', `${box.x} ${box.y} ${box.width} ${box.height}`);
  }

  /** Units of the picture per pixel. */
  #unitOf(box: Box): number {
    const { width, height } = this.#svg.getBoundingClientRect();
    return Math.max(box.width / width, box.height / height);
  }

  /** Where a point of the window is, in parts of what is visible. */
  #partsAt(clientX: number, clientY: number): [x: number, y: number] {
    const area = this.#svg.getBoundingClientRect();
    const unit = this.#unitOf(this.#box);
    return [
      ((clientX - area.x - area.width / 2) * unit) / this.#box.width + 0.5,
      ((clientY - area.y - area.height / 2) * unit) / this.#box.height + 0.5,
    ];
  }
}
