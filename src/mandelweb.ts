#!/usr/bin/env node
// The command `mandelweb`: `mandel web` under a name of its own.

import { main } from './commands/main.js';

process.exitCode = await main(['web', ...process.argv.slice(2)]);
