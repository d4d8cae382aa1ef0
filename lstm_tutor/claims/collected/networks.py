"""Claims about which network is better."""

from lstm_tutor.claims.card import Card, Finding, share
from lstm_tutor.experiments import Results
from lstm_tutor.experiments.studies.gates.lag_sweep import microseconds
from lstm_tutor.experiments.studies.gates.reset_gate import MEASURED
from lstm_tutor.layers import GRU, LSTM

__all__ = ["CARDS"]


def _quick_but_worse(gates: Results, sweep: Results) -> Finding:
    """Parameters, time of a step, and the quality on each task."""
    weights = GRU(10, 128, rng=0).size() / LSTM(10, 128, rng=0).size()
    time = microseconds(sweep, "gru") / microseconds(sweep, "lstm, forget bias 1")
    worse = [task for task, metric in MEASURED.items() if gates.clearly_worse(metric, f"{task}-GRU", f"{task}-LSTM")]
    faster = time < 1
    return Finding(
        "true" if faster and len(worse) == len(MEASURED) else "partly" if faster or worse else "false",
        f"A GRU has {weights:.0%} of the LSTM's weights, and a step took {time:.0%} of its time in our code. It was "
        f"clearly worse on {len(worse)} of {len(MEASURED)} tasks; on text it needed "
        f"{gates.median('text-GRU', 'bits'):.2f} bits a character, the LSTM {gates.median('text-LSTM', 'bits'):.2f} "
        f"(medians of {len(gates.of('text-GRU'))} seeds).",
    )


def _order_of_gates(ablation: Results) -> Finding:
    """On how many tasks, and on how many of the paper's data sets, the forget gate is missed most."""
    gates = ("NFG", "NIG", "NOG")  # without a forget, an input, an output gate
    counts = {task: {g: share(ablation, f"{task}-{g}") for g in gates} for task in ("adding", "reber")}
    solved = {task: [ablation.successes(f"{task}-{g}")[0] for g in gates] for task in counts}
    here = sum(forget < entry < output for forget, entry, output in solved.values())
    rows = {row.method[:3]: list(row.figures.values()).count("worse") for row in ablation.experiment.paper_rows}
    there = rows["NFG"] > max(rows["NIG"], rows["NOG"])
    return Finding(
        "true" if here == len(solved) and there else "partly" if here or there else "false",
        f"In Greff and others (2017) the LSTM is worse without a forget gate on {rows['NFG']} data sets of 3, without "
        f"an input or an output gate on {rows['NIG']} each. Here the order holds on {here} of {len(solved)} tasks: "
        f"adding is learned by {counts['adding']['NFG']} runs without a forget gate, {counts['adding']['NIG']} "
        f"without an input gate, {counts['adding']['NOG']} without an output gate.",
    )


def _markov(found: Results) -> Finding:
    """On how many kinds of data the LSTM needs fewer bits than the hidden Markov model, in the median."""
    names = {"row": "a repeated row", "reber": "Reber strings", "states": "data that such a model wrote"}
    bits = {task: [found.median(f"{task}, {model}", "bits") for model in ("LSTM", "HMM")] for task in names}
    wins = {task: (found.values(f"{task}, LSTM", "bits") < found.values(f"{task}, HMM", "bits")).all() for task in bits}
    return Finding(
        "true" if all(wins.values()) else "partly" if any(wins.values()) else "false",
        "Bits per symbol, LSTM and hidden Markov model: "
        + ", ".join(f"{lstm:.2f} and {hmm:.2f} on {names[task]}" for task, (lstm, hmm) in bits.items())
        + f" (medians of {len(found.of('row, LSTM'))} seeds). With every seed the LSTM wins on {sum(wins.values())} of "
        f"{len(wins)}.",
    )


def _deeper(found: Results) -> Finding:
    """Whether two or three layers are clearly better, or clearly worse, than one of as many parameters."""
    tasks = {"text": "bits", "adding": "sequences"}
    better = [t for t, m in tasks.items() if any(found.clearly_worse(m, f"{t}-1", f"{t}-{k}") for k in (2, 3))]
    one, two, three = (found.median(f"text-{k}", "bits") for k in (1, 2, 3))
    return Finding(
        "true" if len(better) == len(tasks) else "partly",
        f"With equal parameters, deeper is clearly better on {len(better)} of {len(tasks)} tasks here: text takes "
        f"{one:.2f} bits a character with one layer, {two:.2f} with two, {three:.2f} with three (medians of "
        f"{len(found.of('text-1'))} seeds). On speech, Graves, Mohamed and Hinton (2013) found that depth helps.",
    )


def _long_lags(found: Results) -> Finding:
    """The longest lag that either learns, with the usual biases and with a bias of 3 to keep."""
    pairs = [("lstm, forget bias 1", "gru"), ("lstm, forget bias 3", "gru, update bias 3")]
    reach = [[found.median(cell, "reach") for cell in pair] for pair in pairs]
    wins = [lstm > gru for lstm, gru in reach]
    return Finding(
        "true" if all(wins) else "partly" if any(wins) else "false",
        f"As they usually start, LSTM and GRU learn lags of {reach[0][0]:.0f} and {reach[0][1]:.0f} steps; with a bias "
        f"of 3 to keep, {reach[1][0]:.0f} and {reach[1][1]:.0f} (medians of {len(found.of('gru'))} seeds, the largest "
        f"lag is 40; {share(found, pairs[1][0])} and {share(found, pairs[1][1])} runs reach it).",
    )


CARDS = [
    Card("gru-faster-worse", "The GRU is faster than the LSTM, but performs worse.", "networks", "gru", "runs",
         _quick_but_worse, ("reset_gate", "lag_sweep"), ("chung2014empirical", "jozefowicz2015empirical")),
    Card("order-of-gates", "The forget gate matters most, then the input gate, then the output gate.",
         "networks", "variants", "runs", _order_of_gates, ("ablation",), ("jozefowicz2015empirical", "greff2017lstm")),
    Card("hidden-markov", "LSTMs usually beat hidden Markov models.", "networks", "tagging", "runs", _markov, ("hmm",),
         ("rabiner1989tutorial",)),
    Card("deeper-better", "A deeper network is more expressive, and therefore better.", "networks", "deep", "runs",
         _deeper, ("depth",), ("graves2013speech", "pascanu2014construct")),
    Card("lstm-long-lags", "The LSTM wins over the GRU where dependencies are long.", "networks", "gru", "runs",
         _long_lags, ("lag_sweep",), ("chung2014empirical",)),
]  # fmt: skip
