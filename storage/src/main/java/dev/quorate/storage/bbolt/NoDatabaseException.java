package dev.quorate.storage.bbolt;

import dev.quorate.storage.CorruptionException;

/** The file is not a bbolt file, or both pages that would say so are damaged. */
public final class NoDatabaseException extends CorruptionException {
    private static final long serialVersionUID = 1;

    NoDatabaseException(String name) {
        super(
                name
                        + ": no valid meta page at the start of the file; use another copy of this file");
    }
}
