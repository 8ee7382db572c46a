"""Files that survive the death of the process, the loss of power, and damage to one of them.

A spool is a folder for each destination below `MDC_SPOOL_DIR`; in it lie

    PATH/ID000007.jsonl         a segment: lines of process ID, its seventh file; PATH is the blob's
    csv/CONTAINER/.../ID...csv  rows for the CSV blob of that path
    raw/PATH/ID...              the data of one large event, whole
    .mdc-bridge/open/ID         locked while process ID lives; `ID.OWNER` when OWNER took it over;
                                what it says is for people: the process, and where its files go
    .mdc-bridge/notes/NAME      how much of file NAME is delivered, or what is being committed
    .mdc-bridge/staged/NAME     a raw file, or a rest under a new name, until it is whole
    .mdc-bridge/cuts/NAME       the length behind which bytes were given up and could not be cut off
    .mdc-bridge/torn/NAME       what was torn or damaged, for people

A collected folder holds only segments, shared CSV files and raw files, and in `.mdc-bridge` also
`open/ID`, the journal of a writer's segments, and `csv/HASH`, the whole length of each CSV file.
"""
