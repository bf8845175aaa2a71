// A process that runs several commands in turn: hosted.ts starts it and sends it one message { args, cwd, env, mark } for
// each. When a command has ended, `mark` ends its part of both standard streams, and a message has its exit status.

import { EventEmitter } from 'node:events';
import { main } from '../../dist/src/commands/main.js';
import { programIn } from '../../dist/src/commands/run/programfile.js';
import { warningsAbout } from '../../dist/src/commands/run/programwarnings.js';
import { UsageError } from '../../dist/src/runtime/memory/errors.js';
import { Runtime, Simulator } from '../../dist/src/runtime/start.js';

// Threads and pools listen to the process and its streams, which is a leak for Node where there have been many.
EventEmitter.defaultMaxListeners = 0;

/** The engines of `mandel run`, by its flags. They stay: threads take longer to come up than most programs run. */
const engines = new Map();

/** Takes `-engine sim` and `-procs` from a run's words. @returns undefined for another command, flag or number */
function runOf([command, ...words]) {
  if (command !== 'run') return undefined;
  let Engine = Runtime;
  let procs;
  while (words[0]?.startsWith('-')) {
    const [flag, value] = words.splice(0, 2);
    if (flag === '-engine' && value === 'sim') Engine = Simulator;
    else if (flag === '-procs' && /^[1-8]$/.test(value)) procs = Number(value);
    else return undefined;
  }
  return words.length === 0 ? undefined : { Engine, procs, words };
}

/** What `mandel run` does once it has read its flags, and what main() does with its errors. @returns the exit status */
async function runProgram({ Engine, procs, words: [file, ...args] }) {
  try {
    const program = programIn(file, args);
    const key = `${Engine.name} ${procs}`;
    if (!engines.has(key)) engines.set(key, new Engine(procs));
    const [{ report, exitCode }, warnings] = await Promise.all([
      engines.get(key).run(program),
      warningsAbout(program.modules[0]),
    ]);
    for (const warning of warnings) process.stderr.write(`mandel: warning: ${warning}\n`);
    process.stderr.write(report);
    return exitCode;
  } catch (error) {
    process.stderr.write(`mandel: ${error.message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function answer({ args, cwd, env, mark }) {
  const before = { ...process.env };
  process.chdir(cwd);
  Object.assign(process.env, env);
  process.exitCode = undefined;
  const run = Object.keys(env).length === 0 ? runOf(args) : undefined;
  const status = run ? await runProgram(run) : await main(args);
  for (const name of Object.keys(env)) delete process.env[name];
  Object.assign(process.env, before);
  // Behind what the streams have not written yet. Programs print past the streams, and all at once.
  for (const stream of [process.stdout, process.stderr]) stream.write(mark);
  process.send({ status });
}

process.on('message', (message) => void answer(message));
process.on('disconnect', () => process.exit());
