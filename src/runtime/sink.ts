// Where a program's output goes: to the files of the process, unless somebody listens.

/** Takes what the program writes to a file descriptor. */
export type Sink = (fd: number, text: string) => void;

export let sink: Sink | undefined;

/** From now on `next` gets what is printed on this thread; undefined for the files themselves. */
export function setSink(next: Sink | undefined): void {
  sink = next;
}
