/** The code of a worker, bundled into one string: `new Worker(URL.createObjectURL(new Blob([code])))`. */
declare module "*?worker-text" {
  const code: string;
  export default code;
}
