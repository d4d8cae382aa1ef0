// The members of the family: their names, their places in the tree, and their equations, row by row.

/**
 * @typedef {object} Member
 * @property {string} name
 * @property {number} year
 * @property {string} by
 * @property {[number, number]} place  generation and branch in the tree
 * @property {{from: string, by: "memory" | "state"}[]} parents  what was taken over: the memory, a sum on a rail, or only
 *     the state that is fed back
 * @property {"vector" | "wave" | "matrix" | "list"} shape  of what is remembered
 * @property {"gate" | "fixed" | "squash" | "none"} forgets  what stands on the way of the old memory
 * @property {boolean} atOnce  whether all steps of a sequence can be computed at once, as training needs it
 * @property {string[][]} equations  lines by row of ROWS; words apart by spaces, `_` lowers a group, `^` raises it
 */

/** What the rows of the equations say how it is done. */
export const ROWS = ["remembered", "forgotten", "written", "read"];

const GATE = (/** @type {string} */ letter, sees = "x_t , h_{t−1}") => `${letter}_t = σ( ${sees} )`;
const CANDIDATE = "g_t = tanh( x_t , h_{t−1} )";
const LSTM_READ = ["h_t = o_t ⊙ tanh( c_t )", GATE("o")];
const FAST_READ = ["h_t = C_t q_t", "q_t = W x_t , | q_t | = 1"];
const SAME = "the same at every step";

