"""A small translation: dates as people write them into the norm's form, with attention and without."""

import datetime
import itertools
from collections.abc import Sequence

import numpy as np

from lstm_tutor import Adam, Seq2Seq, Trainer, tasks
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED, build_translator, learning_rate, round_parameters
from lstm_tutor.tasks.dates import CASES, CHARACTERS, FORMS, START, STOP, SYMBOLS

LENGTHS = (8, 10, 12, 14, 16, 18, 20, 24, 28, 40)  # what counts together: from one of these up to below the next


def run(settings: Settings, seed: int) -> Metrics:
    """The metrics of :func:`train_model`."""
    return train_model(settings, seed)[1]


def train_model(settings: Settings, seed: int) -> tuple[Seq2Seq, Metrics]:
    """Train a translator; then let it write unseen days, equally many in each form, greedily.

    Metrics: `exact`, the share of dates without a mistake; `by_form`, the same for each form; `by_length`, with `from`,
    `exact` and `dates`, the same by the text's length; `curve`, with `updates` and `loss`, nats per symbol;
    `parameters`; `data`, the fingerprint of the test's texts.
    """
    model = build_translator(settings, len(CHARACTERS), len(SYMBOLS), seed)
    task = tasks.Dates(batch_size=settings["batch_size"], dtype="float32", rng=[seed, 5])
    trainer = Trainer(model, task, Adam(settings["learning_rate"]), clip=1.0, schedule=learning_rate(settings))
    trainer.run(settings["updates"], **UNATTENDED)
    round_parameters(model, settings["significant_bits"])
    days, texts = questions(task.test, settings["test_dates"])
    right = np.array([said == day.isoformat() for said, day in zip(translate(model, texts), days, strict=True)])
    lengths, every = np.array([len(text) for text in texts]), settings["updates"] // 20
    places = [(lengths >= low) & (lengths < high) for low, high in itertools.pairwise(LENGTHS)]
    return model, {
        "exact": round(float(right.mean()), 4),
        "by_form": {form: round(float(right[k :: len(FORMS)].mean()), 4) for k, form in enumerate(FORMS)},
        "by_length": {"from": LENGTHS[:-1], "exact": [round(float(right[p].mean()), 4) for p in places],
                      "dates": [int(p.sum()) for p in places]},
        "curve": {"updates": list(range(every, settings["updates"] + 1, every)),
                  "loss": np.round(np.mean(np.reshape(trainer.history.loss, (-1, every)), axis=1), 4).tolist()},
        "parameters": model.size(),
        "data": tasks.fingerprint("\n".join(texts)),
    }  # fmt: skip


def questions(days: Sequence[datetime.date], count: int) -> tuple[list[datetime.date], list[str]]:
    """Return `count` of `days`, and a text for each: the forms in turn, each round of them in the next case."""
    chosen, cases = list(days[:count]), list(CASES)
    return chosen, [
        tasks.date_text(day, FORMS[k % len(FORMS)], cases[k // len(FORMS) % len(cases)]) for k, day in enumerate(chosen)
    ]


def translate(model: Seq2Seq, texts: Sequence[str]) -> list[str]:
    """Translate texts greedily."""
    x, lengths = tasks.encode_dates(texts, np.float32)
    written = model.greedy(x, SYMBOLS.index(START), SYMBOLS.index(STOP), len("YYYY-MM-DD") + 1, lengths)
    return [tasks.decode_date(hypothesis.symbols) for hypothesis in written]


def _all(variant):
    return lambda results: results.values(variant, "exact").min() >= 0.99


RECIPE = {"hidden": 24, "batch_size": 32, "updates": 1000, "learning_rate": 0.01, "significant_bits": 8,
          "test_dates": 1800}  # fmt: skip
LARGE = RECIPE | {"attention": "none", "hidden": 64, "learning_rate": 0.005}

EXPERIMENT = Experiment(
    name="dates",
    title="Dates, translated with attention and without",
    question="Does a decoder gain from looking back at what was read, if all it has to write is a date?",
    run=run,
    variants={
        "none": RECIPE | {"attention": "none"},
        "none-64": LARGE,
        "none-64-2500": LARGE | {"updates": 2500},
        "additive": RECIPE | {"attention": "additive"},
        "general": RECIPE | {"attention": "general"},
    },
    seeds=5,
    paper="bahdanau2015neural",
    words={
        "none": "no attention", "none-64": "no attention, 64 units",
        "none-64-2500": "no attention, 64 units, 2,500 updates",
        "additive": "additive", "general": "general",
    },
    strips=(Strip(lambda m: 100 * m["exact"], "dates right, %"),),
    pages=("attention",),
    criterion="99 of 100 unseen dates without a mistake",
    deviations="A small analogue of the book's own, with characters for words, and GRUs of 24 units, or of 64 where "
    "the name says so; no figure of Bahdanau, Cho & Bengio (2015) is compared. Additive attention looks before the "
    "decoder's step, as theirs; general attention after it, as that of Luong, Pham & Manning (2015). The encoder reads "
    "in both directions.",
    success=lambda metrics: metrics["exact"] >= 0.99,
    columns=(
        Column("dates right", lambda m: 100 * m["exact"], "{:.1f} %"),
        Column("worst form", lambda m: 100 * min(m["by_form"].values()), "{:.1f} %"),
        Column(f"texts under {LENGTHS[1]} characters", lambda m: 100 * m["by_length"]["exact"][0], "{:.1f} %"),
        Column(f"from {LENGTHS[-2]} characters", lambda m: 100 * m["by_length"]["exact"][-1], "{:.1f} %"),
        Column("parameters", lambda m: m["parameters"], "{:,.0f}"),
    ),
    claims=(
        Claim("with additive attention every run meets the criterion", _all("additive"), ("additive",)),
        Claim("with general attention every run meets the criterion", _all("general"), ("general",)),
        Claim("without attention the same recipe leaves most dates wrong",
              lambda r: r.values("none", "exact").max() < 0.5, ("none",)),
        Claim("without attention more units, and as many updates, are not enough",
              lambda r: r.successes("none-64")[0] == 0, ("none-64",)),
        Claim("without attention more units and more updates do not meet it with every seed either",
              lambda r: r.successes("none-64-2500")[0] < r.successes("none-64-2500")[1], ("none-64-2500",)),
    ),
    train=train_model,
    kept=("additive", "general"),
    noted=("data", "exact", "by_form"),
)  # fmt: skip
