"""All that is compared with PyTorch, at once: layers, encoder-decoders, attention, transformers, losses."""

import torch

from lstm_tutor.reference.attention import verify_attentions
from lstm_tutor.reference.chunks import verify_chunks
from lstm_tutor.reference.losses import verify_losses
from lstm_tutor.reference.report import Report
from lstm_tutor.reference.seq2seq import verify_seq2seq_all
from lstm_tutor.reference.transformer import verify_transformers
from lstm_tutor.reference.verify import verify_layers

__all__ = ["verify_all"]


def verify_all(*, progress: bool = False) -> Report:
    """Verify every cell and form, attention, transformers, encoder-decoders, and every loss, in both dtypes.

    Returns
    -------
    Report
    """
    parts = (verify_layers, verify_chunks, verify_attentions, verify_transformers, verify_seq2seq_all, verify_losses)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # its arrays are so small that a second thread only doubles the time
    try:
        return Report(row for part in parts for row in part(progress=progress).rows)
    finally:
        torch.set_num_threads(threads)