/** In the order in which they are offered. @type {Record<string, Member>} */
export const MEMBERS = {
  RNN: {
    name: "RNN",
    year: 1990,
    by: "Elman",
    place: [0, 1],
    parents: [],
    shape: "vector",
    forgets: "squash",
    atOnce: false,
    equations: [
      ["h_t = tanh( W_x x_t + W_h h_{t−1} + b )"],
      ["by W_h and the tanh ,", SAME],
      ["W_x x_t + b ,", "at every step"],
      ["h_t"],
    ],
  },
  LSTM1997: {
    name: "LSTM 1997",
    year: 1997,
    by: "Hochreiter and Schmidhuber",
    place: [1, 1],
    parents: [{ from: "RNN", by: "state" }],
    shape: "vector",
    forgets: "none",
    atOnce: false,
    equations: [["c_t = c_{t−1} + i_t ⊙ g_t"], ["nothing"], [GATE("i"), CANDIDATE], LSTM_READ],
  },
  LSTM: {
    name: "LSTM",
    year: 2000,
    by: "Gers and others",
    place: [2, 1],
    parents: [{ from: "LSTM1997", by: "memory" }],
    shape: "vector",
    forgets: "gate",
    atOnce: false,
    equations: [["c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t"], [GATE("f")], [GATE("i"), CANDIDATE], LSTM_READ],
  },
  PeepholeLSTM: {
    name: "peephole",
    year: 2000,
    by: "Gers and Schmidhuber",
    place: [2, 0],
    parents: [{ from: "LSTM", by: "memory" }],
    shape: "vector",
    forgets: "gate",
    atOnce: false,
    equations: [
      ["c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t"],
      [GATE("f", "x_t , h_{t−1} , c_{t−1}")],
      [GATE("i", "x_t , h_{t−1} , c_{t−1}"), CANDIDATE],
      ["h_t = o_t ⊙ tanh( c_t )", GATE("o", "x_t , h_{t−1} , c_t")],
    ],
  },
  GRU: {
    name: "GRU",
    year: 2014,
    by: "Cho and others",
    place: [3, 1],
    parents: [{ from: "LSTM", by: "memory" }],
    shape: "vector",
    forgets: "gate",
    atOnce: false,
    equations: [
      ["h_t = z_t ⊙ h_{t−1} + ( 1 − z_t ) ⊙ n_t"],
      [GATE("z")],
      ["n_t = tanh( x_t , r_t ⊙ h_{t−1} )", GATE("r")],
      ["h_t"],
    ],
  },
  MinGRU: {
    name: "minGRU",
    year: 2024,
    by: "Feng and others",
    place: [4, 1],
    parents: [{ from: "GRU", by: "memory" }],
    shape: "vector",
    forgets: "gate",
    atOnce: true,
    equations: [["h_t = ( 1 − z_t ) ⊙ h_{t−1} + z_t ⊙ n_t"], [GATE("z", "x_t")], ["n_t = positive( x_t )"], ["h_t"]],
  },
  MinLSTM: {
    name: "minLSTM",
    year: 2024,
    by: "Feng and others",
    place: [3, 0],
    parents: [{ from: "LSTM", by: "memory" }],
    shape: "vector",
    forgets: "gate",
    atOnce: true,
    equations: [
      ["h_t = k_t ⊙ h_{t−1} + ( 1 − k_t ) ⊙ g_t"],
      ["k_t = f_t / ( f_t + i_t )", GATE("f", "x_t")],
      [GATE("i", "x_t"), "g_t = positive( x_t )"],
      ["h_t"],
    ],
  },
  SLSTM: {
    name: "sLSTM",
    year: 2024,
    by: "Beck and others",
    place: [2, 2],
    parents: [{ from: "LSTM", by: "memory" }],
    shape: "vector",
    forgets: "gate",
    atOnce: false,
    equations: [
      ["c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t", "n_t = f_t ⊙ n_{t−1} + i_t"],
      [GATE("f")],
      ["i_t = exp( x_t , h_{t−1} )", CANDIDATE],
      ["h_t = o_t ⊙ c_t / n_t", GATE("o")],
    ],
  },
  MLSTM: {
    name: "mLSTM",
    year: 2024,
    by: "Beck and others",
    place: [3, 2],
    parents: [
      { from: "SLSTM", by: "memory" },
      { from: "LinearAttention", by: "memory" },
    ],
    shape: "matrix",
    forgets: "gate",
    atOnce: true,
    equations: [
      ["C_t = f_t C_{t−1} + i_t v_t k_t^⊤", "n_t = f_t n_{t−1} + i_t k_t"],
      [GATE("f", "x_t")],
      ["i_t = exp( x_t )", "v_t , k_t = W x_t"],
      ["h_t = o_t ⊙ C_t q_t / max( | n_t^⊤ q_t | , 1 )", "q_t = W x_t , o_t = σ( x_t )"],
    ],
  },
  LinearAttention: {
    name: "linear attention",
    year: 2020,
    by: "Katharopoulos and others",
    place: [1, 3],
    parents: [{ from: "Attention", by: "state" }],
    shape: "matrix",
    forgets: "none",
    atOnce: true,
    equations: [
      ["C_t = C_{t−1} + v_t k_t^⊤", "n_t = n_{t−1} + k_t"],
      ["nothing"],
      ["v_t = W x_t , k_t = φ( x_t )"],
      ["h_t = C_t q_t / n_t^⊤ q_t", "q_t = φ( x_t )"],
    ],
  },
  DeltaRule: {
    name: "delta rule",
    year: 2021,
    by: "Schlag and others",
    place: [3, 3],
    parents: [{ from: "LinearAttention", by: "memory" }],
    shape: "matrix",
    forgets: "gate",
    atOnce: true,
    equations: [
      ["C_t = C_{t−1} ( I − i_t k_t k_t^⊤ ) + i_t v_t k_t^⊤"],
      ["i_t = σ( x_t ) , at the key k_t"],
      ["v_t , k_t = W x_t , | k_t | = 1"],
      FAST_READ,
    ],
  },
  GatedDeltaRule: {
    name: "gated delta rule",
    year: 2024,
    by: "Yang and others",
    place: [4, 3],
    parents: [{ from: "DeltaRule", by: "memory" }],
    shape: "matrix",
    forgets: "gate",
    atOnce: true,
    equations: [
      ["C_t = f_t C_{t−1} ( I − i_t k_t k_t^⊤ ) + i_t v_t k_t^⊤"],
      ["i_t = σ( x_t ) , at the key k_t ,", "f_t = σ( x_t ) everywhere"],
      ["v_t , k_t = W x_t , | k_t | = 1"],
      FAST_READ,
    ],
  },
  LRU: {
    name: "diagonal SSM",
    year: 2023,
    by: "Orvieto and others: the LRU",
    place: [1, 0],
    parents: [{ from: "RNN", by: "state" }],
    shape: "wave",
    forgets: "fixed",
    atOnce: true,
    equations: [
      ["m_t = λ ⊙ m_{t−1} + γ ⊙ ( B x_t + b )"],
      ["by λ , complex , | λ | < 1 ,", SAME],
      ["B x_t + b ,", "at every step"],
      ["h_t = Re( C m_t ) + D x_t + d"],
    ],
  },
  Attention: {
    name: "causal attention",
    year: 2017,
    by: "Vaswani and others",
    place: [0, 3],
    parents: [],
    shape: "list",
    forgets: "none",
    atOnce: true,
    equations: [
      ["K_t = [ K_{t−1} ; k_t ]", "V_t = [ V_{t−1} ; v_t ]"],
      ["nothing"],
      ["v_t , k_t = W x_t"],
      ["h_t = V_t^⊤ softmax( K_t q_t / √d )", "q_t = W x_t"],
    ],
  },
};

export const KINDS = Object.keys(MEMBERS);

/** Whether something keeps the old memory that the reader can open: all but the delta rule's gate, which makes room. */
export const hasKeep = (/** @type {string} */ kind) =>
  kind !== "DeltaRule" && ["gate", "fixed"].includes(MEMBERS[kind].forgets);
