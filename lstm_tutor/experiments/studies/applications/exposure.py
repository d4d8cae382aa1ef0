"""Teacher forcing beside scheduled sampling: does a character model write better if it learns from its own letters?"""

from collections.abc import Callable

import numpy as np

from lstm_tutor import SequenceModel, Trainer, sampling, tasks
from lstm_tutor.activations import log_softmax, softmax
from lstm_tutor.experiments import store
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED
from lstm_tutor.experiments.studies.applications import charlm
from lstm_tutor.experiments.studies.applications.generation import judged, prompts, scores_of
from lstm_tutor.storage import load_with_notes
from lstm_tutor.types import Array

SIZE = len(tasks.ALPHABET)


def run(settings: Settings, seed: int) -> Metrics:
    """Train a model that reads some of its own letters; measure it as a reader and as a writer.

    Metrics: `bits` per character of held-out text, all letters true; `judged`, with `places` and `bits`: what another,
    larger model finds a written letter to cost, by how far from the start it stands; `near` and `far`, the first and
    the last of these; `true`, what that judge finds the true continuations to cost, by place; `sound`, `lines` and
    `repetition` of what was written, as in ``generation``; `parameters`.
    """
    trainer = make_trainer(settings, seed)
    trainer.run(settings["updates"], **UNATTENDED)
    starts, continuations = prompts(settings["read"], settings["count"])
    symbols = sampling.sample(trainer.model, starts, settings["count"], rng=[seed, 7]).symbols
    judge = load_with_notes(store.MODELS / "charlm-lstm.npz")[0]
    places = list(range(0, settings["count"], settings["every"]))
    own, true = (costs(judge, starts, text).reshape(len(places), -1).mean(axis=1) for text in (symbols, continuations))
    return {
        "bits": round(charlm.bits(trainer.model, tasks.python_source("test")), 4),
        "judged": {"places": places, "bits": np.round(own, 4).tolist()},
        "near": round(float(own[0]), 4), "far": round(float(own[-1]), 4), "true": np.round(true, 4).tolist(),
        **{name: value for name, value in judged(starts, symbols).items() if name in ("sound", "lines", "repetition")},
        "parameters": trainer.model.size(),
    }  # fmt: skip


def make_trainer(settings: Settings, seed: int) -> Trainer:
    """Return the trainer of ``charlm``, with batches in which some letters are the model's own."""
    trainer = charlm.make_trainer(settings, seed)
    if settings["own"]:
        trainer.batches = own_letters(trainer, lambda k: settings["own"] * min(1, k / settings["ramp"]), seed)
    return trainer


def own_letters(trainer: Trainer, share: Callable[[int], float], seed: int) -> Callable[[int], tasks.Batch]:
    """Return batches as the trainer's, in which a share of the letters read is drawn from the model's guesses.

    The targets stay true, and no gradient goes through the drawing (Bengio et al., 2015, section 2.4).
    """
    stream = trainer.batches

    def batches(update: int) -> tasks.Batch:
        batch = stream(update)
        rng = np.random.default_rng([seed, 6, update])
        x, state = batch.x.copy(), None if batch.start else trainer.state
        own = rng.random(x.shape[:2]) < share(update)
        for t in range(len(x) - 1):
            scores, trace = trainer.model.forward(x[t : t + 1], state)
            state, drawn = trace.final_state, sampling.choice(softmax(scores[0]), rng.random(x.shape[1]))
            x[t + 1, own[t + 1]] = tasks.one_hot(drawn[own[t + 1]], SIZE, x.dtype)
        return batch._replace(x=x)

    return batches


def costs(model: SequenceModel, starts: Array, text: Array) -> Array:
    """Return what each letter of texts (L, N) after starts (T, N) costs a model, in bits: (L, N)."""
    log_p = log_softmax(scores_of(model, starts, text)) / np.log(2)
    return -np.take_along_axis(log_p, text[..., None], axis=-1)[..., 0]


RECIPE = charlm.RECIPE | {"cell": "LSTM", "hidden": 48, "learning_rate": 0.02, "updates": 800, "ramp": 600,
                          "read": 200, "count": 300, "every": 50}  # fmt: skip
FORCED, QUARTER, HALF = "teacher forcing", "a quarter its own", "half its own"


def _more(text, metric, variant, than):
    """Claim that a figure is larger, by the book's rule."""
    return Claim(text, lambda results: results.clearly_worse(metric, variant, than), (variant, than))


EXPERIMENT = Experiment(
    name="exposure",
    title="Teacher forcing, and letters of its own",
    question="Does a character model write better if it reads some of its own letters while it learns?",
    run=run,
    variants={FORCED: RECIPE | {"own": 0.0}, QUARTER: RECIPE | {"own": 0.25}, HALF: RECIPE | {"own": 0.5}},
    seeds=10,
    paper="bengio2015scheduled",
    kind="saying",
    words={QUARTER: "up to a quarter its own", HALF: "up to half its own"},
    strips=(
        Strip("bits", "bits per character, held out", title="as a reader"),
        Strip("far", "bits per character for the judge, from the 251st on", title="as a writer"),
    ),
    pages=("generation", "claims"),
    deviations="The paper describes pictures, parses sentences and recognizes speech; no figure of its is compared. "
    "The share of letters that the model has drawn itself rises in a straight line over three quarters of the "
    "training, to a quarter or a half, and the targets stay true. The recipe is that of the experiment charlm, with 48 "
    "units and a fifth of its updates, chosen for their time after one run under teacher forcing with another seed. "
    "All write at a temperature of 1 from the starts of the experiment generation; the judge is charlm-lstm.",
    columns=(
        Column("bits per character, held out", lambda m: m["bits"], "{:.3f}"),
        Column("judged, first 50", lambda m: m["near"], "{:.2f}"),
        Column("judged, last 50", lambda m: m["far"], "{:.2f}"),
        Column("in lines that compile", lambda m: m["sound"], "{:.3f}"),
        Column("repetition", lambda m: m["repetition"], "{:.3f}"),
    ),
    claims=(
        Claim("under teacher forcing, what is written far from the start costs the judge more than what is near, in "
              "every run", lambda r: bool((r.values(FORCED, "far") > r.values(FORCED, "near")).all()), (FORCED,)),
        _more("with a quarter of its letters its own, a model's text costs the judge less, far from the start", "far",
              FORCED, QUARTER),
        _more("and more of it compiles", "sound", QUARTER, FORCED),
        _more("but as a reader the model is worse", "bits", QUARTER, FORCED),
        _more("with half of its letters its own, it is worse as a reader than with a quarter", "bits", HALF, QUARTER),
    ),
)  # fmt: skip
