// Numbers as C and Go print them: where JavaScript rounds what lies exactly in the middle away from zero, they round it to
// the even digit.

/** `%.2f`, with as many digits as asked. */
export function fixed(n: number, digits: number): string {
  const rounded = n.toFixed(digits);
  // What lies in the middle is a whole number of halves of halves.
  if (!Number.isInteger(n * 2 ** (digits + 1))) return rounded;
  const [mantissa = ''] = n.toFixed(digits + 25).split('e');
  const dropped = mantissa.slice(mantissa.indexOf('.') + 1 + digits);
  return isHalf(dropped) && isOdd(rounded) ? towardZero(mantissa, digits) : rounded;
}

/** `%.2g`, with as many digits as asked. */
export function general(n: number, digits: number): string {
  if (n === 0) return '0';
  const [exactly = ''] = n.toExponential(40).split('e');
  const dot = exactly.indexOf('.');
  let [mantissa = '', exponent = '0'] = n.toExponential(digits - 1).split('e');
  // A half is never carried into another power of ten by rounding it to the even digit.
  if (isHalf(exactly.slice(dot + digits)) && isOdd(mantissa)) {
    mantissa = exactly.slice(0, dot + digits);
    exponent = n.toExponential(40).split('e')[1]!;
  }
  const power = Number(exponent);
  if (power < -4 || power >= digits) {
    const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    return `${short}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const plain = (Number(mantissa) * 10 ** power).toFixed(Math.max(0, digits - 1 - power));
  return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
}

function isHalf(dropped: string): boolean {
  return /^50*$/.test(dropped);
}

function isOdd(text: string): boolean {
  return '13579'.includes(text.at(-1)!);
}

function towardZero(text: string, digits: number): string {
  return text.slice(0, text.indexOf('.') + (digits > 0 ? 1 + digits : 0));
}
