// The order of texts by their code points, which is that of their bytes in UTF-8, and so Go's. JavaScript's own compares
// UTF-16 units, where the surrogates of what lies beyond 0xffff come before 0xe000.

/** Less than 0 if `a` comes before `b`, more than 0 if behind it. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let k = 0; k < length; k++) {
    const [x, y] = [a.charCodeAt(k), b.charCodeAt(k)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
