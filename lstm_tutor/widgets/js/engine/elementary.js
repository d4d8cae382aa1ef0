// exp, log, tanh and whole powers from sums, products and quotients alone.
//
// The language leaves the last digits of Math.exp, Math.log, Math.tanh and of powers to each browser. IEEE 754 leaves
// nothing open of + - * / and sqrt. So what is computed with these functions is the same on every machine, bit for bit,
// however long a training run amplifies the last digit. They are within 6e-16 of the browser's values, relatively: a
// test says so.

// biome-ignore lint/suspicious/noApproximativeNumericConstant: written out, so that no browser chooses the last digit
const LOG2_E = 1.4426950408889634;
const LN2_HIGH = 0.6931471803691238; // the first 33 bits of ln 2, so that k LN2_HIGH is exact
const LN2_LOW = 1.9082149292705877e-10; // the rest
// biome-ignore lint/suspicious/noApproximativeNumericConstant: as above
const SQRT2 = 1.4142135623730951;

const LEAST = -1074;
/** 2^k at k - LEAST, for all k that a float knows; made by doubling and halving, which are exact. */
const POWERS = new Float64Array(1024 - LEAST);
for (let k = 0, power = 1; k < 1024; k++, power *= 2) POWERS[k - LEAST] = power;
for (let k = 0, power = 1; k >= LEAST; k--, power /= 2) POWERS[k - LEAST] = power;

const EXP = [1]; // 1 / n!, exactly rounded quotients
for (let n = 1, factorial = 1; n <= 13; n++, factorial *= n) EXP.push(1 / factorial);
const [, , E2, E3, E4, E5, E6, E7, E8, E9, E10, E11, E12, E13] = EXP;

/** exp(r) - 1 for |r| <= ln(2) / 2: Taylor's series to the 13th power. @param {number} r */
function expm1Near0(r) {
  const tail = E7 + r * (E8 + r * (E9 + r * (E10 + r * (E11 + r * (E12 + r * E13)))));
  return r + r * r * (E2 + r * (E3 + r * (E4 + r * (E5 + r * (E6 + r * tail)))));
}

/** What is left of x after k times ln 2. @param {number} x @param {number} k */
const reduced = (x, k) => x - k * LN2_HIGH - k * LN2_LOW;

/** e^x. @param {number} x */
export function exp(x) {
  if (x < -745.2) return 0;
  if (x > 709.8) return Infinity;
  const k = Math.floor(x * LOG2_E + 0.5);
  const y = 1 + expm1Near0(reduced(x, k));
  if (k > 1023) return y * POWERS[1023 - LEAST] * 2;
  return k < -1021 ? y * POWERS[k + 54 - LEAST] * POWERS[-54 - LEAST] : y * POWERS[k - LEAST];
}

/** tanh(a) = (e^2a - 1) / (e^2a + 1). @param {number} a */
export function tanh(a) {
  const size = a < 0 ? -a : a;
  if (size > 20) return a < 0 ? -1 : 1;
  const k = Math.floor(2 * size * LOG2_E + 0.5);
  const p = expm1Near0(reduced(2 * size, k));
  const power = POWERS[k - LEAST];
  const less = k === 0 ? p : power * p + (power - 1); // e^2a - 1
  const y = less / (less + 2);
  return a < 0 ? -y : y;
}

/** The natural logarithm: of 2^k m, with m near 1, it is k ln 2 + 2 artanh((m - 1) / (m + 1)). @param {number} x */
export function log(x) {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let m = x;
  let k = 0;
  for (; m >= SQRT2; k++) m /= 2;
  for (; m < SQRT2 / 2; k--) m *= 2;
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let tail = 0;
  for (let n = 23; n >= 3; n -= 2) tail = z * (1 / n + tail);
  return k * LN2_HIGH + (2 * s + (2 * s * tail + k * LN2_LOW));
}

/** base^n, by squaring. @param {number} base @param {number} n  an int, at least 0 */
export function power(base, n) {
  let result = 1;
  for (let square = base; n > 0; n = Math.floor(n / 2), square *= square) if (n % 2) result *= square;
  return result;
}
