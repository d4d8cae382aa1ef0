// Binary traits: what Python sends as {dtype, shape, data} becomes an array that knows its shape, without a copy.

/** @typedef {{dtype: string, shape: number[], data: DataView | ArrayBuffer | ArrayBufferView}} Packed */
/** @typedef {{shape: number[], data: Float64Array | Float32Array | Int32Array | Uint8Array}} NDArray */

/** @param {number} bits a half-precision float */
export function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** @type {Record<string, (buffer: ArrayBuffer) => NDArray["data"]>} */
const READERS = {
  "<f8": (buffer) => new Float64Array(buffer),
  "<f4": (buffer) => new Float32Array(buffer),
  "<f2": (buffer) => Float64Array.from(new Uint16Array(buffer), half),
  "<i4": (buffer) => new Int32Array(buffer),
  "|u1": (buffer) => new Uint8Array(buffer),
};

/**
 * The array in a trait; half precision becomes Float64Array. Unknown types are an error.
 * @param {Packed | null | undefined} packed
 * @returns {NDArray}
 */
export function unpack(packed) {
  const read = packed && READERS[packed.dtype];
  if (!read) throw new Error(`expected an array of ${Object.keys(READERS)}, got ${packed?.dtype}`);
  const { data } = packed;
  const view =
    data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const array = read(view.slice().buffer);
  const size = packed.shape.reduce((product, length) => product * length, 1);
  if (array.length !== size)
    throw new Error(`expected ${size} numbers of shape (${packed.shape}), got ${array.length}`);
  return { shape: [...packed.shape], data: array };
}

/**
 * An array trait for Python from numbers in rows.
 * @param {Float64Array} data
 * @param {number[]} shape
 * @returns {Packed}
 */
export const pack = (data, shape) => ({ dtype: "<f8", shape, data: new DataView(data.slice().buffer) });

/** The rows of a two-dimensional array, as views. @param {NDArray} array */
export function rows({ shape: [count, width], data }) {
  return Array.from({ length: count }, (_, k) => data.subarray(k * width, (k + 1) * width));
}
