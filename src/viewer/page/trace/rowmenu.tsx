// The menu of a row: what can be done with it.

import { signal } from '@preact/signals';
import type { TargetedKeyboardEvent, VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { LabelledRow } from '../../timeline/picture.js';
import { shownRow } from './client.js';
import { hide, isGroup, moveGroup, togglePin } from './rowactions.js';
import { chosen, currentRow, toggle } from './state.js';

/** The row whose menu is open, and where; undefined for none. */
const open = signal<{ readonly row: LabelledRow; readonly x: number; readonly y: number } | undefined>(undefined);
/** What had the focus before. */
let before: HTMLElement | undefined;

/** Opens the menu of a row at a point of the page. */
export function openMenu(row: LabelledRow, x: number, y: number): void {
  before = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  currentRow.value = row.key;
  open.value = { row, x, y };
}

/** Opens the menu of the row with a key, below its label. */
export function openMenuOf(current: string): void {
  const row = shownRow(current);
  const labels = document.querySelector('.labels')?.getBoundingClientRect();
  if (row !== undefined && labels !== undefined) openMenu(row, labels.left + 40, labels.top + row.top + row.height);
}

function close(): void {
  open.value = undefined;
  before?.focus();
}

interface Item {
  readonly text: string;
  run(): void;
}

function itemsOf({ key, isOpen }: LabelledRow): readonly Item[] {
  const items: Item[] = [];
  if (isOpen !== undefined) items.push({ text: isOpen ? 'Close' : 'Open', run: () => toggle(key) });
  if (!isGroup(key)) {
    const isPinned = chosen.value.pinned.includes(key);
    items.push({ text: isPinned ? 'Unpin' : 'Pin above all others', run: () => togglePin(key) });
  }
  items.push({ text: 'Hide', run: () => hide(key) });
  if (isGroup(key)) {
    items.push({ text: 'Move up', run: () => moveGroup(key, -1) }, { text: 'Move down', run: () => moveGroup(key, 1) });
  }
  return items;
}

export function RowMenu(): VNode | null {
  const shown = open.value;
  return shown === undefined ? null : <Menu key={shown.row.key} {...shown} />;
}

function Menu({ row, x, y }: { readonly row: LabelledRow; readonly x: number; readonly y: number }): VNode {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const menu = element.current!;
    // A menu at the foot of the page opens upwards.
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(0, Math.min(x, innerWidth - width - 4))}px`;
    menu.style.top = `${y + height > innerHeight ? Math.max(0, y - height) : y}px`;
    (menu.firstElementChild as HTMLElement).focus();
    const outside = (event: PointerEvent) => {
      if (!menu.contains(event.target as Node)) open.value = undefined;
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, []);
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const items = [...event.currentTarget.children] as HTMLElement[];
    const at = items.indexOf(event.target as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    event.stopPropagation();
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (to !== undefined) items.at(to % items.length)!.focus();
    else return;
    event.preventDefault();
  };
  return (
    <div class="menu" role="menu" aria-label={`Row ${row.label}`} ref={element} onKeyDown={onKeyDown} tabIndex={-1}>
      {itemsOf(row).map(({ text, run }) => (
        <button
          key={text}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            close();
            run();
          }}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
