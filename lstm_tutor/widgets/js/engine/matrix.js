// Products of matrices, and what leads back through them. All arrays are flat and row-major, as NumPy's; a matrix is
// known by its number of columns. Results are added to what is in the first argument.
//
// Four sums are made side by side: none has to wait for another, and each entry is read once for the four. Every sum is
// still of the same terms in the same order, so that no bit changes.

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
    const row = n * K;
    let r = 0;
    for (; r + 3 < R; r += 4, at += 4) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let k = 0, w = r * K; k < K; k++, w++) {
        const value = x[row + k];
        s0 += W[w] * value;
        s1 += W[w + K] * value;
        s2 += W[w + 2 * K] * value;
        s3 += W[w + 3 * K] * value;
      }
      out[at] += s0;
      out[at + 1] += s1;
      out[at + 2] += s2;
      out[at + 3] += s3;
    }
    for (; r < R; r++, at++) {
      let sum = 0;
      for (let k = 0, w = r * K; k < K; k++, w++) sum += W[w] * x[row + k];
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
  for (let n = 0; n < N; n++) {
    const row = n * R;
    let at = n * K;
    let k = 0;
    for (; k + 3 < K; k += 4, at += 4) {
      let s0 = dx[at];
      let s1 = dx[at + 1];
      let s2 = dx[at + 2];
      let s3 = dx[at + 3];
      for (let r = 0, w = k; r < R; r++, w += K) {
        const gradient = d[row + r];
        s0 += gradient * W[w];
        s1 += gradient * W[w + 1];
        s2 += gradient * W[w + 2];
        s3 += gradient * W[w + 3];
      }
      dx[at] = s0;
      dx[at + 1] = s1;
      dx[at + 2] = s2;
      dx[at + 3] = s3;
    }
    for (; k < K; k++, at++) {
      let sum = dx[at];
      for (let r = 0, w = k; r < R; r++, w += K) sum += d[row + r] * W[w];
      dx[at] = sum;
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
  const R = dW.length / K;
  const end = x.length;
  for (let r = 0, at = 0; r < R; r++) {
    let k = 0;
    for (; k + 3 < K; k += 4, at += 4) {
      let s0 = dW[at];
      let s1 = dW[at + 1];
      let s2 = dW[at + 2];
      let s3 = dW[at + 3];
      for (let v = k, g = r; v < end; v += K, g += R) {
        const gradient = d[g];
        s0 += gradient * x[v];
        s1 += gradient * x[v + 1];
        s2 += gradient * x[v + 2];
        s3 += gradient * x[v + 3];
      }
      dW[at] = s0;
      dW[at + 1] = s1;
      dW[at + 2] = s2;
      dW[at + 3] = s3;
    }
    for (; k < K; k++, at++) {
      let sum = dW[at];
      for (let v = k, g = r; v < end; v += K, g += R) sum += d[g] * x[v];
      dW[at] = sum;
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
