"""How gradients travel back through time, and what one does about it."""
