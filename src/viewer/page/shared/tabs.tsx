// Tabs over one panel, as the ARIA practices have them: arrows move between tabs, and moving there shows them.

import type { TargetedKeyboardEvent, VNode } from 'preact';

export interface Tab {
  readonly id: string;
  readonly title: string;
}

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  /** The tab whose panel is shown. */
  readonly selected: string;
  /** Id of the panel. */
  readonly panel: string;
  readonly onSelect: (id: string) => void;
}

/** The id of a tab's element, for `aria-labelledby` of the panel. */
export const tabElementId = (id: string) => `tab-${id}`;

export function Tabs({ label, tabs, selected, panel, onSelect }: TabsProps): VNode {
  const select = (id: string) => {
    if (id !== selected) onSelect(id);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const made = [...event.currentTarget.children];
    const at = made.indexOf(event.target as Element);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: made.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const k = (to + made.length) % made.length;
    (made[k] as HTMLElement).focus();
    select(tabs[k]!.id);
  };
  return (
    <div role="tablist" id="tabs" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={tabElementId(id)}
          aria-controls={panel}
          aria-selected={id === selected}
          tabIndex={id === selected ? 0 : -1}
          onClick={() => select(id)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
