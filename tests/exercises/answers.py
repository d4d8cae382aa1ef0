"""Right answers to every exercise, as readers write them: in NumPy under names of their own, and in PyTorch."""

import itertools

import numpy as np
import torch
from torch.nn import functional as F


def sigma(a):
    return 1 / (1 + np.exp(-a))


def soft(a):
    share = np.exp(a - a.max(axis=-1, keepdims=True))
    return share / share.sum(axis=-1, keepdims=True)


# -- NumPy -------------------------------------------------------------------------------------------------------------


def rnn_step(inp, old, U, V, bias):
    return np.tanh(inp @ U.T + old @ V.T + bias)


def rnn_unroll(xs, state, U, V, bias):
    states = []
    for inp in xs:
        state = rnn_step(inp, state, U, V, bias)
        states.append(state)
    return states


def bptt_step(d, y, V):
    return d * (1 - y * y), (d * (1 - y * y)) @ V


def bptt_loop(ds, ys, start, V):
    total, arriving = np.zeros_like(V), 0
    for t in reversed(range(len(ys))):
        da, arriving = bptt_step(ds[t] + arriving, ys[t], V)
        total += np.einsum("nj,nk->jk", da, ys[t - 1] if t else start)
    return total


def bptt_truncated(ds, ys, start, V, window):
    total = np.zeros_like(V)
    for s in range(0, len(ys), window):
        part = slice(s, s + window)
        total += bptt_loop(ds[part], ys[part], ys[s - 1] if s else start, V)
    return total


def bptt_forward(xs, u, w, bias):
    state = derivative = 0.0
    for v in xs:
        new = np.tanh(u * v + w * state + bias)
        derivative = (1 - new**2) * (state + w * derivative)
        state = new
    return derivative


def jacobian(ys, V):
    steps = [np.diag(1 - y**2) @ V for y in ys[1:]]
    return np.linalg.multi_dot(steps[::-1])


def clip(gW, gb, limit):
    flat = np.concatenate([gW.reshape(len(gW), -1), gb], axis=1)
    factor = limit / np.maximum(np.linalg.norm(flat, axis=1), limit)
    return gW * factor[:, None, None], gb * factor[:, None]


def lstm_step(inp, old, memory, U, V, bias):
    i, f, g, o = np.split(inp @ U.T + old @ V.T + bias, 4, axis=1)
    new = sigma(f) * memory + sigma(i) * np.tanh(g)
    return sigma(o) * np.tanh(new), new


def lstm_rail(gates):
    shifted = np.concatenate([gates[1:], np.ones_like(gates[:1])])
    return np.cumprod(shifted[::-1], axis=0)[::-1]


def peephole_step(inp, old, memory, U, V, bias, taps):
    i, f, g, o = np.split(inp @ U.T + old @ V.T + bias, 4, axis=1)
    new = sigma(f + taps[1] * memory) * memory + sigma(i + taps[0] * memory) * np.tanh(g)
    return sigma(o + taps[2] * new) * np.tanh(new), new


def peephole_backward(d_h, d_c, gi, gf, go, gg, before, after, taps):
    shown = np.tanh(after)
    d_c = d_c + d_h * go * (1 - shown**2) + d_h * shown * go * (1 - go) * taps[2]
    d_before = d_c * gf + d_c * gg * gi * (1 - gi) * taps[0] + d_c * before * gf * (1 - gf) * taps[1]
    return d_c, d_before


def gru_step(inp, old, U, V, bias, inner):
    (xr, xz, xn), (Vr, Vz, Vn) = np.split(inp @ U.T + bias, 3, axis=1), np.split(V, 3)
    r, z = sigma(xr + old @ Vr.T), sigma(xz + old @ Vz.T)
    return z * old + (1 - z) * np.tanh(xn + r * (old @ Vn.T + inner))


def gru_biases(one, two):
    third = len(one) // 3
    return np.r_[one[:-third] + two[:-third], one[-third:]], two[-third:]


def gru_keras(K, R, biases):
    H = len(R)
    order = np.r_[H : 2 * H, :H, 2 * H : 3 * H]
    return K.T[order], R.T[order], *gru_biases(biases[0][order], biases[1][order])


def coupled(inp, old, memory, U, V, bias):
    i, g, o = np.split(inp @ U.T + old @ V.T + bias, 3, axis=1)
    new = memory + sigma(i) * (np.tanh(g) - memory)
    return sigma(o) * np.tanh(new), new


