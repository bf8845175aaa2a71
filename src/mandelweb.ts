#!/usr/bin/env node
// mandelweb: `mandel web` by a name of its own.

import { main } from './commands/main.js';

process.exitCode = await main(['web', ...process.argv.slice(2)]);
