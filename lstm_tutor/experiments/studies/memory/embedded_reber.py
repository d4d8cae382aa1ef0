"""Experiment 1 of Hochreiter & Schmidhuber (1997): the embedded Reber grammar."""

import numpy as np

from lstm_tutor import Adam, SequenceModel, Trainer, tasks
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, PaperRow, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED, build_model
from lstm_tutor.types import Array


def run(settings: Settings, seed: int) -> Metrics:
    """Train until the criterion holds on both sets, or the strings allowed have been presented.

    Metrics: `solved`; `sequences`, how many strings had been presented then, each presentation counted (None if it
    never held); `presented`; `train` and `test`, the share of strings that are right at every symbol; `parameters`.
    """
    data = tasks.EmbeddedReber(settings["strings"], rng=[seed, 2])
    sets = [tasks.embedded_reber_batch(strings) for strings in (data.train, data.test)]
    model = build_model(settings, len(tasks.reber.SYMBOLS), len(tasks.reber.SYMBOLS), seed)
    N, every = settings["batch_size"], settings["check_every"]

    def batches(update):
        chosen = np.random.default_rng([seed, 3, update]).integers(0, len(data.train), (N,))
        return tasks.embedded_reber_batch([data.train[k] for k in chosen])[0]

    trainer = Trainer(model, batches, Adam(settings["learning_rate"]), clip=1.0)

    def solved(trainer):
        return trainer.step * N % every < N and all(right(model, *strings).all() for strings in sets)

    trainer.run(settings["max_sequences"] // N, until=solved, **UNATTENDED)
    shares = [float(right(model, *strings).mean()) for strings in sets]
    done = min(shares) == 1
    return {
        "solved": done, "sequences": trainer.step * N if done else None, "presented": trainer.step * N,
        "train": round(shares[0], 4), "test": round(shares[1], 4), "parameters": model.size(),
    }  # fmt: skip


def right(model: SequenceModel, batch: tasks.Batch, legal: Array) -> Array:
    """Say for each string whether the legal next symbols are the most active outputs at every step: bool (N,)."""
    outputs, _ = model.forward(batch.x, lengths=batch.lengths)
    least_legal = np.where(legal, outputs, np.inf).min(axis=2)
    most_illegal = np.where(legal, -np.inf, outputs).max(axis=2)
    return ((least_legal > most_illegal) | ~np.asarray(batch.mask)).all(axis=0)


RECIPE = {
    "hidden": 16, "strings": 256, "batch_size": 4, "learning_rate": 0.03, "check_every": 100, "max_sequences": 40_000,
}  # fmt: skip
# Of the RNNs it is asked whether they solve it at all, so they get more strings, in larger batches.
RNN_RECIPE = RECIPE | {
    "cell": "RNN", "batch_size": 16, "learning_rate": 0.005, "check_every": 400, "max_sequences": 100_000,
}  # fmt: skip

EXPERIMENT = Experiment(
    name="embedded_reber",
    title="The embedded Reber grammar",
    question="Which cell learns to bring back, at the end of a string, the symbol that opened it?",
    run=run,
    variants={
        "rnn": RNN_RECIPE,
        "rnn-orthogonal": RNN_RECIPE | {"start": "orthogonal"},
        "lstm1997": RECIPE | {"cell": "LSTM1997", "learning_rate": 0.02},
        "lstm": RECIPE | {"cell": "LSTM", "options": {"forget_bias": 2.0}},
        "lstm-forget-bias-1": RECIPE | {"cell": "LSTM", "options": {"forget_bias": 1.0}},
    },
    seeds=10,
    paper="hochreiter1997long",
    kind="paper",
    words={
        "rnn-orthogonal": "RNN, orthogonal start", "lstm": "LSTM, forget bias 2",
        "lstm-forget-bias-1": "LSTM, forget bias 1",
    },
    strips=(Strip("sequences", "strings until solved", log=True, paper={"lstm1997": 8_440}),),
    pages=("lstm",),
    paper_rows=(
        PaperRow("RTRL, 3 units, from Smith & Zipser (1989)",
                 {"success": "some fraction", "sequences": "173,000"}, "P"),
        PaperRow("RTRL, 12 units, from Smith & Zipser (1989)",
                 {"success": "some fraction", "sequences": "25,000"}, "P"),
        PaperRow("Elman net, 15 units, from Cleeremans, Servan-Schreiber & McClelland (1989)",
                 {"success": "0 %", "sequences": "more than 200,000"}, "P"),
        PaperRow("recurrent cascade-correlation, 7-9 units, from Fahlman (1991)",
                 {"success": "50 %", "sequences": "182,000"}, "P"),
        PaperRow("LSTM, 4 blocks of 1 cell, rate .1", {"success": "100 %", "sequences": "39,740"}, "P"),
        PaperRow("LSTM, 3 blocks of 2 cells, rate .1", {"success": "100 %", "sequences": "21,730"}, "P"),
        PaperRow("LSTM, 3 blocks of 2 cells, rate .2", {"success": "97 %", "sequences": "14,060"}, "P"),
        PaperRow("LSTM, 4 blocks of 1 cell, rate .5", {"success": "97 %", "sequences": "9,500"}, "P"),
        PaperRow("LSTM, 3 blocks of 2 cells, rate .5", {"success": "100 %", "sequences": "8,440"}, "P"),
    ),
    criterion="on all 256 training and 256 unseen test strings the legal next symbols are the most active outputs",
    deviations="Adam on batches of strings, softmax outputs, full backpropagation through time; the two sets hold "
    "different strings, none twice. 16 units in every net. Every "
    "presentation of a string is counted. Rates, sizes and the forget bias were chosen in "
    "trials that used some of the same seeds, more of them for the two LSTMs than for the RNNs.",
    success=lambda metrics: metrics["solved"],
    columns=(
        Column("sequences", lambda m: m["sequences"], "{:,.0f}", fails=True),
        Column("training strings right", lambda m: 100 * m["train"], "{:.0f} %"),
        Column("test strings right", lambda m: 100 * m["test"], "{:.0f} %"),
    ),
    claims=(
        Claim("the LSTM solves it with every seed",
              lambda r: r.successes("lstm")[0] == r.successes("lstm")[1], ("lstm",)),
        Claim("the LSTM of 1997 solves it with at least nine seeds of ten",
              lambda r: r.successes("lstm1997")[0] >= 0.9 * r.successes("lstm1997")[1], ("lstm1997",)),
        Claim("the tanh RNN never solves it", lambda r: r.successes("rnn")[0] == 0, ("rnn",)),
        Claim("the tanh RNN never solves it from an orthogonal start", lambda r: r.successes("rnn-orthogonal")[0] == 0,
              ("rnn-orthogonal",)),
    ),
)  # fmt: skip