def slstm(write, forget, g, o, c, n, scale):
    kept = scale - np.logaddexp(np.float32(0), -forget)
    new = np.maximum(write, kept)
    i, f = np.exp(write - new), np.exp(kept - new)
    return o * (f * c + i * g) / (f * n + i), new


def scan(k, w, start):
    product = np.cumprod(k, axis=0)
    return product * (start + np.cumsum(w / product, axis=0))


def stack(xs, U0, V0, b0, U1, V1, b1):
    low, top, outputs = np.zeros_like(b0), np.zeros_like(b1), []
    for v in xs:
        low = np.tanh(U0 @ v + V0 @ low + b0)
        top = np.tanh(U1 @ low + V1 @ top + b1)
        outputs.append(top)
    return outputs, [low, top]


def dropout(values, chances, chance):
    return values * (chances >= chance) / (1 - chance)


def bidirectional(xs, Uf, Vf, bf, Ub, Vb, bb):
    def read(steps, U, V, b):
        state, states = np.zeros_like(b), []
        for v in steps:
            state = np.tanh(U @ v + V @ state + b)
            states.append(state)
        return np.array(states)

    return np.hstack([read(xs, Uf, Vf, bf), read(xs[::-1], Ub, Vb, bb)[::-1]])


def turn(xs, ends):
    turned = xs.copy()
    for n, end in enumerate(ends):
        turned[:end, n] = xs[:end, n][::-1]
    return turned


def scores(queries, keys, W1, W2, w):
    return np.tanh((queries @ W1.T)[:, :, None] + (keys @ W2.T).swapaxes(0, 1)) @ w


def weights(logits, counts):
    return soft(np.where(counts.T, logits, -1e9))


def context(shares, states):
    return np.stack([np.sum(row.T[:, :, None] * states, axis=0) for row in shares])


def softmax_backward(shares, d):
    return np.einsum("...jk,...k->...j", np.eye(shares.shape[-1], dtype=shares.dtype) * shares[..., None]
                     - shares[..., None] * shares[..., None, :], d)  # fmt: skip


def loss(a, classes, counts):
    d = soft(a)
    np.put_along_axis(d, classes[..., None], np.take_along_axis(d, classes[..., None], -1) - 1, -1)
    return np.where(counts[..., None], d, 0) / counts.sum(dtype=a.dtype)


def adam(p, d, mean, square, step):
    mean, square = 0.9 * mean + (1 - 0.9) * d, 0.999 * square + (1 - 0.999) * d * d
    return p - 0.01 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8), mean, square


def windows(values, T):
    x = np.lib.stride_tricks.sliding_window_view(values[:-1], T)
    return x.T[:, :, None], values[T:, None]


def scaled(values, end):
    return (values - values[:end].mean()) / values[:end].std()


def recursive(history, a, constant, count):
    history = list(history)
    for _ in range(count):
        history.append(sum(w * v for w, v in zip(a, history[::-1], strict=False)) + constant)
    return np.array(history[-count:])


def margin(wrong, part):
    return sorted(abs(wrong))[int(np.ceil((len(wrong) + 1) * part)) - 1]


def span_numbers(row):
    starts = (row == 1) | ((row == 2) & (np.append(0, row[:-1]) == 0))
    return np.where(row > 0, np.cumsum(starts), 0)


def span_f1(gold, found):
    right = len(set(map(tuple, np.asarray(gold).tolist())) & set(map(tuple, np.asarray(found).tolist())))
    precision, recall = right / len(found), right / len(gold)
    return 2 * precision * recall / (precision + recall)


def best_path(rows, steps):
    best, paths = rows[0], np.arange(len(steps))[:, None]  # a path to each tag
    for row in rows[1:]:
        through = best[:, None] + steps + row
        paths = np.concatenate([paths[through.argmax(axis=0)], np.arange(len(steps))[:, None]], axis=1)
        best = through.max(axis=0)
    return paths[best.argmax()]


def ctc_columns(marks):
    return float(len(marks) + np.count_nonzero(np.diff(marks) == 0))


def ctc_forward(y, marks):
    row = np.zeros(2 * len(marks) + 1, int)
    row[1::2] = marks
    a = np.where(np.arange(len(row)) < 2, y[0][row], 0)
    jumps = np.array([s > 1 and row[s] > 0 and row[s] != row[s - 2] for s in range(len(row))])
    for now in y[1:]:
        a = now[row] * (a + np.append(0, a[:-1]) + jumps * np.append([0, 0], a[:-2]))
    return a[-1] + a[-2]


