// Opening a page in the user's browser: the first program that starts. After Go's cmd/internal/browser.

import { spawn } from 'node:child_process';

/** Milliseconds after which a program that still runs counts as started: one that finds no display ends sooner. */
const STARTED_MS = 3000;

type Command = readonly [program: string, ...args: string[]];

/** The programs that may open `url`, the best one first. */
export function browserCommands(url: string, platform: string, env: Readonly<NodeJS.ProcessEnv>): Command[] {
  const chosen: Command[] = env.BROWSER ? [[env.BROWSER, url]] : [];
  if (platform === 'darwin') return [...chosen, ['open', url]];
  if (platform === 'win32') return [...chosen, ['cmd', '/c', 'start', url]];
  const desktop: Command[] = env.DISPLAY || env.WAYLAND_DISPLAY ? [['xdg-open', url]] : [];
  return [...chosen, ...desktop, ['chromium', url], ['google-chrome', url], ['firefox', url]];
}

/** Opens `url` in a browser, which stays when this process ends. @returns whether one has started */
export async function openBrowser(url: string): Promise<boolean> {
  for (const command of browserCommands(url, process.platform, process.env)) {
    if (await starts(command)) return true;
  }
  return false;
}

/** Starts a program. @returns whether it has started, and has not failed at once */
function starts([program, ...args]: Command): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => resolve(true), STARTED_MS);
    const end = (hasStarted: boolean) => {
      clearTimeout(timer);
      resolve(hasStarted);
    };
    child.once('error', () => end(false));
    child.once('exit', (status) => end(status === 0));
    // Neither keeps this process.
    child.unref();
    timer.unref();
  });
}
