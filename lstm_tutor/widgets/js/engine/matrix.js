// Products of matrices, and what leads back through them. All arrays are flat and row-major, as NumPy's; a matrix is
// known by its number of columns. Results are added to what is in the first argument.

/**
 * out += x W^T: each row of x (N, K), multiplied by W (R, K), is added to a row of out (N, R).
 * @param {Float64Array} out
 * @param {Float64Array} x
 * @param {Float64Array} W
 * @param {number} K
 */
export function addProduct(out, x, W, K) {
  const N = x.length / K;
  const R = W.length / K;
  for (let n = 0, at = 0; n < N; n++) {
    for (let r = 0; r < R; r++, at++) {
      let sum = 0;
      for (let k = 0, w = r * K, v = n * K; k < K; k++, w++, v++) sum += W[w] * x[v];
      out[at] += sum;
    }
  }
}

/**
 * dx += d W: from d (N, R), the gradient of x W^T, to that of x, (N, K).
 * @param {Float64Array} dx
 * @param {Float64Array} d
 * @param {Float64Array} W
 * @param {number} K
 */
export function addToInput(dx, d, W, K) {
  const N = dx.length / K;
  const R = W.length / K;
  for (let n = 0, at = 0; n < N; n++) {
    for (let r = 0; r < R; r++, at++) {
      const gradient = d[at];
      for (let k = 0, w = r * K, v = n * K; k < K; k++, w++, v++) dx[v] += gradient * W[w];
    }
  }
}

/**
 * dW += d^T x: from d (N, R), the gradient of x W^T, and x (N, K), to the gradient of W, (R, K).
 * @param {Float64Array} dW
 * @param {Float64Array} d
 * @param {Float64Array} x
 * @param {number} K
 */
export function addToWeight(dW, d, x, K) {
  const N = x.length / K;
  const R = dW.length / K;
  for (let n = 0, at = 0; n < N; n++) {
    for (let r = 0; r < R; r++, at++) {
      const gradient = d[at];
      for (let k = 0, w = r * K, v = n * K; k < K; k++, w++, v++) dW[w] += gradient * x[v];
    }
  }
}

/**
 * out += b in each row: b (R) is added to every row of out (N, R).
 * @param {Float64Array} out
 * @param {Float64Array} b
 */
export function addToRows(out, b) {
  const R = b.length;
  for (let row = 0; row < out.length; row += R) for (let r = 0; r < R; r++) out[row + r] += b[r];
}

/**
 * db += the sum of the rows of d: from d (N, R) to the gradient of b, (R).
 * @param {Float64Array} db
 * @param {Float64Array} d
 */
export function addToBias(db, d) {
  const R = db.length;
  for (let row = 0; row < d.length; row += R) for (let r = 0; r < R; r++) db[r] += d[row + r];
}
