// Reads a trace in pieces of so many bytes, and prints as JSON how long that took and what the trace has.
//
//   node dist/bench/programs/readtrace.js FILE BYTES

import { readFileSync } from 'node:fs';
import { readPieces } from '../../test/programs/lib/readingjob.js';

const [, , file = '', bytes] = process.argv;
console.log(JSON.stringify(await readPieces(readFileSync(file), Number(bytes))));
