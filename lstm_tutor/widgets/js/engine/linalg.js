// Eigenvalues, left eigenvectors and spectral norms of small matrices (n, n), flat and row-major.

/** @typedef {{re: number, im: number}} Complex */

/** @param {Complex} z */
export const size = ({ re, im }) => Math.hypot(re, im);

/** @param {Complex} a @param {Complex} b @returns {Complex} */
const times = (a, b) => ({ re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re });

/** @param {Complex} z @returns {Complex} */
function root(z) {
  const r = size(z);
  const re = Math.sqrt((r + Math.abs(z.re)) / 2);
  const im = re ? Math.abs(z.im) / (2 * re) : 0;
  const [x, y] = z.re >= 0 ? [re, im] : [im, re];
  return { re: x, im: z.im < 0 ? -y : y };
}

/**
 * The upper Hessenberg matrix of the same eigenvalues, by Householder's reflections. Golub & Van Loan (2013), 7.4.2.
 * @param {ArrayLike<number>} A
 * @param {number} n
 */
function hessenberg(A, n) {
  const H = Float64Array.from(A);
  const v = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    let squares = 0;
    for (let i = k + 1; i < n; i++) squares += H[i * n + k] ** 2;
    const length = Math.sqrt(squares);
    if (length === 0) continue;
    v.fill(0);
    for (let i = k + 1; i < n; i++) v[i] = H[i * n + k];
    v[k + 1] += v[k + 1] < 0 ? -length : length;
    const scale = 2 / (squares - H[(k + 1) * n + k] ** 2 + v[k + 1] ** 2);
    for (let j = 0; j < n; j++) {
      let dot = 0;
      for (let i = k + 1; i < n; i++) dot += v[i] * H[i * n + j];
      for (let i = k + 1; i < n; i++) H[i * n + j] -= scale * dot * v[i];
    }
    for (let i = 0; i < n; i++) {
      let dot = 0;
      for (let j = k + 1; j < n; j++) dot += v[j] * H[i * n + j];
      for (let j = k + 1; j < n; j++) H[i * n + j] -= scale * dot * v[j];
    }
  }
  return H;
}

/**
 * All eigenvalues of a real matrix: the QR algorithm on its Hessenberg form, in complex numbers, with Wilkinson's
 * shift.
 * Golub & Van Loan (2013), 7.5.
 * @param {ArrayLike<number>} A
 * @param {number} n
 * @returns {Complex[]}
 */
export function eigenvalues(A, n) {
  const re = hessenberg(A, n);
  const im = new Float64Array(n * n);
  /** @param {number} i @param {number} j @returns {Complex} */
  const at = (i, j) => ({ re: re[i * n + j], im: im[i * n + j] });
  /**
   * Mix two entries: (x, y) becomes (p x + q y, r x + s y).
   * @param {number} k
   * @param {number} l
   * @param {Complex[]} mix
   */
  const mixed = (k, l, [p, q, r, s]) => {
    const [x, y] = [re[k], im[k]];
    const [u, v] = [re[l], im[l]];
    re[k] = p.re * x - p.im * y + q.re * u - q.im * v;
    im[k] = p.re * y + p.im * x + q.re * v + q.im * u;
    re[l] = r.re * x - r.im * y + s.re * u - s.im * v;
    im[l] = r.re * y + r.im * x + s.re * v + s.im * u;
  };
  let last = n - 1;
  for (let tries = 0; last > 0; tries++) {
    if (tries > 60) throw new Error("eigenvalues: no convergence in 60 steps");
    let first = last;
    while (
      first > 0 &&
      size(at(first, first - 1)) > 2 ** -52 * (size(at(first, first)) + size(at(first - 1, first - 1)))
    )
      first--;
    if (first === last) {
      last--;
      tries = -1;
      continue;
    }
    const shift =
      tries % 20 === 19 ? { re: size(at(last, last - 1)) + size(at(last, last)), im: 0 } : wilkinson(at, last);
    for (let k = first; k <= last; k++) {
      re[k * n + k] -= shift.re;
      im[k * n + k] -= shift.im;
    }
    const turns = [];
    for (let k = first; k < last; k++) {
      const [a, b] = [at(k, k), at(k + 1, k)];
      const r = Math.hypot(size(a), size(b)) || 1;
      const c = size(a) + size(b) ? { re: a.re / r, im: a.im / r } : { re: 1, im: 0 };
      const s = { re: b.re / r, im: b.im / r };
      const conjugates = [
        { re: c.re, im: -c.im },
        { re: s.re, im: -s.im },
      ];
      for (let j = k; j <= last; j++) mixed(k * n + j, (k + 1) * n + j, [...conjugates, { re: -s.re, im: -s.im }, c]);
      turns.push([c, s, { re: -s.re, im: s.im }, conjugates[0]]);
    }
    turns.forEach((turn, index) => {
      const k = first + index;
      for (let i = first; i <= Math.min(k + 1, last); i++) mixed(i * n + k, i * n + k + 1, turn);
    });
    for (let k = first; k <= last; k++) {
      re[k * n + k] += shift.re;
      im[k * n + k] += shift.im;
    }
  }
  return Array.from({ length: n }, (_, k) => at(k, k));
}

