"""Claims of history: by the primary source, since no run can settle them, with one exception."""

from lstm_tutor.cells import LSTM1997Cell
from lstm_tutor.claims.card import Card, Finding, by_source
from lstm_tutor.experiments import Results

__all__ = ["CARDS"]


def _parts_of_1997(reber: Results) -> Finding:
    """The blocks of the cell as it was first published, and what becomes of a memory that nothing erases."""
    old, new = (float(reber.median(variant, "c.mean")[-1]) for variant in ("lstm1997", "lstm"))
    blocks = LSTM1997Cell.blocks
    return Finding(
        "true" if blocks == ("i", "g", "o") and old > 10 * new else "false",
        f"The cell has {len(blocks)} blocks of weights: input gate, candidate, output gate. On an endless stream its "
        f"memory grows to a mean |c| of {old:,.0f}; with a forget gate it stays at {new:.1f} (medians of "
        f"{len(reber.of('lstm'))} seeds each).",
    )


CARDS = [
    Card(
        "hopfield-1997",
        "The LSTM goes back to a network with \"long-term memory\" that Hopfield and Tank proposed in 1997.",
        "history", "lstm", "source",
        by_source("not a thing", "No such work is known to us. Hopfield 1982 is about associative memory, Hopfield and "
                  "Tank 1985 about optimization; neither reads sequences. The LSTM of 1997 is by Hochreiter and "
                  "Schmidhuber, and its root is Hochreiter's thesis of 1991."),
        sources=("hopfield1982neural", "hopfield1985neural", "hochreiter1991untersuchungen", "hochreiter1997long"),
    ),
    Card(
        "vanishing-1991", "It was first found in 1991 that errors vanish on their way back through time.",
        "history", "gradients", "source",
        by_source("true", "The analysis is in Hochreiter's thesis of 1991, in German; we know of none before. Bengio, "
                  "Simard and Frasconi published theirs, found independently, in 1994."),
        sources=("hochreiter1991untersuchungen", "bengio1994learning"),
    ),
    Card(
        "parts-of-1997", "The first LSTM, of 1997, had cells, input gates and output gates, and no forget gates.",
        "history", "lstm", "runs", _parts_of_1997, ("continual_reber",), ("hochreiter1997long", "gers2000learning"),
    ),
    Card(
        "gru-origin", "The GRU was introduced in the paper that introduced attention, \"Neural machine translation by "
        "jointly learning to align and translate\".",
        "history", "gru", "source",
        by_source("false", "The cell is from \"Learning phrase representations using RNN encoder-decoder\" (arXiv "
                  "1406.1078, June 2014). The paper on attention (arXiv 1409.0473, September 2014) uses it and says "
                  "where it is from."),
        sources=("cho2014learning", "bahdanau2015neural"),
    ),
    Card(
        "attention-2015", "Attention was introduced in 2015.", "history", "attention", "source",
        by_source("partly", "The conference was in May 2015, but the preprint, arXiv 1409.0473, is from September "
                  "2014, and a soft window that slides along a text is in Graves's preprint of August 2013."),
        sources=("bahdanau2015neural", "graves2013generating"),
    ),
]  # fmt: skip
