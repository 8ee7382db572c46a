"""What the wheel for Python 3.6 has beyond the sources: a place in front of the original."""
