// Rational numbers as elements of channels, always in lowest terms and with the
// sign in the numerator, after those in test/chan/powser1.go in the Go distribution.
// They are exact as long as no product leaves the safe integers.

import { int, panic, struct } from 'mandel/go';

export const rat = struct({ num: int, den: int });
export type Rat = typeof rat.zero;

export const zero: Rat = { num: 0, den: 1 };
export const one: Rat = { num: 1, den: 1 };
export const finis: Rat = { num: 1, den: 0 };

export function end(u: Rat): boolean {
  return u.den === 0;
}

function gcd(u: number, v: number): number {
  if (u < 0) {
    return gcd(-u, v);
  }
  return u === 0 ? v : gcd(v % u, u);
}

export function i2tor(u: number, v: number): Rat {
  const g = v > 0 ? gcd(u, v) : -gcd(u, v);
  return { num: u / g, den: v / g };
}

export function itor(u: number): Rat {
  return i2tor(u, 1);
}

export function add(u: Rat, v: Rat): Rat {
  const g = gcd(u.den, v.den);
  return i2tor(u.num * (v.den / g) + v.num * (u.den / g), u.den * (v.den / g));
}

export function mul(u: Rat, v: Rat): Rat {
  const g1 = gcd(u.num, v.den);
  const g2 = gcd(u.den, v.num);
  return i2tor((u.num / g1) * (v.num / g2), (u.den / g2) * (v.den / g1));
}

export function neg(u: Rat): Rat {
  return i2tor(-u.num, u.den);
}

export function inv(u: Rat): Rat {
  if (u.num === 0) {
    panic('zero divide in inv');
  }
  return i2tor(u.den, u.num);
}
