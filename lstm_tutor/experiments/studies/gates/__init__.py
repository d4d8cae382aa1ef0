"""Which gate does what, and how it should start."""
