"""Files that survive the death of the process, the loss of power, and damage to one of them.

A spool is a folder for each destination below `MDC_SPOOL_DIR`. ID stands for 32 hex digits that
name one process, its writer's instance id.

What lies there:

    PATH/ID000007.jsonl         a segment: whole lines; file number 7 of process ID. The
                                blob has the same path
    csv/CONTAINER/BLOB/ID000008.120.csv
                                rows for the CSV blob BLOB. The first 120 bytes are the header
                                line, which is committed only if the blob is empty
    raw/PATH/ID000009...        the data of one large event, whole
    .mdc-bridge/open/ID         locked (flock) while process ID lives. The text is for people: the
                                process number, and the destination
    .mdc-bridge/open/ID.OWNER   process OWNER has taken over the files of ID. It owns them as long
                                as `open/OWNER` is locked
    .mdc-bridge/notes/NAME      what is known about the file NAME, see below
    .mdc-bridge/staged/NAME     a raw file, or a rest under a new name, that is not yet whole
    .mdc-bridge/cuts/NAME       a decimal number: bytes of NAME behind it were given up, and could
                                not be cut off
    .mdc-bridge/torn/NAME       what was torn or damaged; only people read it

A note is 256 bytes: twice the same record of 128 bytes, which is the text, a blank, the CRC-32 of
the text as eight hex digits, a line feed, and blanks. The text is

    4711                                  of a segment: so many bytes are delivered
    {"delivered": 120, "intended": 4711}  of rows: so many bytes are committed, and the end of the
                                          commit that is under way (0: none is)
    instead of NAME                       this file holds what was not delivered of NAME

Who may touch what: files whose name begins with ID belong to the process that holds the lock of
`open/ID`, or that has renamed it to `open/ID.OWNER`. Only the writer's thread of that process
appends; only its delivery thread notes, moves and removes. A rename can be done by one process
only, so files have one owner at any time. A file of which no lock file speaks for a second is
nobody's, and may be taken over as well.

What a death leaves, at each point:

    in an append                 a torn last line. Whoever takes over cuts it off, into `torn/`
    behind an append             the whole line. It is delivered by the next process
    between delivery and note    a note that is too small. The blob's length (lines) or its block
                                 ids (rows) tell what arrived, so nothing is delivered twice
    in the write of a note       one record or both are whole. With neither, the note is moved to
                                 `torn/`, counted as damaged, and the file is delivered from its
                                 start
    while a rest is moved        before the rename of the staged file the old file counts, after
                                 it the new one, whose note names the old
    between delivery and removal a file whose note says that all of it is delivered; it is removed

A loss of power may also take what was written and not yet synced, though it may be delivered: a
blob of lines may be longer than its segment. A note is synced before the commit that it speaks of,
and a name before what refers to it.

By hand, while no process runs: move a whole spool folder elsewhere and name its parent with
`MDC_SPOOL_DIR`, and the next process delivers it. Remove a file together with its note. Never
edit a file that has a note: its number counts bytes.

A collected folder (a destination that cannot fail) holds only segments, shared CSV files and raw
files, and in `.mdc-bridge` also `open/ID`, the journal: one line for each segment of a writer,
its path, a blank and its CRC-32; and `csv/HASH`, the length up to which each shared CSV file is
whole, as eight bytes, big-endian.
"""
