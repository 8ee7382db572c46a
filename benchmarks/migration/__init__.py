"""`mdc-bridge migrate` beside other ways to convert an archive: `make bench-migrate`."""
