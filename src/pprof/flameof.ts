// The flame graph of a report.

import { type Flame, type FlameFunc, flame } from './flame.js';
import type { FlameHeading } from './flamesvg.js';
import { baseName, type Info } from './info.js';
import { profileLabels, type Report } from './report.js';
import { stacksOf } from './samples.js';

/** The flame graph of all samples that the report counts. */
export function flameOf({ profile, index }: Report): Flame {
  const known = new Map<string, FlameFunc>();
  const func = (info: Info): FlameFunc => {
    let made = known.get(info.label);
    if (!made) {
      // Its file has a place of its own; a line or an address belongs to its name.
      const isFunction = info.name !== '' && info.line === 0 && info.address === 0;
      made = { name: isFunction ? info.name : info.label, file: info.file };
      known.set(info.label, made);
    }
    return made;
  };
  return flame(
    stacksOf(profile, index).map(({ frames, value }) => ({ frames: frames.map(({ info }) => func(info)), value })),
  );
}

/** What the colours of a difference mean. */
export const DIFFERENCE = 'red has more, blue has less than what it is compared with';

/** What a picture of it says. */
export function flameHeading(report: Report, { losses }: Pick<Flame, 'losses'>): FlameHeading {
  const { profile, type, total, format } = report;
  const program = baseName(profile.mappings?.[0]?.file ?? '').replace(/^\.$/, '');
  const labels = profileLabels(report).filter((label) => /^(Time|Duration):/.test(label));
  return {
    title: [program, type].filter((word) => word !== '').join(' '),
    about: [
      ...labels,
      ...(labels.some((label) => label.includes('Total')) ? [] : [`Total: ${format(total, 'auto')}`]),
      ...(losses ? [DIFFERENCE] : []),
    ].join(' · '),
    format: (value) => format(value, 'auto'),
  };
}
