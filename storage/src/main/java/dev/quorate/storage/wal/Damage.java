package dev.quorate.storage.wal;

import dev.quorate.storage.CorruptionException;

/** Words for damaged segments. */
final class Damage {

    private static final String REMEDY =
            "do not start this member again on these files: remove the member from its cluster and"
                    + " add it with an empty data directory, or restore a backup";

    private Damage() {}

    static CorruptionException at(String path, long offset, String finding) {
        return new CorruptionException(
                "wal: "
                        + path
                        + " is damaged at offset "
                        + offset
                        + ": "
                        + finding
                        + "; "
                        + REMEDY);
    }

    static CorruptionException at(String path, long offset, String finding, Throwable cause) {
        CorruptionException damage = at(path, offset, finding);
        damage.initCause(cause);
        return damage;
    }
}