def edits(a, b):
    if not len(a) or not len(b):
        return float(len(a) + len(b))
    return min(edits(a[1:], b) + 1, edits(a, b[1:]) + 1, edits(a[1:], b[1:]) + int(a[0] != b[0]))


def own_last(states, ends):
    return np.stack([states[end - 1, n] for n, end in enumerate(ends)])


def own_mean(states, ends):
    return np.stack([states[:end, n].mean(0) for n, end in enumerate(ends)])


def class_scores(counts):
    hits = np.diag(counts)
    said, true = counts.sum(0), counts.sum(1)
    return hits / said, hits / true, 2 * hits / (said + true)


def final_states(rows):
    return np.hstack(rows[-2:])


def reciprocal_rank(a, classes):
    right = np.take_along_axis(a, classes[:, None], 1)
    return (1 / (1 + (a > right).sum(axis=1))).mean()


def markov(items, K):
    counts = np.zeros((K, K))
    for a, b in itertools.pairwise(items):
        counts[a, b] += 1
    return counts / counts.sum(axis=1, keepdims=True)


def cosine(states):
    lengths = np.sqrt((states**2).sum(axis=1))
    return states @ states.T / np.outer(lengths, lengths)


def tempered(logits, heat):
    return soft(logits / heat)


def nucleus(shares, least):
    order = sorted(range(len(shares)), key=lambda k: -shares[k])
    members, total = [], 0
    while total < least:
        members.append(order[len(members)])
        total += shares[members[-1]]
    return np.array([share / total if k in members else 0 for k, share in enumerate(shares)], shares.dtype)


def inputs(start, right, drawn, mixed):
    before = mixed[1:, :, None]
    return np.vstack([start[None], before * drawn[:-1] + ~before * right[:-1]]).astype(start.dtype)


def grams(said, due):
    left, right = list(due), 0
    for sign in said:
        if sign in left:
            left.remove(sign)
            right += 1
    return right / len(said), right / len(due)


def penalty(log_p, lengths, alpha):
    return np.array([p / ((5 + n) / 6) ** alpha for p, n in zip(log_p, lengths, strict=True)])


def feeding(s, context, y, W, b):
    V = context.shape[1]
    attentional = np.tanh(context @ W[:, :V].T + s @ W[:, V:].T + b)
    return attentional, np.hstack([y, attentional])


def parallel(q, k, v):
    T = len(q)
    return np.stack([sum((q[t] @ k[s]) * v[s] for s in range(t + 1)) for t in range(T)])


def delta(C, k, v, i):
    old = C @ k
    return C - i * np.outer(old, k) + i * np.outer(v, k)


def denominator(read, n, m, q):
    along = np.einsum("tk,tk->t", n, q)
    return read / np.where(abs(along) > np.exp(-m), abs(along), np.exp(-m))[:, None]


NUMPY = {
    "rnn-step": rnn_step, "rnn-unroll": rnn_unroll,
    "bptt-step": bptt_step, "bptt-loop": bptt_loop, "bptt-truncated": bptt_truncated, "bptt-forward": bptt_forward,
    "gradients-jacobian": jacobian, "gradients-clip": clip,
    "lstm-step": lstm_step, "lstm-rail": lstm_rail,
    "peephole-step": peephole_step, "peephole-backward": peephole_backward,
    "gru-step": gru_step, "gru-biases": gru_biases, "gru-keras": gru_keras,
    "variants-coupled": coupled, "variants-scan": scan, "variants-slstm": slstm,
    "deep-stack": stack, "deep-dropout": dropout,
    "bidirectional-layer": bidirectional, "bidirectional-turn": turn,
    "attention-scores": scores, "attention-weights": weights, "attention-context": context,
    "attention-softmax-backward": softmax_backward,
    "training-loss": loss, "training-adam": adam,
    "forecasting-windows": windows, "forecasting-scale": scaled, "forecasting-recursive": recursive,
    "forecasting-margin": margin,
    "tagging-spans": span_numbers, "tagging-f1": span_f1, "tagging-viterbi": best_path,
    "classification-last": own_last, "classification-mean": own_mean, "classification-scores": class_scores,
    "classification-final": final_states,
    "generation-temperature": tempered, "generation-nucleus": nucleus, "generation-inputs": inputs,
    "map-reciprocal-rank": reciprocal_rank, "map-markov": markov, "map-cosine": cosine,
    "handwriting-needed": ctc_columns, "handwriting-forward": ctc_forward, "handwriting-distance": edits,
    "translation-grams": grams, "translation-penalty": penalty, "translation-feeding": feeding,
    "today-parallel": parallel, "today-delta": delta, "today-denominator": denominator,
}  # fmt: skip


