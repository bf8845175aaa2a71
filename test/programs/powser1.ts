// Power series as processes. A series is a pair of channels, one for requests and
// one for its rational coefficients, and each operation on series is a goroutine,
// or many, between them. The coefficients of sums, products, integrals and the
// exponential of series come out exact.
// After test/chan/powser1.go in the Go distribution, whose design is Doug McIlroy's "Squinting at
// Power Series". Upper case is for operations on series, lower case for those on rationals.
// Unlike Go, a request carries no serial number: variables are not shared between goroutines.

import { type Chan, chan, type Go, go, int, nilChan, panic, recv, select, send } from 'mandel/go';
import { add, end, finis, i2tor, inv, itor, mul, neg, one, type Rat, rat, zero } from './lib/rat.js';

// A demand channel: a value on req asks for the next coefficient, which then comes on dat. The
// denominator 0 marks the end of a finite series.
type PS = { req: Chan<number>; dat: Chan<Rat> };
type Pair = [PS, PS];

function mkPS(): PS {
  return { req: chan(int), dat: chan(rat) };
}

// Demand channels.

function* put(dat: Rat, out: PS): Go {
  yield* out.req.recv();
  yield* out.dat.send(dat);
}

function* get(from: PS): Go<Rat> {
  yield* from.req.send(0);
  return yield* from.dat.recv();
}

// Gets one coefficient from each of two series, in whatever order they are ready to be asked and
// to answer. What is done with, or not begun, is a nil channel. The two may be one and the same.
function* get2(u: PS, v: PS): Go<[Rat, Rat]> {
  const noReq = nilChan(int);
  const noDat = nilChan(rat);
  let req0 = u.req;
  let req1 = v.req;
  let dat0 = noDat;
  let dat1 = noDat;
  const out: [Rat, Rat] = [zero, zero];
  for (let n = 4; n > 0; n--) {
    const s = yield* select([send(req0, 0), send(req1, 0), recv(dat0), recv(dat1)]);
    switch (s.index) {
      case 0:
        dat0 = u.dat;
        req0 = noReq;
        break;
      case 1:
        dat1 = v.dat;
        req1 = noReq;
        break;
      case 2:
        out[0] = s.value;
        dat0 = noDat;
        break;
      case 3:
        out[1] = s.value;
        dat1 = noDat;
        break;
    }
  }
  return out;
}

export function* copy(from: PS, out: PS): Go {
  for (;;) {
    yield* out.req.recv();
    yield* out.dat.send(yield* get(from));
  }
}

// Splits a series in two, which may be read at different rates. A process is made at the first
// demand for a coefficient and ends when both outputs have had it. Of several such processes the
// newest serves one output, which it calls ahead; the oldest serves the other, behind; the rest
// wait, each with a coefficient that ahead has had already. A process that has sent its coefficient
// to behind tells the next newer one to go on from there.
//
// Unlike Go, the two outputs are handed on from process to process and not swapped in a shared
// array: an array is not shared between goroutines.
export function* dosplit(from: PS, out0: PS, out1: PS, wait: Chan<number>): Go {
  let ahead = out0;
  let behind = out1;
  let both = false;
  const s = yield* select([recv(ahead.req), recv(wait)]);
  if (s.index === 1) {
    both = true;
    const t = yield* select([recv(ahead.req), recv(behind.req)]);
    if (t.index === 1) {
      ahead = out1;
      behind = out0;
    }
  }
  yield* from.req.send(0);
  const release = chan(int);
  go(dosplit, from, ahead, behind, release);
  const dat = yield* from.dat.recv();
  yield* ahead.dat.send(dat);
  if (!both) {
    yield* wait.recv();
  }
  yield* behind.req.recv();
  yield* behind.dat.send(dat);
  yield* release.send(0);
}

export function* split(from: PS, out0: PS, out1: PS): Go {
  const release = chan(int);
  go(dosplit, from, out0, out1, release);
  yield* release.send(0);
}

function Split(U: PS): Pair {
  const UU: Pair = [mkPS(), mkPS()];
  go(split, U, UU[0], UU[1]);
  return UU;
}

