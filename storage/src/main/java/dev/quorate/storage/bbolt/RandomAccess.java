package dev.quorate.storage.bbolt;

import java.io.IOException;

/** The bytes of a file, wherever they are. */
public interface RandomAccess {
    /** Length in bytes. */
    long sizeBytes() throws IOException;

    /** Reads {@code length} bytes from {@code offset}; the caller stays within {@link #sizeBytes}. */
    byte[] read(long offset, int length) throws IOException;
}
