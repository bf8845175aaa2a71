// Where a report of mandel pprof goes. After awayFromTTY in google/pprof's internal/driver.

import { existsSync } from 'node:fs';
import { refuseTerminal } from '../../terminal/output.js';
import { reports } from './reports.js';

/**
 * `output`, unless that is ''; then standard output, which is `-`, or a new file in this directory for a report that nobody
 * can read. @param seen whether somebody reads standard output
 * @throws BadUsage if a report that is no text is asked for on a terminal
 */
export function outputOf(report: string, output: string, seen: boolean): string {
  const { file: extension, binary } = reports.find(({ name }) => name === report) ?? {};
  if (output === '-' && binary) refuseTerminal(report, 'a profile');
  if (output !== '') return output;
  return seen && extension !== undefined ? unusedFile(extension) : '-';
}

/** The first of profile001, profile002, ... that is not there. */
function unusedFile(extension: string): string {
  for (let n = 1; ; n++) {
    const name = `profile${String(n).padStart(3, '0')}.${extension}`;
    if (!existsSync(name)) return name;
  }
}
