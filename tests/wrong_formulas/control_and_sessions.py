"""Wrong mechanics, and wrong ways to recommend."""

from wrong_formulas.mutant import Mutant

POLE, SESSIONS, BASELINES, RANKING = (
    (f"{name}.py",)
    for name in ("tasks/test_pole", "tasks/test_sessions", "baselines/test_session_baselines", "metrics/test_ranking")
)

MUTANTS = [
    Mutant("pole: the cart does not feel the pole", "tasks/pole.py", (("a - POLE * HALF * turning * cosine / BOTH", "a"),), POLE),
    Mutant("pole: no centrifugal force", "tasks/pole.py", (("force + POLE * HALF * turn**2 * sine", "force"),), POLE),
    Mutant("pole: gains of one step ahead", "tasks/pole.py", (("range(2000)", "range(1)"),), POLE),
    Mutant("pole: the filter forgets its own push", "experiments/studies/applications/pole.py", (("estimate @ A.T + force[:, None] * b", "estimate @ A.T"),), POLE),
    Mutant("pole: the network starts anew each step", "experiments/studies/applications/pole.py", (("np.float32)[None], memory)", "np.float32)[None], None)"),), POLE),
    Mutant("sessions: the target is the item itself", "tasks/sessions.py", (("[session[1:] for", "[session[:-1] for"),), SESSIONS),
    Mutant("sessions: test modules are learned", "tasks/sessions.py", (('"test": (0,)', '"test": (2,)'),), SESSIONS),
    Mutant("transitions: to the item before", "baselines/sessions.py", (("(session[:-1], session[1:])", "(session[1:], session[:-1])"),), BASELINES),
    Mutant("neighbors: overlap without the lengths", "baselines/sessions.py", ((" / np.sqrt(len(seen) * sets.sum(axis=1))", ""),), BASELINES),
    Mutant("ranks: a tie is a success", "metrics/ranking.py", (("(scores >= right).sum(axis=-1)", "(scores > right).sum(axis=-1) + 1"),), RANKING),
]  # fmt: skip
