"""The next item of a session: recurrent networks beside popularity, the last item alone, and similar sessions."""

from collections.abc import Callable, Sequence

import numpy as np

from lstm_tutor import GRU, LSTM, Adam, Embedding, SequenceModel, Trainer, tasks
from lstm_tutor.baselines import neighbor_scores, popularity, transitions
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.recipes import train_to_best
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.metrics import hit_rate, mean_reciprocal_rank, ranks
from lstm_tutor.types import Array

ITEMS = len(tasks.called_names())
CELLS: dict[str, type[RecurrentLayer]] = {"LSTM": LSTM, "GRU": GRU}


def run(settings: Settings, seed: int) -> Metrics:
    """Rank all items at each place of the test sessions.

    Metrics: `hit_5` and `hit_1`, in percent, how often the right item is among the first five, or is the first;
    `mrr`, the mean of 1 / rank; `updates`, after which the validation sessions were cheapest.
    """
    train, validation, test = (tasks.call_sessions(part) for part in ("train", "validation", "test"))
    updates = None
    if settings["model"] in CELLS:
        model, updates = train_model(settings, seed, train, validation)
        batch = tasks.session_batch(test)
        scores, _ = model.forward(batch.x, lengths=batch.lengths)
        places = ranks(scores, batch.targets)[batch.steps_that_count()]
    else:
        score = scorer(settings["model"], train)
        places = np.array([ranks(score(session[:t]), session[t]) for session in test for t in range(1, len(session))])
    return {"hit_5": round(100 * hit_rate(places, 5), 2), "hit_1": round(100 * hit_rate(places, 1), 2),
            "mrr": round(mean_reciprocal_rank(places), 4), "updates": updates}  # fmt: skip


def scorer(kind: str, train: Sequence[Array]) -> Callable[[Array], Array]:
    """Return a function from the items so far to a score of each item."""
    shares = popularity(train, ITEMS)
    if kind == "popularity":
        return lambda prefix: shares
    if kind == "last item":
        table = transitions(train, ITEMS)
        return lambda prefix: table[prefix[-1]]
    return lambda prefix: neighbor_scores(train, prefix, ITEMS) + shares


def train_model(
    settings: Settings, seed: int, train: Sequence[Array], validation: Sequence[Array]
) -> tuple[SequenceModel, int]:
    """Train on sessions drawn at random; keep the weights that were best on the validation sessions."""
    D, H = settings["embedding"], settings["hidden"]
    layer = CELLS[settings["model"]](D, H, dtype="float32", rng=[seed, 1])
    embedding = Embedding(ITEMS, D, dtype="float32", rng=[seed, 2])
    model = SequenceModel(layer, ITEMS, embedding=embedding, rng=[seed, 3])

    def batches(update: int) -> tasks.Batch:
        chosen = np.random.default_rng([seed, 4, update]).integers(0, len(train), (settings["batch_size"],))
        return tasks.session_batch([train[k] for k in chosen])

    held = tasks.session_batch(validation)

    def cost() -> float:
        predictions, _ = model.forward(held.x, lengths=held.lengths)
        return model.loss(predictions, held.targets, held.steps_that_count())[0]

    _, at = train_to_best(Trainer(model, batches, Adam(settings["learning_rate"]), clip=1.0), settings, cost)
    return model, at


def _beats(better, worse):
    return Claim(
        f"every {better} puts the right item among five more often than {worse}",
        lambda r: r.values(better, "hit_5").min() > r.values(worse, "hit_5").max(),
        (better, worse),
    )


RECIPE = {"embedding": 24, "hidden": 48, "batch_size": 64, "updates": 600, "every": 100, "learning_rate": 0.005}

EXPERIMENT = Experiment(
    name="sessions",
    title="The next item of a session",
    question="Does a network that remembers the whole session recommend better than simpler methods?",
    run=run,
    variants={
        "popularity": {"model": "popularity", "deterministic": True},
        "last item": {"model": "last item", "deterministic": True},
        "similar sessions": {"model": "similar sessions", "deterministic": True},
        "LSTM": RECIPE | {"model": "LSTM"},
        "GRU": RECIPE | {"model": "GRU"},
    },
    seeds=10,
    paper="hidasi2016session",
    kind="own",
    words={"popularity": "what is popular", "last item": "what followed the last item"},
    strips=(Strip("hit_5", "right item among the first five, %"),),
    pages=("map",),
    deviations="The paper's sessions are clicks in shops and videos watched; here a session is a function of Python's "
    "standard library, and its items are the functions that it calls. The parts come from different modules. Size "
    "and rate of the networks were chosen before the first run; half the size, a smaller rate and weight decay were "
    "tried once each on the validation sessions, and were within two points. Training stops where the validation "
    "sessions are cheapest.",
    columns=(
        Column("among the first five, %", lambda m: m["hit_5"], "{:.1f}"),
        Column("first, %", lambda m: m["hit_1"], "{:.1f}"),
        Column("mean of 1 / rank", lambda m: m["mrr"], "{:.3f}"),
        Column("updates", lambda m: m["updates"], "{:.0f}"),
    ),
    claims=(_beats("LSTM", "last item"), _beats("GRU", "last item"), _beats("last item", "popularity"),
            _beats("LSTM", "similar sessions")),
)  # fmt: skip
