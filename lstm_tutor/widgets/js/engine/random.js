// Random numbers that a seed repeats, whatever the browser.
//
// The generator is xoshiro128** 1.1 of Blackman & Vigna (2018), "Scrambled linear pseudorandom number generators": 128
// bits of state, 32 bits at a time. Its state is filled from the seed by Steele, Lea & Flood's (2014) SplitMix with the
// 32-bit finalizer of MurmurHash3. These are not NumPy's numbers: the same seed draws other numbers in Python.

/** @param {number} x @param {number} k */
const rotated = (x, k) => (x << k) | (x >>> (32 - k));

export class Random {
  #s = new Uint32Array(4);

  /** @param {number} seed  an int from 0 to 2^32 - 1 */
  constructor(seed) {
    if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
      throw new Error(`Random: expected a seed from 0 to 2^32 - 1, got ${seed}`);
    }
    let a = seed;
    for (let k = 0; k < 4; k++) {
      a = (a + 0x9e3779b9) | 0;
      let z = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      this.#s[k] = z ^ (z >>> 16);
    }
  }

  /** An int from 0 to 2^32 - 1. */
  bits() {
    const s = this.#s;
    const result = Math.imul(rotated(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotated(s[3], 11);
    return result;
  }

  /** A number from `low` to `high`, from 53 random bits. @param {number} [low] @param {number} [high] */
  uniform(low = 0, high = 1) {
    const unit = ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53;
    return low + (high - low) * unit;
  }

  /** A number of the normal distribution of mean 0 and variance 1. Box & Muller (1958). */
  normal() {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** An int from 0 to n - 1, each as likely as any other. @param {number} n  from 1 to 2^32 */
  below(n) {
    const most = 2 ** 32 - (2 ** 32 % n); // draws from here on would favor small numbers
    for (;;) {
      const bits = this.bits();
      if (bits < most) return bits % n;
    }
  }
}
