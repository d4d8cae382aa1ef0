"""Text and probability: what the cells are used for."""