# -- PyTorch -----------------------------------------------------------------------------------------------------------


def torch_rnn_step(x, h, W, V, b):
    return torch.tanh(F.linear(x, W, b) + F.linear(h, V))


def torch_rnn_unroll(x, h, W, V, b):
    N, H = h.shape
    states = torch.zeros(len(x), N, H)  # in PyTorch's default dtype
    for t in range(len(x)):
        states[t] = h = torch_rnn_step(x[t], h, W, V, b)
    return states


def torch_bptt_step(d, y, V):
    a = torch.atanh(y).requires_grad_()
    (da,) = torch.autograd.grad(torch.tanh(a), a, d)
    return da, da.mm(V)


def torch_bptt_loop(ds, ys, start, V):
    total, arriving = torch.zeros_like(V), torch.zeros_like(start)
    for t in reversed(range(len(ys))):
        da = (ds[t] + arriving).mul(1 - ys[t].square())
        arriving = da.mm(V)
        total += da.t().mm(ys[t - 1] if t else start)
    return total


def torch_bptt_truncated(ds, ys, start, V, k):
    before = torch.cat([start.unsqueeze(0), ys[:-1]])
    parts = zip(ds.split(k), ys.split(k), before.split(k), strict=True)
    return sum(torch_bptt_loop(d, y, b[0], V) for d, y, b in parts)


def torch_bptt_forward(xs, u, w, bias):
    w = torch.tensor(w, requires_grad=True)
    state = torch.zeros(())
    for v in xs:
        state = torch.tanh(u * v + w * state + bias)
    (derivative,) = torch.autograd.grad(state, w)
    return derivative


def torch_jacobian(ys, V):
    J = torch.eye(len(V), dtype=V.dtype)
    for y in ys[1:]:
        J = torch.diag(1 - y.pow(2)).mm(V).mm(J)
    return J


def torch_clip(gW, gb, limit):
    norm = torch.sqrt(gW.pow(2).sum(dim=(1, 2)) + gb.pow(2).sum(dim=1))
    factor = torch.clamp(limit / norm, max=1.0)
    return gW * factor.view(-1, 1, 1), gb * factor.unsqueeze(1)


def torch_lstm_step(x, h, c, W, V, b):
    cell = torch.nn.LSTMCell(W.shape[1], h.shape[1], dtype=x.dtype)  # its parameters require gradients
    cell.weight_ih.data, cell.weight_hh.data, cell.bias_ih.data = W, V, b
    torch.nn.init.zeros_(cell.bias_hh)
    return cell(x, (h, c))


def torch_lstm_rail(f):
    return torch.cat([f[1:], torch.ones_like(f[:1])]).flip(0).cumprod(0).flip(0)


def torch_peephole_step(x, h, c, W, V, b, p):
    i, f, g, o = torch.chunk(F.linear(x, W, b) + F.linear(h, V), 4, dim=1)
    new = torch.sigmoid(f + p[1] * c) * c + torch.sigmoid(i + p[0] * c) * torch.tanh(g)
    return torch.sigmoid(o + p[2] * new) * torch.tanh(new), new


def torch_peephole_backward(dh, dc, i, f, o, g, before, after, p):
    shown = torch.tanh(after)
    dc = dc + dh * o * (1 - shown**2) + dh * shown * o * (1 - o) * p[2]
    return dc, dc * (f + g * i * (1 - i) * p[0] + before * f * (1 - f) * p[1])


def torch_gru_step(x, h, W, V, b, inner):
    cell = torch.nn.GRUCell(W.shape[1], h.shape[1], dtype=x.dtype)
    cell.weight_ih.data, cell.weight_hh.data, cell.bias_ih.data = W, V, b
    cell.bias_hh.data = torch.cat([torch.zeros(2 * len(inner), dtype=b.dtype), inner])
    return cell(x, h)


