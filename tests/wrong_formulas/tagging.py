"""Wrong formulas in the chapter on tagging: its data, its baselines, its scores."""

from wrong_formulas.mutant import Mutant

ROLES, SPANS, STRESS = (("tasks/test_roles.py",), ("tasks/test_spans.py",), ("tasks/test_stress.py",))
STUDIES = ("experiments/test_taggers.py",)
METRIC, BASELINES = ("metrics/test_spans.py",), ("baselines/test_tagging.py",)

MUTANTS = [
    Mutant("roles: an attribute is looked for where its owner begins", "tasks/roles.py", (("row, column = end(node)", "row, column = start(node)"),), ROLES),
    Mutant("roles: what is deleted counts as read", "tasks/roles.py",
           (("not isinstance(node.ctx, ast.Load)", "isinstance(node.ctx, ast.Store)"),), ROLES),
    Mutant("roles: bytes are taken for characters", "tasks/roles.py", (("len(text.encode()[:offset].decode())", "offset"),), ROLES),
    Mutant("roles: the name behind as is not assigned", "tasks/roles.py",
           (('roles[first(node.name, end(node.type))] = "assigned"', "pass"),), ROLES),
    Mutant("roles: every token counts", "tasks/roles.py", (("[role is not None for role", "[True for role"),), ROLES),
    Mutant("spans: one company of two names is two", "tasks/spans.py", (('("C1 and C1 were sold to C', '("C1 and C1 was sold to C'),), SPANS),
    Mutant("spans: strangers get other spans", "tasks/spans.py", (("renamed.get(word, word) for word in sentence.words]", "renamed.get(word, word) for word in sentence.words[::-1]]"),), SPANS),
    Mutant("spans: masking hides other words too", "tasks/spans.py", ((" & (x < len(NAMES))", ""),), SPANS),
    Mutant("pairs: the answer is due one step early", "tasks/spans.py", (('words.index("2]")', 'words.index("2]") - 1'),), SPANS),
    Mutant("pairs: the marks are exchanged", "tasks/spans.py",
           (('opens = {sentence.spans[k].start: f"[{which}" for which, k in (("1", first), ("2", second))}',
             'opens = {sentence.spans[k].start: f"[{which}" for which, k in (("2", first), ("1", second))}'),), SPANS),
    Mutant("stress: consonants are asked for as well", "tasks/stress.py", (("[stress is not None for stress", "[True for stress"),), STRESS),
    Mutant("stress: words of one syllable are in", "tasks/stress.py", (("stressed.stresses.count(None) > 1", "stressed.stresses.count(None) > 0"),), STRESS),
    Mutant("b-i-o: two spans of a kind side by side are one", "metrics/spans.py",
           (('goes_on = first == "I" and', "goes_on ="),), METRIC),
    Mutant("b-i-o: an I of another kind goes on", "metrics/spans.py", ((" and spans[-1].kind == kind", ""),), METRIC),
    Mutant("b-i-o: a new span after a gap goes on", "metrics/spans.py", ((" and spans[-1].end == t", ""),), METRIC),
    Mutant("f1: the arithmetic mean", "metrics/spans.py",
           (("2 * right / (total + named)", "(precision + recall) / 2"),), METRIC),
    Mutant("f1: the kind does not matter", "metrics/spans.py", (("{tuple(span) for span", "{tuple(span)[:2] for span"),), METRIC),
    Mutant("legal steps: an I after an I of another kind", "metrics/spans.py", (("inside & ~same", "inside & ~(same | inside[:, None])"),), METRIC),
    Mutant("viterbi: greedy", "baselines/tagging.py", (("before[t] = through.argmax(axis=0)", "before[t] = best.argmax()"),), BASELINES),
    Mutant("viterbi: transitions the wrong way", "baselines/tagging.py", (("best[:, None] + transition", "best[:, None] + transition.T"),), BASELINES),
    Mutant("viterbi: the start is left out", "baselines/tagging.py", (("best, before = start + scores[0],", "best, before = 1.0 * scores[0],"),), BASELINES),
    Mutant("tagger: steps go from sequence to sequence", "baselines/tagging.py", (("(z[:-1], z[1:])", "(z, np.roll(z, -1))"),), BASELINES),
    Mutant("tagger: a sequence starts with its last tag", "baselines/tagging.py", (("start[z[0]] += 1", "start[z[-1]] += 1"),), BASELINES),
    Mutant("table: the narrowest window first", "baselines/tagging.py",
           (("zip(self.tables[::-1], keys[::-1], strict=True)", "zip(self.tables, keys, strict=True)"),), BASELINES),
    Mutant("table: neighbors of the left alone", "baselines/tagging.py", (("padded[middle - k : middle + k + 1]", "padded[middle - k : middle + 1]"),), BASELINES),
    Mutant("taggers: padding is turned round with the line", "experiments/taggers.py", (("lengths - 1 - t, t)", "len(batch.x) - 1 - t, t)"),), STUDIES),
    Mutant("taggers: what a backward reader says is not turned back", "experiments/taggers.py",
           (("return np.take_along_axis(scores, _source(batch)[..., None], axis=0)", "return scores"),), STUDIES),
    Mutant("taggers: a backward reader is trained on lines as they stand", "experiments/taggers.py",
           (('ready = [turned(batch) for batch in batches] if settings["reads"] == "backward" else batches', "ready = batches"),), STUDIES),
    Mutant("roles: other tokens are scored as well", "experiments/studies/applications/name_roles.py",
           (("for role, tag in zip(line.roles, tags, strict=True) if role]  # fmt: skip\n    return float", "for role, tag in zip(line.roles, tags, strict=True)]  # fmt: skip\n    return float"),), STUDIES),
    Mutant("spans: a start inside is legal", "experiments/studies/applications/named_spans.py", (("np.isinf(start[codes[0]]) or ", ""),), STUDIES),
    Mutant("pairs: the answer of the first step", "experiments/studies/applications/named_spans.py", (("mask.argmax(axis=0), np", "mask.argmin(axis=0), np"),), STUDIES),
    Mutant("stress: consonants are scored as well", "experiments/studies/applications/syllable_stress.py",
           (("zip(word.stresses, tags, strict=True) if stress is not None]\n", "zip(word.stresses, tags, strict=True)]\n"),), STUDIES),
]  # fmt: skip