// Each operation returns the series Z at once and starts the goroutine that gives its terms.

function Add(U: PS, V: PS): PS {
  const Z = mkPS();
  go(sum, U, V, Z);
  return Z;
}

export function* sum(U: PS, V: PS, Z: PS): Go {
  for (;;) {
    yield* Z.req.recv();
    const [u, v] = yield* get2(U, V);
    if (!end(u) && !end(v)) {
      yield* Z.dat.send(add(u, v));
    } else if (!end(v)) {
      yield* Z.dat.send(v);
      yield* copy(V, Z);
    } else if (!end(u)) {
      yield* Z.dat.send(u);
      yield* copy(U, Z);
    } else {
      yield* Z.dat.send(finis);
    }
  }
}

// Multiplies by a constant.
function Cmul(c: Rat, U: PS): PS {
  const Z = mkPS();
  go(multiple, c, U, Z);
  return Z;
}

export function* multiple(c: Rat, U: PS, Z: PS): Go {
  for (;;) {
    yield* Z.req.recv();
    const u = yield* get(U);
    if (end(u)) {
      break;
    }
    yield* Z.dat.send(mul(c, u));
  }
  yield* Z.dat.send(finis);
}

function Sub(U: PS, V: PS): PS {
  return Add(U, Cmul(neg(one), V));
}

// The series c + c*x + c*x^2 + ...
function Rep(c: Rat): PS {
  const Z = mkPS();
  go(repeat, c, Z);
  return Z;
}

export function* repeat(c: Rat, Z: PS): Go {
  for (;;) {
    yield* put(c, Z);
  }
}

// The series c + x*U.
function Shift(c: Rat, U: PS): PS {
  const Z = mkPS();
  go(shifted, c, U, Z);
  return Z;
}

export function* shifted(c: Rat, U: PS, Z: PS): Go {
  yield* put(c, Z);
  yield* copy(U, Z);
}

// With U = u + x*UU and V = v + x*VV, the product is u*v + x*(u*VV + v*UU) + x*x*UU*VV.
function Mul(U: PS, V: PS): PS {
  const Z = mkPS();
  go(product, U, V, Z);
  return Z;
}

export function* product(U: PS, V: PS, Z: PS): Go {
  yield* Z.req.recv();
  const [u, v] = yield* get2(U, V);
  if (end(u) || end(v)) {
    yield* Z.dat.send(finis);
    return;
  }
  yield* Z.dat.send(mul(u, v));
  const UU = Split(U);
  const VV = Split(V);
  const W = Add(Cmul(u, VV[0]), Cmul(v, UU[0]));
  yield* Z.req.recv();
  yield* Z.dat.send(yield* get(W));
  yield* copy(Add(W, Mul(UU[1], VV[1])), Z);
}

function Diff(U: PS): PS {
  const Z = mkPS();
  go(derivative, U, Z);
  return Z;
}

export function* derivative(U: PS, Z: PS): Go {
  yield* Z.req.recv();
  let u = yield* get(U);
  for (let i = 1; !end(u); i++) {
    u = yield* get(U);
    if (!end(u)) {
      yield* Z.dat.send(mul(itor(i), u));
      yield* Z.req.recv();
    }
  }
  yield* Z.dat.send(finis);
}

// Integrates, with c as the constant of integration.
function Integ(c: Rat, U: PS): PS {
  const Z = mkPS();
  go(integral, c, U, Z);
  return Z;
}

export function* integral(c: Rat, U: PS, Z: PS): Go {
  yield* put(c, Z);
  for (let i = 1; ; i++) {
    yield* Z.req.recv();
    const u = yield* get(U);
    if (end(u)) {
      break;
    }
    yield* Z.dat.send(mul(i2tor(1, i), u));
  }
  yield* Z.dat.send(finis);
}

// The binomial (1+x)^c, finite when c is a natural number.
function Binom(c: Rat): PS {
  const Z = mkPS();
  go(binomial, c, Z);
  return Z;
}

export function* binomial(c: Rat, Z: PS): Go {
  let t = one;
  let left = c;
  for (let n = 1; left.num !== 0; n++) {
    yield* put(t, Z);
    t = mul(mul(t, left), i2tor(1, n));
    left = add(left, neg(one));
  }
  yield* put(t, Z);
  yield* put(finis, Z);
}