def torch_gru_biases(one, two):
    (ir, iz, i_n), (hr, hz, hn) = one.chunk(3), two.chunk(3)
    return torch.cat([ir + hr, iz + hz, i_n]), hn


def torch_gru_keras(K, R, biases):
    def turned(a):
        z, r, n = a.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)

    return turned(K).t(), turned(R).t(), *torch_gru_biases(*turned(biases))


def torch_coupled(x, h, c, W, V, b):
    i, g, o = torch.chunk(F.linear(x, W, b) + F.linear(h, V), 3, dim=1)
    new = torch.lerp(c, torch.tanh(g), torch.sigmoid(i))
    return torch.sigmoid(o) * torch.tanh(new), new


def torch_slstm(write, forget, g, o, c, n, scale):
    kept = scale + F.logsigmoid(forget)
    new = torch.maximum(write, kept)
    i, f = torch.exp(write - new), torch.exp(kept - new)
    return o * (f * c + i * g) / (f * n + i), new


def torch_scan(k, w, start):
    product = torch.cumprod(k, dim=0)
    return product * (start + torch.cumsum(w / product, dim=0))


def torch_stack(x, U0, V0, b0, U1, V1, b1):
    rnn = torch.nn.RNN(x.shape[1], len(b0), num_layers=2)  # in PyTorch's default dtype
    for k, (U, V, b) in enumerate([(U0, V0, b0), (U1, V1, b1)]):
        zeros = torch.zeros_like(b)
        rnn.load_state_dict(
            rnn.state_dict() | {f"weight_ih_l{k}": U, f"weight_hh_l{k}": V, f"bias_ih_l{k}": b, f"bias_hh_l{k}": zeros}
        )
    return rnn(x)


def torch_dropout(h, u, p):
    return torch.where(u < p, torch.zeros_like(h), h / (1 - p))


def torch_bidirectional(x, Uf, Vf, bf, Ub, Vb, bb):
    rnn = torch.nn.RNN(x.shape[1], len(bf), bidirectional=True)
    zeros = torch.zeros_like(bf)
    rnn.load_state_dict(dict(zip(rnn.state_dict(), (Uf, Vf, bf, zeros, Ub, Vb, bb, zeros), strict=True)))
    return rnn(x)[0]


def torch_turn(x, ends):
    steps = torch.arange(len(x)).unsqueeze(1)
    source = torch.where(steps < ends, ends - 1 - steps, steps)
    return x.gather(0, source.unsqueeze(-1).expand_as(x))


def torch_scores(s, h, W, U, v):
    return torch.tanh(F.linear(s, W).unsqueeze(2) + F.linear(h, U).transpose(0, 1)).matmul(v)


def torch_weights(e, mask):
    return torch.softmax(e.masked_fill(~mask.t(), float("-inf")), dim=-1)


def torch_context(alpha, h):
    return torch.bmm(alpha.transpose(0, 1), h.transpose(0, 1)).transpose(0, 1)


def torch_softmax_backward(alpha, d):
    e = torch.log(alpha).requires_grad_()
    (de,) = torch.autograd.grad(torch.softmax(e, dim=-1), e, d)
    return de


def torch_loss(logits, targets, mask):
    logits = logits.requires_grad_()
    mean = F.cross_entropy(logits[mask], targets[mask])
    return torch.autograd.grad(mean, logits)[0]


def torch_adam(w, g, m, v, t):
    m = torch.lerp(m, g, 0.1)
    v = 0.999 * v + 0.001 * g.square()
    correction = torch.tensor(0.9) ** t  # in PyTorch's default dtype
    return w - 0.01 * (m / (1 - correction)) / ((v / (1 - 0.999**t)).sqrt() + 1e-8), m, v


def torch_windows(values, T):
    pieces = values.unfold(0, T, 1)[:-1]  # (N, T)
    return pieces.t().unsqueeze(2), values[T:].unsqueeze(1)


def torch_scaled(values, end):
    known = values[:end]
    return (values - known.mean()) / known.std(correction=0)


def torch_recursive(history, a, constant, count):
    for _ in range(count):
        new = a.dot(history[-len(a) :].flip(0)) + constant
        history = torch.cat([history, new.reshape(1)])
    return history[-count:]


def torch_margin(wrong, part):
    return wrong.abs().sort().values[int(np.ceil((len(wrong) + 1) * part)) - 1]


