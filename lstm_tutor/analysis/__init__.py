"""What can be read off a trained network: what its units follow."""
