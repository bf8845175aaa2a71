// Callers and callees of functions, as the report has them.

import type { PeekData } from '../../server/data.js';
import { ask } from './ask.js';
import { element } from './element.js';
import { funcOf, withFuncField } from './funcfield.js';
import { partOf, type View } from './view.js';

export const peekView: View = {
  id: 'peek',
  title: 'Peek',
  async load(page) {
    const func = await funcOf(page);
    const data =
      func === '' ? undefined : await ask<PeekData>('data/peek', { ...partOf(page.state), func }, page.signal);
    return (panel) => {
      const below = data && [element('pre', { tabindex: '0', 'aria-label': 'Callers and callees' }, data.text)];
      withFuncField(page, panel, func, 'who calls it and whom it calls', below);
    };
  },
};