def torch_span_numbers(row):
    starts = (row == 1) | ((row == 2) & (F.pad(row[:-1], (1, 0)) == 0))
    return torch.where(row > 0, starts.cumsum(0), 0)


def torch_span_f1(gold, found):
    same = (gold.unsqueeze(1) == found.unsqueeze(0)).all(dim=-1)
    return 2 * same.any(dim=0).sum() / (len(gold) + len(found))


def torch_best_path(rows, steps):
    best, before = rows[0], []
    for row in rows[1:]:
        value, index = torch.max(best.unsqueeze(1) + steps, dim=0)
        best, before = value + row, [*before, index]
    path = [best.argmax()]
    for index in before[::-1]:
        path.append(index[path[-1]])
    return torch.stack(path[::-1])


def torch_ctc_columns(marks):
    return torch.tensor(len(marks)) + (marks[1:] == marks[:-1]).sum()


def torch_ctc_forward(y, marks):
    loss = F.ctc_loss(y.log(), marks.long(), torch.tensor(len(y)), torch.tensor(len(marks)), reduction="sum")
    return torch.exp(-loss)


def torch_edits(a, b):
    rows = torch.zeros(len(a) + 1, len(b) + 1)
    rows[:, 0], rows[0] = torch.arange(len(a) + 1), torch.arange(len(b) + 1)
    for i in range(len(a)):
        for j in range(len(b)):
            kept = rows[i, j] + (a[i] != b[j])
            rows[i + 1, j + 1] = torch.min(kept, torch.min(rows[i, j + 1], rows[i + 1, j]) + 1)
    return rows[-1, -1]


def torch_own_last(h, lengths):
    index = (lengths - 1)[None, :, None].expand(1, -1, h.shape[2])
    return h.gather(0, index)[0]


def torch_own_mean(h, lengths):
    inside = torch.arange(len(h))[:, None] < lengths
    return (h * inside[..., None]).sum(0) / lengths[:, None]


def torch_class_scores(counts):
    hits = torch.diagonal(counts)
    precision, recall = hits / counts.sum(0), hits / counts.sum(1)
    return precision, recall, 2 / (1 / precision + 1 / recall)


def torch_final_states(h_n):
    return torch.cat((h_n[-2], h_n[-1]), dim=1)


def torch_reciprocal_rank(a, classes):
    right = a.gather(1, classes[:, None])
    return (1 / (a >= right).sum(dim=1)).mean()


def torch_markov(items, K):
    counts = torch.zeros(K, K, dtype=torch.float64)
    counts.index_put_((items[:-1], items[1:]), torch.ones(len(items) - 1, dtype=torch.float64), accumulate=True)
    return counts / counts.sum(dim=1, keepdim=True)


def torch_cosine(states):
    return F.cosine_similarity(states[:, None], states[None], dim=-1)


def torch_tempered(scores, temperature):
    return torch.softmax(scores / temperature, dim=-1)


def torch_nucleus(p, top_p):
    ranked, order = p.sort(descending=True)
    stays = torch.where(ranked.cumsum(0) - ranked < top_p, ranked, torch.zeros_like(ranked))
    return torch.zeros_like(p).scatter(0, order, stays / stays.sum())


def torch_inputs(first, true, own, coin):
    return torch.cat([first[None], torch.where(coin[1:, :, None], own[:-1], true[:-1])])


def torch_grams(said, due):
    kinds = int(max(said.max(), due.max())) + 1
    right = torch.minimum(torch.bincount(said, minlength=kinds), torch.bincount(due, minlength=kinds)).sum()
    return right / len(said), right / len(due)


def torch_penalty(log_p, lengths, alpha):
    return log_p / ((5 + lengths) / 6).pow(alpha)


def torch_feeding(s, context, y, W, b):
    attentional = torch.tanh(F.linear(torch.cat([context, s], dim=1), W, b))
    return attentional, torch.cat([y, attentional], dim=1)


def torch_parallel(q, k, v):
    return torch.tril(q @ k.T) @ v


def torch_delta(C, k, v, i):
    return C + i * torch.outer(v - C @ k, k)


def torch_denominator(read, n, m, q):
    along = (n * q).sum(dim=1, keepdim=True).abs()
    return read / torch.maximum(along, torch.exp(-m).unsqueeze(1))


TORCH = {name: globals()[f"torch_{answer.__name__}"] for name, answer in NUMPY.items()}
