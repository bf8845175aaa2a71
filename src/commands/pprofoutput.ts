// Where a report of mandel pprof goes. After awayFromTTY in google/pprof's internal/driver.

import { existsSync } from 'node:fs';
import { reports } from './pprofreport.js';

/**
 * `output`, unless that is ''; then standard output, which is `-`, or a new file in this directory for a report that nobody
 * can read. @param seen whether somebody reads standard output
 */
export function outputOf(report: string, output: string, seen: boolean): string {
  if (output !== '') return output;
  const extension = reports.find(({ name }) => name === report)?.file;
  return seen && extension !== undefined ? unusedFile(extension) : '-';
}

/** The first of profile001, profile002, ... that is not there. */
function unusedFile(extension: string): string {
  for (let n = 1; ; n++) {
    const name = `profile${String(n).padStart(3, '0')}.${extension}`;
    if (!existsSync(name)) return name;
  }
}
