// The one door to commander. It is required, not imported: to import what is CommonJS, Node first loads a lexer that finds
// its exports, and every command would wait for that.

import { createRequire } from 'node:module';

const commander = createRequire(import.meta.url)('commander') as typeof import('commander');

export const { Command, CommanderError, Option } = commander;
export type Command = InstanceType<typeof Command>;
