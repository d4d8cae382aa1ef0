"""Wrong formulas can be planted: each edit matches the source once, and the tests that ought to see it are there."""

from pathlib import Path

import mutants
import pytest
from wrong_formulas import MUTANTS, Mutant

PACKAGE = mutants.ROOT / "lstm_tutor"


def test_every_wrong_formula_can_be_planted():
    moved = []
    for mutant in MUTANTS:
        try:
            mutants.edited(mutant, (PACKAGE / mutant.file).read_text(encoding="utf-8"))
        except (ValueError, FileNotFoundError) as error:
            moved.append(f"{mutant.name}: {error}")
    assert not moved, "\n".join(moved)


def test_every_wrong_formula_has_a_name_of_its_own_and_tests_that_are_there():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    files = {word for mutant in MUTANTS for word in mutant.tests if word.endswith(".py")}
    assert not [file for file in files if not (Path(mutants.__file__).parent / file).is_file()]


def test_an_edit_that_matches_twice_or_nowhere_is_refused():
    for old in ("x", "z"):
        with pytest.raises(ValueError, match=f"expected '{old}' once in a.py, found it"):
            mutants.edited(Mutant("m", "a.py", ((old, "y"),)), "x = x")


def test_a_run_of_a_part_changes_what_is_remembered_of_that_part_alone():
    first, second, third, fourth = MUTANTS[:4]
    known = {
        first.name: "a.py::old",
        second.name: "b.py::old",
        fourth.name: "d.py::old",
        "no row any more": "e.py::old",
    }
    verdicts = [
        mutants.Verdict(first, "a.py::new", None, 1.0),
        mutants.Verdict(second, None, None, 1.0),
        mutants.Verdict(third, "c.py::new", None, 1.0),
    ]
    assert mutants.remembered(known, verdicts) == {
        first.name: "a.py::new",
        third.name: "c.py::new",
        fourth.name: "d.py::old",
    }