/**
 * The eigenvalue of the last 2 x 2 block that is nearer to its corner.
 * @param {(i: number, j: number) => Complex} at
 * @param {number} last
 */
function wilkinson(at, last) {
  const [a, d] = [at(last - 1, last - 1), at(last, last)];
  const half = { re: (a.re - d.re) / 2, im: (a.im - d.im) / 2 };
  const inner = times(half, half);
  const product = times(at(last - 1, last), at(last, last - 1));
  const r = root({ re: inner.re + product.re, im: inner.im + product.im });
  const sign = half.re * r.re + half.im * r.im > 0 ? -1 : 1;
  return { re: d.re + half.re + sign * r.re, im: d.im + half.im + sign * r.im };
}

/** The spectral radius: the largest size of an eigenvalue. @param {ArrayLike<number>} A @param {number} n */
export const spectralRadius = (A, n) => Math.max(...eigenvalues(A, n).map(size));

/**
 * The left eigenvector u of a real matrix, u^H A = value u^H, of length 1, its largest entry real and positive: by
 * inverse iteration. Golub & Van Loan (2013), 7.6.1.
 * @param {ArrayLike<number>} A
 * @param {number} n
 * @param {Complex} value
 * @returns {Complex[]}
 */
export function leftEigenvector(A, n, value) {
  let u = Array.from({ length: n }, (_, k) => ({ re: 1 / (k + 1), im: value.im ? 1 / (k + 2) : 0 }));
  for (let turn = 0; turn < 4; turn++) {
    // (A^T - conj(value) I) u_next = u, by elimination with the largest pivot
    const rows = Array.from({ length: n }, (_, i) => [
      ...Array.from({ length: n }, (_, j) => ({
        re: A[j * n + i] - (i === j ? value.re : 0),
        im: i === j ? value.im : 0,
      })),
      u[i],
    ]);
    u = solved(rows);
    const largest = u.reduce((most, z) => (size(z) > size(most) * (1 + 1e-9) ? z : most), { re: 0, im: 0 });
    const length = Math.hypot(...u.map((z) => size(z) / size(largest))) * size(largest) ** 2;
    u = u.map((z) => times(z, { re: largest.re / length, im: -largest.im / length }));
  }
  return u;
}

/** The solution of linear equations, each row with its right side at the end. @param {Complex[][]} rows */
function solved(rows) {
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (size(rows[i][k]) > size(rows[best][k])) best = i;
    [rows[k], rows[best]] = [rows[best], rows[k]];
    if (size(rows[k][k]) < 2 ** -52) rows[k][k] = { re: 2 ** -52, im: 0 }; // an eigenvalue makes the matrix singular
    for (let i = k + 1; i < n; i++) {
      const factor = divided(rows[i][k], rows[k][k]);
      for (let j = k; j <= n; j++) {
        const { re, im } = times(factor, rows[k][j]);
        rows[i][j] = { re: rows[i][j].re - re, im: rows[i][j].im - im };
      }
    }
  }
  const x = Array.from({ length: n }, () => ({ re: 0, im: 0 }));
  for (let k = n - 1; k >= 0; k--) {
    let { re, im } = rows[k][n];
    for (let j = k + 1; j < n; j++) {
      const known = times(rows[k][j], x[j]);
      re -= known.re;
      im -= known.im;
    }
    x[k] = divided({ re, im }, rows[k][k]);
  }
  return x;
}

