"""The exit codes of every subcommand."""

FINE = 0
FINDINGS = 1  # or differences, or rows that were rejected: the command did its work
FAILED = 2  # something could not be read, reached or understood
READER_GONE = 141  # likewise of a pipe that nobody reads any more
INTERRUPTED = 130  # as shells say it of Ctrl-C
