// The flame graph: a click or Enter zooms to a frame, arrows walk through it, the foot of the page tells what it is.

import type { FlameData, MarkData } from '../../server/data.js';
import { ask } from './ask.js';
import { button, element } from './element.js';
import { drawInto, spoken } from './frames.js';
import { neighbour, placed } from './place.js';
import type { State } from './state.js';
import { exactly, type Page, partOf, type View } from './view.js';

/** The last graph that came: zooming does not ask for another one. */
let last: { readonly part: string; readonly data: FlameData } | undefined;

async function dataOf(page: Page): Promise<FlameData> {
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
      dataOf(page),
      mark === '' ? undefined : ask<MarkData>('data/mark', { ...partOf(page.state), mark }, page.signal),
    ]);
    return (panel) => show(page, panel, data, marks);
  },
};

function show(page: Page, panel: HTMLElement, data: FlameData, marks: MarkData | undefined): void {
  const hadFocus = panel.querySelector('.flame')?.contains(document.activeElement) ?? false;
  const zoom = zoomOf(page.state, data);
  const about = element('p', { class: 'about' }, [...data.labels, ...(marks ? [marks.text] : [])].join(' · '));
  const graph = element('div', { class: 'flame', role: 'tree', 'aria-label': 'Flame graph' });
  panel.replaceChildren(element('div', { class: 'tools' }, about, ...tools(page, data, zoom)), graph);
  if (data.frames.weight[0] === 0) {
    graph.replaceWith(element('p', {}, 'Nothing was sampled here.'));
    return;
  }

  const marked = new Set(marks?.funcs);
  const draw = () => drawInto(graph, data, placed(data, zoom, graph.clientWidth), marked, page.state.grow === 'down');
  let drawn = draw();
  let width = graph.clientWidth;
  const resized = new ResizeObserver(() => {
    if (graph.clientWidth === width) return;
    width = graph.clientWidth;
    drawn = draw();
  });
  resized.observe(graph);
  page.signal.addEventListener('abort', () => resized.disconnect());

  const placeOf = (target: EventTarget | null) => {
    const frame = target instanceof Element ? target.closest<HTMLElement>('.frame') : null;
    return frame ? Number(frame.dataset.at) : undefined;
  };
  const tell = (event: Event) => {
    const at = placeOf(event.target);
    page.say(at === undefined ? '' : spoken(data, drawn[at]!.frame));
  };
  graph.addEventListener('click', (event) => {
    const at = placeOf(event.target);
    if (at !== undefined) page.go({ zoom: String(drawn[at]!.frame || '') });
  });
  graph.addEventListener('mouseover', tell);
  graph.addEventListener('focusin', tell);
  graph.addEventListener('mouseleave', () => page.say(''));
  graph.addEventListener('keydown', (event) => {
    const at = placeOf(event.target);
    if (at === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      page.go({ zoom: String(drawn[at]!.frame || '') });
    } else if (event.key === 'Escape') {
      page.go({ zoom: '' });
    }
    const way = wayOf(event.key, page.state.grow === 'down');
    const to = way === undefined ? undefined : neighbour(drawn, at, way);
    if (to === undefined) return;
    event.preventDefault();
    focusOn(graph, to);
  });

  const at = drawn.findIndex(({ frame }) => frame === zoom);
  if (hadFocus) focusOn(graph, at);
  else if (page.state.grow !== 'down') panel.scrollTop = panel.scrollHeight; // where the root is
}

function zoomOf({ zoom }: State, { frames }: FlameData): number {
  const frame = Number(zoom);
  return Number.isInteger(frame) && frame > 0 && frame < frames.func.length ? frame : 0;
}

function tools(page: Page, data: FlameData, zoom: number): HTMLElement[] {
  const name = data.funcs[data.frames.func[zoom]!]?.name;
  const down = page.state.grow === 'down';
  const about = (label: string, title: string, act: (name: string) => void) =>
    name === undefined ? [] : [button(label, () => act(name), { title: `${title} ${name}` })];
  return [
    ...about('Reset zoom', 'Show more than', () => page.go({ zoom: '' })),
    ...about('Focus', 'Keep the stacks through', (func) => page.go({ focus: exactly(func), zoom: '' })),
    ...about('Peek', 'Show callers and callees of', (func) => page.go({ view: 'peek', func: exactly(func) })),
    ...about('Source', 'Show the source of', (func) => page.go({ view: 'source', func: exactly(func) })),
    button('Root on top', () => page.go({ grow: down ? '' : 'down' }), { 'aria-pressed': String(down) }),
  ];
}

function focusOn(graph: HTMLElement, at: number): void {
  for (const frame of graph.querySelectorAll<HTMLElement>('[tabindex="0"]')) frame.tabIndex = -1;
  const frame = graph.querySelector<HTMLElement>(`[data-at="${at}"]`);
  if (!frame) return;
  frame.tabIndex = 0;
  frame.focus();
}

/** Out is away from the root, which may be at the bottom or on top. */
function wayOf(key: string, down: boolean): 'out' | 'in' | 'left' | 'right' | undefined {
  switch (key) {
    case 'ArrowUp':
      return down ? 'in' : 'out';
    case 'ArrowDown':
      return down ? 'out' : 'in';
    case 'ArrowLeft':
      return 'left';
    case 'ArrowRight':
      return 'right';
    default:
      return undefined;
  }
}
