"""Wrong mechanics, and wrong ways to recommend."""

from wrong_formulas.mutant import Mutant

POLE, SESSIONS, BASELINES, RANKING = (
    (f"{name}.py",)
    for name in ("tasks/test_pole", "tasks/test_sessions", "baselines/test_session_baselines", "metrics/test_ranking")
)
STUDY = "experiments/studies/applications/pole.py"
CHOICES = ("experiments/test_recommending.py",)

MUTANTS = [
    Mutant("pole: the cart does not feel the pole", "tasks/pole.py", (("a - POLE * HALF * turning * cosine / BOTH", "a"),), POLE),
    Mutant("pole: no centrifugal force", "tasks/pole.py", (("force + POLE * HALF * turn**2 * sine", "force"),), POLE),
    Mutant("pole: gains of one step ahead", "tasks/pole.py", (("range(2000)", "range(1)"),), POLE),
    Mutant("pole: the filter forgets its own push", "experiments/studies/applications/pole.py", (("estimate @ A.T + force[:, None] * b", "estimate @ A.T"),), POLE),
    Mutant("pole: a fall counts a step early", STUDY, (("fallen_at[falls] = t + 1", "fallen_at[falls] = t"),), POLE),
    Mutant("pole: no gusts", STUDY, (("force + GUST * generator.standard_normal(count)", "force"),), POLE),
    Mutant("pole: a window is fitted to poles that are down", STUDY, (("up = fallen_at > t\n", "up = fallen_at > -1\n"),), POLE),
    Mutant("pole: a network is trained on poles that are down", STUDY, (('np.arange(settings["steps"])[:, None] < fallen_at', 'np.arange(settings["steps"])[:, None] < fallen_at + settings["steps"]'),), POLE),
    Mutant("pole: the network sees the expert's states alone", STUDY, (("recurrent(model) if k else learn", "recurrent(model) if k < 0 else learn"),), POLE),
    Mutant("pole: the window sees the expert's states alone", STUDY, (("        controller = windowed(weight, size)\n    return controller", "        last = windowed(weight, size)\n    return last"),), POLE),
    Mutant("pole: the seed decides nothing", STUDY, (("generator = np.random.default_rng(rng)", "generator = np.random.default_rng(0)"),), POLE),
    Mutant("pole: the network starts anew each step", "experiments/studies/applications/pole.py", (("np.float32)[None], memory)", "np.float32)[None], None)"),), POLE),
    Mutant("sessions: the target is the item itself", "tasks/sessions.py", (("[session[1:] for", "[session[:-1] for"),), SESSIONS),
    Mutant("sessions: test modules are learned", "tasks/sessions.py", (('"test": (0,)', '"test": (2,)'),), SESSIONS),
    Mutant("sessions: the parts share modules", "tasks/sessions.py", (("for module, names in calls() if module in chosen]", "for k, (module, names) in enumerate(calls()) if k % 5 in PARTS[part]]"),), SESSIONS),
    Mutant("sessions: the list is made when the item is known", "experiments/studies/applications/sessions.py", (("ranks(score(session[:t]), session[t])", "ranks(score(session[: t + 1]), session[t])"),), CHOICES),
    Mutant("sessions: padding counts", "experiments/studies/applications/sessions.py", (("ranks(scores, batch.targets)[batch.steps_that_count()]", "ranks(scores, batch.targets).ravel()"),), CHOICES),
    Mutant("sessions: training stops by the test part", "experiments/studies/applications/sessions.py", (("train_model(settings, seed, train, validation)\n", "train_model(settings, seed, train, test)\n"),), CHOICES),
    Mutant("sessions: the weights of the end are kept", "experiments/recipes.py", (("if now < best:", "if now < np.inf:"),), CHOICES),
    Mutant("transitions: to the item before", "baselines/sessions.py", (("(session[:-1], session[1:])", "(session[1:], session[:-1])"),), BASELINES),
    Mutant("neighbors: overlap without the lengths", "baselines/sessions.py", ((" / np.sqrt(len(seen) * sets.sum(axis=1))", ""),), BASELINES),
    Mutant("ranks: a tie is a success", "metrics/ranking.py", (("(scores >= right).sum(axis=-1)", "(scores > right).sum(axis=-1) + 1"),), RANKING),
]  # fmt: skip
