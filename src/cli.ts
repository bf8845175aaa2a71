#!/usr/bin/env node
// The command: starts threads before anything else, because a thread takes as long to come up as all the rest together.

import { coolDown, warmUp } from './commands/threads.js';

const argv = process.argv.slice(2);
warmUp(argv);
const { main } = await import('./commands/main.js');
process.exitCode = await main(argv);
await coolDown();
