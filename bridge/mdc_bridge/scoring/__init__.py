"""What runs while a script scores: whose outputs are whose, and what shapes their rows."""
