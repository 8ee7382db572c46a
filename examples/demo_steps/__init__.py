"""The steps of `make demo`: train, serve, send, read back, match, show."""
