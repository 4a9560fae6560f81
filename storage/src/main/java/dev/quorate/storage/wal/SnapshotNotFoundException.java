package dev.quorate.storage.wal;

import java.io.IOException;
import java.io.Serial;

/** The log is sound but has no record of the snapshot from which it should be replayed. */
public final class SnapshotNotFoundException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    SnapshotNotFoundException(String directory, WalSnapshot at) {
        super(
                "wal: snapshot not found: "
                        + directory
                        + " has no record of the snapshot at index "
                        + at.index()
                        + ", term "
                        + at.term());
    }
}