// With U = u + x*UU and Z = z + x*ZZ, the reciprocal Z has z = 1/u and ZZ = -UU*Z/u.
function Recip(U: PS): PS {
  const Z = mkPS();
  go(reciprocal, U, Z);
  return Z;
}

export function* reciprocal(U: PS, Z: PS): Go {
  const ZZ: Pair = [mkPS(), mkPS()];
  yield* Z.req.recv();
  const z = inv(yield* get(U));
  yield* Z.dat.send(z);
  yield* split(Mul(Cmul(neg(z), U), Shift(z, ZZ[0])), ZZ[0], ZZ[1]);
  yield* copy(ZZ[1], Z);
}

// The exponential of a series, whose constant term is ignored: Z = exp(U) has Z' = Z*U'.
function* Exp(U: PS): Go<PS> {
  const ZZ: Pair = [mkPS(), mkPS()];
  yield* split(Integ(one, Mul(ZZ[0], Diff(U))), ZZ[0], ZZ[1]);
  return ZZ[1];
}

// Substitutes c*x^n for x: the i-th term is multiplied by c^i and followed by n-1 zeros.
function MonSubst(U: PS, c: Rat, n: number): PS {
  const Z = mkPS();
  go(substituted, U, c, n, Z);
  return Z;
}

export function* substituted(U: PS, c: Rat, n: number, Z: PS): Go {
  let power = one;
  for (;;) {
    yield* Z.req.recv();
    const u = yield* get(U);
    if (end(u)) {
      break;
    }
    yield* Z.dat.send(mul(u, power));
    power = mul(power, c);
    for (let i = 1; i < n; i++) {
      yield* put(zero, Z);
    }
  }
  yield* Z.dat.send(finis);
}

// The checks. Each says its series' first terms, numerators and denominators apart by a slash.
export function* main(): Go {
  const Ones = Rep(one);
  const Twos = Rep(itor(2));
  const minus = neg(one);

  yield* check('Ones', Ones, '1 1 1 1 1');
  yield* check('Add Ones Ones', Add(Ones, Ones), '2 2 2 2 2');
  yield* check('Add Ones Twos', Add(Ones, Twos), '3 3 3 3 3');
  yield* check('Diff', Diff(Ones), '1 2 3 4 5 6 7 8 9 10');
  yield* check('Integ', Integ(zero, Ones), '0 1 1/2 1/3 1/4 1/5 1/6 1/7 1/8 1/9');
  yield* check('Cmul', Cmul(minus, Twos), '-2 -2 -2 -2 -2 -2 -2 -2 -2 -2');
  yield* check('Sub Ones Twos', Sub(Ones, Twos), '-1 -1 -1 -1 -1');
  yield* check('Mul', Mul(Ones, Ones), '1 2 3 4 5 6 7 8 9 10');
  yield* check('Exp', yield* Exp(Ones), '1 1 3/2 13/6 73/24 167/40 4051/720 37633/5040 43817/4480 4596553/362880');
  yield* check('ATan', Integ(zero, MonSubst(Ones, minus, 2)), '0 1 0 -1/3 0 1/5 0 -1/7 0 1/9');

  yield* check('Binom', Binom(itor(3)), '1 3 3 1 end');
  yield* check('Add Binom Ones', Add(Binom(itor(2)), Ones), '2 3 2 1 1 1');
  yield* check('Mul Binom Binom', Mul(Binom(itor(1)), Binom(itor(2))), '1 3 3 1 end');
  yield* check('Recip', Recip(Binom(itor(1))), '1 -1 1 -1 1 -1');
}

function* check(name: string, U: PS, want: string): Go {
  const terms: string[] = [];
  for (let n = want.split(' ').length; n > 0; n--) {
    const { num, den } = yield* get(U);
    terms.push(den === 0 ? 'end' : den === 1 ? `${num}` : `${num}/${den}`);
  }
  const got = terms.join(' ');
  if (got !== want) {
    panic(`${name}: got ${got}, expected ${want}`);
  }
}
