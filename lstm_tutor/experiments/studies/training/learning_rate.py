"""Does a large learning rate overfit? A sweep of rates, with the error on what was learned and on what was not."""

from lstm_tutor.experiments.experiment import Claim, Column, Experiment, PaperRow, Strip
from lstm_tutor.experiments.fitting import RECIPE, median, run

RATES = (0.0003, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
VARIANTS = {f"rate {rate:g}": RECIPE | {"hidden": 8, "learning_rate": rate} for rate in RATES}
SMALLEST, *_, LARGEST = VARIANTS


def _widest(results):
    """The variant whose two errors are furthest apart."""
    return max(VARIANTS, key=lambda variant: median(results, variant, "gap"))


EXPERIMENT = Experiment(
    name="learning_rate",
    title="Errors against the learning rate",
    question="Does a large learning rate overfit, or do something else?",
    run=run,
    variants=VARIANTS,
    seeds=10,
    paper="greff2017lstm",
    strips=(Strip(lambda m: 100 * m["gap"], "error on new minus error on learned, %"),),
    pages=("training", "claims"),
    paper_rows=(PaperRow("5,400 runs, three data sets", {"variance of the error that the learning rate explains":
                                                         "more than two thirds"}, "P"),),
    criterion="none: errors are compared. Three labels of 20 are wrong in both sets, so that no test error can be "
    "expected below 15 %",
    deviations="The data of hidden_size, an LSTM of 8 units, Adam without clipping, and as many updates at every "
    "rate, so that a small rate is stopped before it is done. The first claim is one that tutorials print; the "
    "others were written after a trial with another seed. The share of the variance that Greff et al. (2017) tell is "
    "that of a random search over several settings, and is not measured here.",
    columns=(
        Column("error, learned", lambda m: 100 * m["train"], "{:.1f} %"),
        Column("error, new", lambda m: 100 * m["test"], "{:.1f} %"),
        Column("the difference", lambda m: 100 * m["gap"], "{:.1f}"),
        Column("new, stopped in time", lambda m: 100 * m["stopped"], "{:.1f} %"),
        Column("spread of the last losses", lambda m: m["bounce"], "{:.2f}"),
    ),
    claims=(
        Claim("a large learning rate overfits: at the largest, the error on new sequences exceeds that on learned ones "
              "by more than at any other", lambda r: _widest(r) == LARGEST, tuple(VARIANTS), "saying"),
        Claim("the largest rate does not fit what it learns: in every run more than 3 in 10 stay wrong",
              lambda r: r.values(LARGEST, "train").min() > 0.3, (LARGEST,)),
        Claim("the smallest rate does not fit it either, in as many updates",
              lambda r: r.values(SMALLEST, "train").min() > 0.3, (SMALLEST,)),
        Claim("it is a rate in between that overfits most", lambda r: _widest(r) not in (SMALLEST, LARGEST),
              tuple(VARIANTS)),
        Claim("at the largest rate the losses of the last batches are spread wider than at a tenth of it",
              lambda r: median(r, LARGEST, "bounce") > median(r, "rate 0.1", "bounce"), (LARGEST, "rate 0.1")),
    ),
)  # fmt: skip
