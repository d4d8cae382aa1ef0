// Calls of the widgets' functions with what Python sends, wherever they run: in Node.js or in a page.
//
// A number crosses exactly: an array of floats as the bytes of a Float64Array, what JSON lacks (NaN, the infinities, -0)
// as a text of its own. Arrays of all kinds come back as lists.

const floats = (base64) => new Float64Array(Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)).buffer);

const decode = (text) => JSON.parse(text, (_, value) => (value?.f64 === undefined ? value : floats(value.f64)));

const encode = (value) =>
  JSON.stringify(value, (_, part) => {
    if (ArrayBuffer.isView(part)) return Array.from(part);
    const plain = typeof part !== "number" || (Number.isFinite(part) && !Object.is(part, -0));
    return plain ? part : { number: part === 0 ? "-0" : String(part) };
  });

/** What a function, given as its source, returns for an object: `{ value }`, or `{ error }` in words. */
export async function answer(text) {
  try {
    const { source, given } = decode(text);
    return encode({ value: (await globalThis.eval(`(${source})`)(given)) ?? null });
  } catch (error) {
    return encode({ error: String(error) });
  }
}
