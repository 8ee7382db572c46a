"""The exit codes of every subcommand, with the meaning that those of `mdc-bridge` have."""

FINE = 0
FINDINGS = 1  # there are warnings or remarks; the command did its work
FAILED = 2  # something could not be read, reached or understood
INTERRUPTED = 130  # as shells report Ctrl-C
READER_GONE = 141  # as shells report a pipe that nobody reads any more
