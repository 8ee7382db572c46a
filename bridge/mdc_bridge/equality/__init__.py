"""When CSV cells and JSON values are the same: one answer for all that compares, or leaves out."""
