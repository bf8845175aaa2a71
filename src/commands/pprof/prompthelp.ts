// What the prompt of mandel pprof says when it is asked for help.

import { nearest } from '../../lib/nearest.js';
import { choices, groups, options } from './options.js';
import { reports } from './reports.js';

const row = (name: string, about: string) => `    ${name.padEnd(20)} ${about}`;

/** All commands and options, or one of them. */
export function helpText(name: string): string {
  if (name === '') return allText();
  const report = reports.find((each) => each.name === name);
  if (report) {
    const usage = report.takesPattern ? `${name} REGEXP` : name;
    const more = ['traces', 'raw', 'proto', 'comments'].includes(name) ? '' : ' [N] [-cum]';
    return (
      `${report.about}\n  Usage:\n    ${usage}${more} [FOCUS]... [-IGNORE]... [>FILE]\n` +
      '    N is the most nodes to show, -cum sorts by what they spent with all that they called;\n' +
      '    FOCUS and IGNORE are regular expressions of functions, for this once'
    );
  }
  const option = options.find((each) => each.name === name);
  if (option) return `${option.about}\n  Usage:\n    ${name}=VALUE`;
  if (Object.hasOwn(choices, name)) return choices[name]!;
  if (Object.hasOwn(groups, name)) return `one of ${groups[name as keyof typeof groups].join(', ')}`;
  const names = [...reports, ...options].map((each) => each.name);
  const near = nearest(name, names);
  return `Unknown command: ${name}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function allText(): string {
  return [
    '  Commands:',
    ...reports.map((each) => row(each.takesPattern ? `${each.name} REGEXP` : each.name, each.about)),
    row('o/options', 'the options and their values'),
    row('help [NAME]', 'what a command or an option does'),
    row('q/quit/exit/^D', 'leave'),
    '',
    '  Options, set by NAME=VALUE:',
    ...options.map(({ name, about }) => row(name, about)),
    '',
    '  Options of which one in a group counts:',
    ...Object.entries(choices).map(([name, about]) => row(name, about)),
    '',
    '  The name of a sample type shows that one; mean_NAME shows its mean, total_NAME its sum.',
    '  A : alone clears focus, ignore, hide, tagfocus and tagignore.',
    '  A number right behind a command is how many: top5.',
  ].join('\n');
}
