// The page's side of the worker: questions with answers, and pictures, of which only the latest view counts.

import { signal } from '@preact/signals';
import type { LabelledRow } from '../../timeline/picture.js';
import type { Picture, Progress, Question, Questions, Told, View } from './protocol.js';

/** How far reading is; undefined until the worker has said it. */
export const progress = signal<Progress | undefined>(undefined);

/** The last picture. */
export const picture = signal<Picture | undefined>(undefined);

/** The row of the picture with a key. */
export function shownRow(key: string): LabelledRow | undefined {
  return picture.value?.rows.find((row) => row.key === key);
}

let underWay = Promise.resolve();

/** Does something after what was asked for before has ended: keys may come faster than the worker answers. */
export function inOrder(act: () => void | Promise<void>): void {
  underWay = underWay.then(act).catch(() => {});
}

const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
let nextId = 1;
const waiting = new Map<number, { answer(value: unknown): void; fail(error: Error): void }>();

worker.onmessage = ({ data }: MessageEvent<Told>) => {
  if ('progress' in data) {
    progress.value = data.progress;
    return;
  }
  const asked = waiting.get(data.id);
  waiting.delete(data.id);
  if ('error' in data) asked?.fail(new Error(data.error));
  else asked?.answer(data.answer);
};

/** Asks the worker. @throws Error in one line */
export function ask<Q extends Question>(
  question: Q,
  args: Parameters<Questions[Q]>,
  transfer: Transferable[] = [],
): Promise<ReturnType<Questions[Q]>> {
  const id = nextId++;
  return new Promise((answer, fail) => {
    waiting.set(id, { answer: (value) => answer(value as ReturnType<Questions[Q]>), fail });
    worker.postMessage({ id, question, args }, transfer);
  });
}

/** The view that is wanted, and whether a picture is being painted. */
let wanted: View | undefined;
let isBusy = false;
let isScheduled = false;
/** Memory of a picture that is no longer shown, for the next one. */
let spare: ArrayBuffer | undefined;
/** Shows a picture's pixels, which may be used again afterwards. */
let present: (picture: Picture) => void = () => {};

/** Sets what shows pictures. */
export function presentWith(show: (picture: Picture) => void): void {
  present = show;
}

/** Asks for a picture of a view, unless another view is asked for before its turn comes: at most one a frame of the screen. */
export function requestPicture(view: View): void {
  wanted = view;
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    if (!isBusy) void paintWanted();
  });
}

async function paintWanted(): Promise<void> {
  const view = wanted;
  if (view === undefined) return;
  wanted = undefined;
  isBusy = true;
  const memory = spare;
  spare = undefined;
  try {
    const painted = await ask('picture', [view, memory], memory === undefined ? [] : [memory]);
    if (painted !== undefined) await show(painted);
  } finally {
    isBusy = false; // also after a picture that failed: the next one may not
  }
  if (wanted !== undefined) requestPicture(wanted);
}

/** Shows a picture: its pixels, and what goes with them. */
async function show(painted: Picture): Promise<void> {
  present(painted);
  spare = painted.pixels;
  // Making all labels and the first texts takes as long as the pixels: in one frame they would be a pause.
  if (picture.peek() === undefined) await frameShown();
  picture.value = painted;
  void frameShown().then(() => ask('shown', []));
}

/** Resolves when the next frame is on the screen. */
function frameShown(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
