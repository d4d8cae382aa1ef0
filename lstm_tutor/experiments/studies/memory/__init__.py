"""What a network can keep, for how long, and in which form."""
