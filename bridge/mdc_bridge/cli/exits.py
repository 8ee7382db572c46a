"""The exit codes of every subcommand."""

FINE = 0
FINDINGS = 1  # or differences, or rows that were rejected: the command did its work
FAILED = 2  # something could not be read, reached or understood
INTERRUPTED = 130  # as shells report Ctrl-C
READER_GONE = 141  # as shells report a pipe that nobody reads any more
