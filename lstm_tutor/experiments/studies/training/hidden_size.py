"""Does a small hidden size overfit? A sweep of sizes, with the error on what was learned and on what was not."""

from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Strip
from lstm_tutor.experiments.fitting import RECIPE, median, run

SIZES = (1, 2, 4, 8, 16, 32)
VARIANTS = {f"{size} unit{'s' * (size > 1)}": RECIPE | {"hidden": size} for size in SIZES}
SMALLEST, *_, LARGEST = VARIANTS

EXPERIMENT = Experiment(
    name="hidden_size",
    title="Errors against the hidden size",
    question="Does a small hidden size overfit, or a large one?",
    run=run,
    variants=VARIANTS,
    seeds=10,
    paper="greff2017lstm",
    strips=(Strip(lambda m: 100 * m["gap"], "error on new minus error on learned, %"),),
    pages=("training", "claims"),
    criterion="none: errors are compared. Three labels of 20 are wrong in both sets, so that no test error can be "
    "expected below 15 %",
    deviations="The book's own data: three marks, X or Y, anywhere among 12 symbols, to be named in their order; 300 "
    "sequences to learn from, 1000 to test on. Every size gets as many updates of Adam, at one rate; nothing holds "
    "the weights small. The first claim is one that tutorials print; the others were written after a trial with "
    "another seed. Greff et al. (2017) search sizes too, on other data, and no figure of theirs is compared.",
    columns=(
        Column("error, learned", lambda m: 100 * m["train"], "{:.1f} %"),
        Column("error, new", lambda m: 100 * m["test"], "{:.1f} %"),
        Column("the difference", lambda m: 100 * m["gap"], "{:.1f}"),
        Column("new, stopped in time", lambda m: 100 * m["stopped"], "{:.1f} %"),
        Column("parameters", lambda m: m["parameters"], "{:,.0f}"),
    ),
    claims=(
        Claim("a small hidden size overfits: with one unit, the error on new sequences exceeds that on learned ones "
              "by more than with 32", lambda r: median(r, SMALLEST, "gap") > median(r, LARGEST, "gap"),
              (SMALLEST, LARGEST), "saying"),
        Claim("one unit underfits: of all sizes it has the largest error on what it learned",
              lambda r: all(median(r, SMALLEST, "train") > median(r, other, "train") for other in list(VARIANTS)[1:]),
              tuple(VARIANTS)),
        Claim("32 units overfit: in every run the learned sequences end up right, wrong labels and all, to 1 in 100",
              lambda r: r.values(LARGEST, "train").max() <= 0.01, (LARGEST,)),
        Claim("with 32 units every run is better on new sequences if it is stopped where a validation set says",
              lambda r: (r.values(LARGEST, "stopped") < r.values(LARGEST, "test")).all(), (LARGEST,)),
        Claim("without a stop, a size in between has the least error on new sequences",
              lambda r: min(VARIANTS, key=lambda v: median(r, v, "test")) not in (SMALLEST, LARGEST), tuple(VARIANTS)),
    ),
)  # fmt: skip
