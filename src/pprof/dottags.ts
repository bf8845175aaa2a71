// The small boxes at a function's box: how its samples were labelled, and how large they were. After addNodelets in
// google/pprof's internal/graph.

import { compareTexts } from '../lib/characters.js';
import { quoted } from './dotquote.js';
import { meanOf, type Node, type Tag, valuesOf } from './graph.js';
import { formatValue, scale } from './measure.js';
import { MAX_TAGS } from './trim.js';

type Format = (value: number) => string;
/** What of a tag is drawn. */
type Drawn = Omit<Tag, 'unit' | 'value'>;

/** The boxes and arrows of the labels of node `n`, a line each. */
export function tagBoxes(node: Node, n: number, format: Format): string[] {
  // What a leaf called was left out, so that its labels are those of what it called, too.
  const flat = node.out.size > 0;
  const lines: string[] = [];
  for (const [k, tag] of sorted([...node.labelTags.values()], flat)
    .slice(0, MAX_TAGS)
    .entries()) {
    const weight = valuesOf(tag)[flat ? 'flat' : 'cum'];
    if (weight === 0) continue;
    lines.push(...boxAndArrow(`N${n}`, `N${n}_${k}`, tag.name, format(weight), ''));
    lines.push(...sizeBoxes(node.numericTags.get(tag.name), `N${n}_${k}`, flat, format));
  }
  return [...lines, ...sizeBoxes(node.numericTags.get(''), `N${n}`, flat, format)];
}

function sizeBoxes(tags: ReadonlyMap<string, Tag> | undefined, from: string, flat: boolean, format: Format): string[] {
  return collapsed([...(tags?.values() ?? [])], flat).flatMap((tag, k) => {
    const { flat: own, cum } = valuesOf(tag);
    const isOwn = flat || own === cum;
    const weight = isOwn ? own : cum;
    if (weight === 0) return [];
    return boxAndArrow(from, `N${from}_${k}`, tag.name, format(weight), isOwn ? '' : ' style="dotted"');
  });
}

function boxAndArrow(from: string, id: string, name: string, weight: string, style: string): string[] {
  // Labels of one sample are joined by what ends a line in dot.
  const text = quoted(name).replaceAll('\\\\n', '\\n');
  return [
    `${id} [label = "${text}" id="${id}" fontsize=8 shape=box3d tooltip="${weight}"]`,
    `${from} -> ${id} [label=" ${weight}" weight=100 tooltip="${weight}" labeltooltip="${weight}"${style}]`,
  ];
}

function sorted<T extends Drawn>(tags: readonly T[], flat: boolean): T[] {
  return [...tags].sort((a, b) => {
    if (!flat && a.cum !== b.cum) return Math.abs(b.cum) - Math.abs(a.cum);
    if (a.flat !== b.flat) return Math.abs(b.flat) - Math.abs(a.flat);
    return compareTexts(a.name, b.name);
  });
}

/** Sizes in no more boxes than there is room for: the heaviest, each with those that are nearest to it. */
function collapsed(tags: readonly Tag[], flat: boolean): Drawn[] {
  const all = sorted(tags, flat);
  if (all.length <= MAX_TAGS) return all;
  const groups = all.slice(0, MAX_TAGS).map((tag) => [tag]);
  for (const tag of all.slice(MAX_TAGS)) {
    const distances = groups.map(([first]) => Math.abs(scale(first!.value, first!.unit, tag.unit).value - tag.value));
    groups[distances.indexOf(Math.min(...distances))]!.push(tag);
  }
  return sorted(groups.map(together), flat);
}

function together(group: readonly Tag[]): Drawn {
  const sum = (part: 'flat' | 'flatDiv' | 'cum' | 'cumDiv') => group.reduce((all, tag) => all + tag[part], 0);
  const byValue = [...group].sort((a, b) => scale(a.value, a.unit, b.unit).value - b.value);
  const [least, most] = [byValue[0]!, byValue.at(-1)!].map(({ value, unit }) => formatValue(value, unit, 'auto'));
  return {
    name: group.length === 1 ? least! : `${least}..${most}`,
    flat: meanOf(sum('flat'), sum('flatDiv')),
    flatDiv: 0,
    cum: meanOf(sum('cum'), sum('cumDiv')),
    cumDiv: 0,
  };
}
