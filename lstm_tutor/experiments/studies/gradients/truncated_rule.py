"""The learning rule of 1997 beside the full gradient: the same network, tasks and seeds, with one difference."""

from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, PaperRow, Settings, Strip
from lstm_tutor.experiments.online import median_sequences
from lstm_tutor.experiments.store import Results
from lstm_tutor.experiments.studies.memory import adding, embedded_reber, long_lag, temporal_order

RULES = ("full", "truncated")
# Each task with the study that runs it, and that study's own recipe for the LSTM of 1997.
TASKS = {
    "reber": (embedded_reber, embedded_reber.EXPERIMENT.settings("lstm1997")),
    "noise": (long_lag, long_lag.EXPERIMENT.settings("2c, p = 100, lstm1997")),
    "adding": (adding, adding.EXPERIMENT.settings("lstm1997")),
    "order": (temporal_order, temporal_order.EXPERIMENT.settings("6a, lstm1997")),
}


def run(settings: Settings, seed: int) -> Metrics:
    """Run the task's own study with one of the two rules.

    Metrics: `solved`; `sequences`, how many had been presented then (None if never); `presented`; `parameters`.
    """
    study, _ = TASKS[settings["study"]]
    metrics = study.run(settings, seed)
    return {name: metrics[name] for name in ("solved", "sequences", "presented", "parameters")}


def _settings(task: str, rule: str) -> Settings:
    _, recipe = TASKS[task]
    return recipe | {"study": task, "options": {"truncated": rule == "truncated"}}


def _learned(task: str, rule: str) -> Claim:
    variant = f"{task}, {rule}"
    words = {"full": "by the full gradient", "truncated": "by the truncated rule"}[rule]
    text = f"{task}: the LSTM of 1997 learns it {words} with nine seeds of ten or more"
    return Claim(text, lambda r: 10 * r.successes(variant)[0] >= 9 * r.successes(variant)[1], (variant,))


def _as_soon(task: str) -> Claim:
    full, truncated = (f"{task}, {rule}" for rule in RULES)
    text = f"{task}: the truncated rule is not clearly worse than the full gradient"
    return Claim(text, lambda r: not r.clearly_worse("sequences", truncated, full), (full, truncated))


EXPERIMENT = Experiment(
    name="truncated_rule",
    title="The learning rule of 1997, and the full gradient",
    question="The rule of 1997 cuts every path of the error but the one along the memory. What is lost by that?",
    run=run,
    variants={f"{task}, {rule}": _settings(task, rule) for task in TASKS for rule in RULES},
    seeds=10,
    paper="hochreiter1997long",
    kind="paper",
    words={
        f"{task}, {rule}": f"{task}: {words}"
        for task in TASKS
        for rule, words in (("full", "full gradient"), ("truncated", "truncated rule"))
    },
    strips=(
        Strip(
            "sequences",
            "sequences until solved",
            log=True,
            paper={"noise, truncated": 31_000, "adding, truncated": 74_000, "order, truncated": 31_390},
        ),
    ),
    pages=("lstm",),
    paper_rows=(
        PaperRow("truncated rule, embedded Reber, 4 blocks of 1 cell", {"success": "97 to 100 %"}, "P"),
        PaperRow("truncated rule, 2c, p = 100", {"sequences": "31,000"}, "P"),
        PaperRow("truncated rule, adding, T = 100", {"sequences": "74,000"}, "P"),
        PaperRow("truncated rule, 6a", {"sequences": "31,390"}, "P"),
        PaperRow("full gradient, a few experiments (section 6)", {"success": "no significant difference"}, "P"),
    ),
    criterion="that of each task's own study",
    deviations="The paper's tables have the truncated rule alone. Here each network learns by both, from the same "
    "start and the same sequences, with the recipe of the task's own study, which was chosen for the full gradient. "
    "Everything else that those studies do differently from the paper holds here too.",
    success=lambda metrics: metrics["solved"],
    columns=(
        Column("sequences", lambda m: m["sequences"], "{:,.0f}", fails=True),
        Column("parameters", lambda m: m["parameters"], "{:,.0f}"),
    ),
    claims=(
        *(_learned(task, "truncated") for task in TASKS),
        *(_as_soon(task) for task in TASKS),
    ),
)


def ratio(results: Results, task: str) -> float:
    """Return how many times as many sequences the median run takes with the truncated rule as with the full one."""
    return median_sequences(results, f"{task}, truncated") / median_sequences(results, f"{task}, full")