/** @param {Complex} a @param {Complex} b @returns {Complex} */
function divided(a, b) {
  const squares = b.re * b.re + b.im * b.im;
  const { re, im } = times(a, { re: b.re, im: -b.im });
  return { re: re / squares, im: im / squares };
}

/**
 * The spectral norm of M (n, n), its largest singular value: the square root of the largest eigenvalue of M^T M, which
 * is made tridiagonal by Householder's reflections and then halved in on. Golub & Van Loan (2013), 8.3.1 and 8.4.
 * @param {ArrayLike<number>} M
 * @param {number} n
 */
export function spectralNorm(M, n) {
  let most = 0;
  for (let k = 0; k < n * n; k++) most = Math.max(most, Math.abs(M[k]));
  if (!(most > 0 && Number.isFinite(most))) return most;
  const G = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      const m = M[k * n + i] / most;
      for (let j = 0; j <= i; j++) G[i * n + j] += m * (M[k * n + j] / most);
    }
  }
  const { diagonal, beside } = tridiagonal(G, n);
  let low = 0;
  let high = 0;
  for (let k = 0; k < n; k++) {
    low = Math.max(low, diagonal[k]);
    high = Math.max(high, diagonal[k] + Math.abs(beside[k]) + Math.abs(beside[k + 1]));
  }
  for (let turn = 0; turn < 60 && high - low > 2 ** -51 * high; turn++) {
    const middle = (low + high) / 2;
    if (isAbove(middle, diagonal, beside)) high = middle;
    else low = middle;
  }
  return most * Math.sqrt((low + high) / 2);
}

/**
 * Whether x is above all eigenvalues: x I - T is positive definite.
 * @param {number} x
 * @param {Float64Array} diagonal
 * @param {Float64Array} beside
 */
function isAbove(x, diagonal, beside) {
  let pivot = 1;
  for (let k = 0; k < diagonal.length; k++) {
    pivot = x - diagonal[k] - (k ? (beside[k] * beside[k]) / pivot : 0);
    if (pivot <= 0) return false;
  }
  return true;
}

/**
 * A tridiagonal matrix of the same eigenvalues as a symmetric one, of which the lower half is read and overwritten.
 * `beside[k]` stands between `diagonal[k - 1]` and `diagonal[k]`.
 * @param {Float64Array} G
 * @param {number} n
 */
function tridiagonal(G, n) {
  const beside = new Float64Array(n + 1);
  const v = new Float64Array(n);
  const p = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    let squares = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = G[i * n + k];
      squares += v[i] ** 2;
    }
    const length = Math.sqrt(squares);
    const first = v[k + 1];
    beside[k + 1] = first < 0 ? length : -length;
    if (length === 0 || k === n - 2) {
      beside[k + 1] = k === n - 2 ? first : 0;
      continue;
    }
    v[k + 1] -= beside[k + 1];
    const scale = 1 / (squares + length * Math.abs(first)); // 2 / |v|^2
    let dot = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += (j <= i ? G[i * n + j] : G[j * n + i]) * v[j];
      p[i] = scale * sum;
      dot += p[i] * v[i];
    }
    for (let i = k + 1; i < n; i++) p[i] -= (scale / 2) * dot * v[i];
    for (let i = k + 1; i < n; i++) {
      for (let j = k + 1; j <= i; j++) G[i * n + j] -= v[i] * p[j] + p[i] * v[j];
    }
  }
  return { diagonal: Float64Array.from({ length: n }, (_, k) => G[k * n + k]), beside };
}
