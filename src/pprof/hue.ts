// Colours of functions: one hue a package, the same in every picture and on every machine.

export interface Colour {
  /** In degrees; undefined if the function's package is not known. */
  readonly hue?: number;
  /** From 0, dark, up to but not 1, light: what tells the functions of a package apart. */
  readonly shade: number;
}

/** The package of a function, or what is most like one in its language; '' if its name and file tell none. */
export function packageOf(name: string, file: string): string {
  // Types in brackets have packages of their own, as in `slices.Sort[go.shape.int]` and `net/http.(*conn).serve`.
  const plain = name.replace(/[[(<].*$/s, '');
  const colons = plain.indexOf('::');
  if (colons > 0) return plain.slice(0, colons);
  const dot = plain.indexOf('.', plain.lastIndexOf('/') + 1);
  if (dot > 0) return plain.slice(0, dot);
  return file.slice(0, Math.max(0, file.lastIndexOf('/')));
}

/** The colour of a function. */
export function colourOf(name: string, file: string): Colour {
  const home = packageOf(name, file);
  const shade = (hash(name) % SHADES) / SHADES;
  return home === '' ? { shade } : { hue: hash(home) % 360, shade };
}
const SHADES = 8;

/** FNV-1a in 32 bits: short, and texts that differ in one letter get far from each other. Its low bits are its worst. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) sum = Math.imul(sum ^ byte, 0x01000193);
  return (sum ^ (sum >>> 15)) >>> 0;
}
