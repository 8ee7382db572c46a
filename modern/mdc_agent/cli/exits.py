"""The exit codes of every subcommand, with the meaning that those of `mdc-bridge` have."""

FINE = 0
FINDINGS = 1  # something is to be said; the command did its work
FAILED = 2  # something could not be read, reached or understood
INTERRUPTED = 130  # as shells say it of Ctrl-C
READER_GONE = 141  # likewise of a pipe that nobody reads any more
