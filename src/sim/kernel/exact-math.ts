/**
 * Exponential, logarithm, power and the normal quantile, with the same bits on every engine.
 *
 * `Math.exp`, `Math.log` and `Math.pow` are approximations that ECMAScript leaves to the engine, and V8 has changed
 * their last bits between versions. A run must not depend on that, so these functions use only what IEEE 754 rounds
 * exactly: + - * / Math.sqrt Math.floor, comparisons, and the bits of a number.
 *
 * 1. Equal arguments give equal bits on every V8.
 * 2. `exp` and `log` err by less than 2^-51 of the result (subnormal results: by one unit of the last place),
 *    `normalQuantile` by less than 2^-50, and `pow` by less than (3 + |y|) 2^-53 for whole exponents up to 64 and
 *    (4 + |y ln x|) 2^-52 for others.
 * 3. Special values are those of `Math`: exp(-Infinity) is 0, log(0) is -Infinity, log(-1) is NaN.
 *
 * Not here: trigonometry, and `pow` of a base that is not positive.
 */

// ln 2 in two parts. The first has 32 significant bits, so that a whole number of 11 bits times it is exact.
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

const EXP_OVERFLOW = 709.782712893384;
const EXP_UNDERFLOW = -745.1332191019412;

/** e^x. */
export function exp(x: number): number {
  if (!(x <= EXP_OVERFLOW)) return x > EXP_OVERFLOW ? Number.POSITIVE_INFINITY : Number.NaN;
  if (x < EXP_UNDERFLOW) return 0;
  // e^x = 2^k e^r with |r| <= ln 2 / 2, where 14 terms of Taylor's series leave less than 2^-57.
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  const r2 = r * r;
  const even = 1 / 2 + r2 * (1 / 24 + r2 * (1 / 720 + r2 * (1 / 40320 + r2 * (1 / 3628800 + r2 * (1 / 479001600)))));
  const odd =
    1 / 6 + r2 * (1 / 120 + r2 * (1 / 5040 + r2 * (1 / 362880 + r2 * (1 / 39916800 + r2 * (1 / 6227020800)))));
  return scale(1 + (r + r2 * (even + r * odd)), k);
}

const SMALLEST_NORMAL = 2.2250738585072014e-308;
const TWO_54 = 18014398509481984;

const bits = new DataView(new ArrayBuffer(8));

/** The natural logarithm of x. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x < SMALLEST_NORMAL) return log(x * TWO_54) - 54 * LN2_LOW - 54 * LN2_HIGH;
  // x = 2^k m with sqrt(1/2) < m <= sqrt(2).
  bits.setFloat64(0, x);
  let k = (bits.getInt32(0) >> 20) - 1023;
  let m = x * powerOfTwo(-k);
  if (m > Math.SQRT2) {
    m *= 0.5;
    k += 1;
  }
  // With s = f / (2 + f), log(1 + f) = 2 (s + s^3/3 + s^5/5 + …) and 2s = f - s f; |s| < 0.1716, so that the terms
  // up to s^23 leave less than 2^-60. Adding f last keeps the rounding errors of s out of the leading term.
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const near = 2 / 3 + w * (2 / 7 + w * (2 / 11 + w * (2 / 15 + w * (2 / 19 + w * (2 / 23)))));
  const far = 2 / 5 + w * (2 / 9 + w * (2 / 13 + w * (2 / 17 + w * (2 / 21))));
  const tail = z * (near + z * far);
  if (k === 0) return f - s * (f - tail);
  return k * LN2_HIGH + (f - (s * (f - tail) - k * LN2_LOW));
}

const LARGEST_SQUARED_POWER = 64;

/**
 * x^y for x > 0 (also 0 and Infinity); anything else is a bug of the caller.
 *
 * A whole exponent up to 64 is computed by squaring, so that the result is exact wherever it fits: pow(2, 10) is 1024.
 *
 * @throws Error for a negative base or one that is not a number
 */
export function pow(x: number, y: number): number {
  if (!(x >= 0)) throw new Error(`pow: the base must not be negative, found ${x}.`);
  if (y === 0 || x === 1) return 1;
  const n = y < 0 ? -y : y;
  if (n <= LARGEST_SQUARED_POWER && n === Math.floor(n)) {
    let power = 1;
    let square = x;
    for (let rest = n; ; square *= square) {
      if ((rest & 1) === 1) power *= square;
      rest >>= 1;
      if (rest === 0) break;
    }
    if (y > 0) return power;
    // Where the power is beyond the largest number, its inverse may still be subnormal.
    if (power < Number.POSITIVE_INFINITY) return 1 / power;
  }
  return exp(y * log(x));
}

/**
 * The z below which a standard normal variate falls with probability p; p = 0 and 1 give the infinities, and a p
 * outside of [0, 1] gives NaN.
 *
 * Source: M. J. Wichura, Algorithm AS 241 (PPND16): The Percentage Points of the Normal Distribution, Applied
 * Statistics 37 (1988), 477–484.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE, r)) / polynomial(CENTRE_DIVISOR, r);
  }
  const tail = q < 0 ? p : 1 - p;
  if (!(tail > 0)) {
    if (tail === 0) return q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    return Number.NaN;
  }
  const r = Math.sqrt(-log(tail));
  const z =
    r <= 5
      ? polynomial(TAIL, r - 1.6) / polynomial(TAIL_DIVISOR, r - 1.6)
      : polynomial(FAR, r - 5) / polynomial(FAR_DIVISOR, r - 5);
  return q < 0 ? -z : z;
}

/** Coefficients of a polynomial of the seventh degree, the constant first. */
type Polynomial = readonly [number, number, number, number, number, number, number, number];

function polynomial(c: Polynomial, x: number): number {
  return ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0];
}

// The paper's coefficients of 20 digits, rounded to the nearest double.
const CENTRE: Polynomial = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const CENTRE_DIVISOR: Polynomial = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852854,
];
const TAIL: Polynomial = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const TAIL_DIVISOR: Polynomial = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const FAR: Polynomial = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
];
const FAR_DIVISOR: Polynomial = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
  1.421511758316446e-7, 2.0442631033899397e-15,
];

/** m 2^k for m between 1/2 and 2, rounded once. */
function scale(m: number, k: number): number {
  if (k > 1023) return m * 2 * powerOfTwo(k - 1);
  if (k >= -1021) return m * powerOfTwo(k);
  return m * powerOfTwo(k + 128) * powerOfTwo(-128);
}

/** 2^k for a k from -1023 to 1023. */
function powerOfTwo(k: number): number {
  return POWERS_OF_TWO[k + 1023] as number;
}

// Filled by exact multiplications, because `**` is `Math.pow`.
const POWERS_OF_TWO = new Float64Array(2047);
for (let k = 0, power = 1, inverse = 1; k <= 1023; k++, power *= 2, inverse /= 2) {
  POWERS_OF_TWO[1023 + k] = power;
  POWERS_OF_TWO[1023 - k] = inverse;
}
