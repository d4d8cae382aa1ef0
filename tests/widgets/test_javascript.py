"""Numbers cross between Python and JavaScript exactly, and errors in words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from javascript import Engine, JavaScriptError

STRANGE = [0.1, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan, 2.0**60, 1e20, -3.0]


@pytest.mark.parametrize("where", ["engine", "engine_in_page"])
def test_every_number_comes_back_as_it_went(where: str, request: pytest.FixtureRequest) -> None:
    engine: Engine = request.getfixturevalue(where)
    numbers = np.array(STRANGE)
    assert engine("({ a }) => a instanceof Float64Array && a.length", a=numbers) == len(STRANGE)
    for back in (
        engine("({ a }) => a", a=numbers),
        engine("async ({ a }) => ({ all: Array.from(a) })", a=numbers)["all"],
    ):
        assert np.array(back, float).tobytes() == numbers.tobytes()
    given = {"a": np.arange(3), "b": np.bool_(True), "c": np.float32(0.5), "d": {"x": None}, "e": "“é”\n😀"}
    assert engine("(given) => given", **given) == given | {"a": [0, 1, 2]}
    assert engine("() => {}") is None
    with pytest.raises(JavaScriptError, match="RangeError: no such unit"):
        engine("() => { throw new RangeError('no such unit'); }")


def test_what_javascript_could_not_read_is_not_sent(engine: Engine) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        engine("({ a }) => a", a=math.nan)
