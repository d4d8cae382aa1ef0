// The engine: what a widget imports from "./engine/index.js".

export { logSoftmax, relu, sigmoid, softmax, tanh } from "./activations.js";
export { attend, makeAttention, prepareKeys } from "./attention.js";
export { CELLS } from "./cells.js";
export { ctcBeamDecode, ctcGreedyDecode } from "./ctc.js";
export { exp, log, power } from "./elementary.js";
export { partsOf } from "./flat.js";
export { hold } from "./hold.js";
export { jacobians } from "./jacobians.js";
export { backward, extend, forward, initialState, loadParameters, makeLayer, zerosLike } from "./layers.js";
export { binaryCrossEntropy, LOSSES, meanSquaredError, softmaxCrossEntropy } from "./losses.js";
export { lossAndGradients, makeModel, predict, update } from "./model.js";
export { operations } from "./operations.js";
export { Adam, clipByGlobalNorm, SGD } from "./optim.js";
export { Random } from "./random.js";
export { greedy, makeSeq2Seq, oneHot, read, write } from "./seq2seq.js";
export {
  adding,
  copy,
  embeddedReber,
  embeddedReberString,
  REBER_GRAMMAR,
  REBER_SYMBOLS,
  reberBatch,
  reberString,
} from "./tasks.js";
export { DIRECTIONS, Gradients, Trace } from "./trace.js";
