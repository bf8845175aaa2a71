// The graph of calls: a picture to move and to look at closely, with mouse, touch or keys.

import type { GraphData, MarkData } from '../../server/data.js';
import { ask } from './ask.js';
import { button, element } from './element.js';
import { exactly, type Page, partOf, type View } from './view.js';

/** One step of zooming. */
const STEP = 1.25;
/** Part of the picture that an arrow key moves it by. */
const NUDGE = 0.1;
const CLOSEST = 40;
/** Pixels that a hand moves when it clicks. */
const STILL = 4;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

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
    return (panel) => {
      const picture = document.importNode(parsed, true);
      for (const box of picture.querySelectorAll('.node')) {
        box.classList.toggle('marked', marks?.names.includes(functionOf(box) ?? '') ?? false);
      }
      show(page, panel, picture);
    };
  },
};

/** The function that a box stands for: its title tells it, and its value. */
function functionOf(box: Element): string | undefined {
  return box
    .querySelector('a')
    ?.getAttribute('xlink:title')
    ?.replace(/ \([^()]*\)$/, '');
}

function show(page: Page, panel: HTMLElement, svg: SVGSVGElement): void {
  const { x, y, width, height } = svg.viewBox.baseVal;
  const whole: Box = { x, y, width, height };
  const frame = element('div', {
    class: 'graph',
    tabindex: '0',
    role: 'img',
    'aria-label': 'Graph of calls: drag to move, wheel, plus and minus to zoom, 0 to see all',
  });
  svg.removeAttribute('width');
  svg.removeAttribute('height');
  let box = whole;
  const look = (to: Box) => {
    box = to;
    svg.setAttribute('viewBox', `${box.x} ${box.y} ${box.width} ${box.height}`);
  };
  /** Zooms so that the point at these parts of the picture stays where it is. */
  const zoom = (factor: number, atX = 0.5, atY = 0.5) => {
    const w = Math.min(Math.max(box.width / factor, whole.width / CLOSEST), whole.width * 2);
    const h = (w * box.height) / box.width;
    look({ x: box.x + (box.width - w) * atX, y: box.y + (box.height - h) * atY, width: w, height: h });
  };
  const move = (dx: number, dy: number) => look({ ...box, x: box.x + dx * box.width, y: box.y + dy * box.height });

  frame.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const at = partsOf(svg, box, event);
      zoom(event.deltaY < 0 ? STEP : 1 / STEP, at.x, at.y);
    },
    { passive: false },
  );
  let pressed: { readonly box: Element | null; moved: number } | undefined;
  frame.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    pressed = { box: event.target instanceof Element ? event.target.closest('.node') : null, moved: 0 };
    frame.setPointerCapture(event.pointerId);
    frame.classList.add('dragged');
  });
  frame.addEventListener('pointermove', (event) => {
    if (!pressed) return;
    pressed.moved += Math.abs(event.movementX) + Math.abs(event.movementY);
    const unit = unitOf(svg, box);
    look({ ...box, x: box.x - event.movementX * unit, y: box.y - event.movementY * unit });
  });
  frame.addEventListener('pointerup', () => {
    const name = pressed?.box && pressed.moved < STILL ? functionOf(pressed.box) : undefined;
    if (name !== undefined) page.go({ view: 'peek', func: exactly(name) });
  });
  frame.addEventListener('lostpointercapture', () => {
    pressed = undefined;
    frame.classList.remove('dragged');
  });
  const keys: Readonly<Record<string, () => void>> = {
    '+': () => zoom(STEP),
    '=': () => zoom(STEP),
    '-': () => zoom(1 / STEP),
    '0': () => look(whole),
    ArrowLeft: () => move(-NUDGE, 0),
    ArrowRight: () => move(NUDGE, 0),
    ArrowUp: () => move(0, -NUDGE),
    ArrowDown: () => move(0, NUDGE),
  };
  frame.addEventListener('keydown', (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  frame.append(svg);
  panel.replaceChildren(
    element(
      'div',
      { class: 'tools' },
      button('Zoom in', () => zoom(STEP)),
      button('Zoom out', () => zoom(1 / STEP)),
      button('Show all', () => look(whole)),
    ),
    frame,
  );
  look(readable(svg, whole));
  page.say(
    'Boxes are functions, larger where more was found in them; arrows are calls. Drag to move, turn the wheel to zoom, click a box for its callers and callees.',
  );
}

/** All of the picture if it can be read like that; if not, as much as can be, around the largest of its letters. */
function readable(svg: SVGSVGElement, whole: Box): Box {
  const area = svg.getBoundingClientRect();
  if (area.width === 0 || unitOf(svg, whole) <= SMALL) return whole;
  const size = (text: SVGTextElement) => Number(text.getAttribute('font-size'));
  const [width, height] = [area.width * SMALL, area.height * SMALL];
  const largest = [...svg.querySelectorAll('text')].sort((a, b) => size(b) - size(a))[0];
  const letters = largest?.getBoundingClientRect() ?? area;
  const unit = unitOf(svg, whole);
  // The picture is in the middle of its frame.
  const x = whole.x + whole.width / 2 + (letters.x + letters.width / 2 - area.x - area.width / 2) * unit;
  const y = whole.y + whole.height / 2 + (letters.y + letters.height / 2 - area.y - area.height / 2) * unit;
  return { x: x - width / 2, y: y - height / 2, width, height };
}
/** Units of the picture in a pixel, from where on its small letters can no longer be read. */
const SMALL = 1.3;

/** What one pixel is in the picture, which is drawn as large as fits. */
function unitOf(svg: SVGSVGElement, box: Box): number {
  const { width, height } = svg.getBoundingClientRect();
  return Math.max(box.width / width, box.height / height);
}

/** Where the mouse is, in parts of the picture. */
function partsOf(
  svg: SVGSVGElement,
  box: Box,
  { clientX, clientY }: MouseEvent,
): { readonly x: number; readonly y: number } {
  const area = svg.getBoundingClientRect();
  const unit = unitOf(svg, box);
  return {
    x: ((clientX - area.x - area.width / 2) * unit) / box.width + 0.5,
    y: ((clientY - area.y - area.height / 2) * unit) / box.height + 0.5,
  };
}
