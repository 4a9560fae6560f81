package dev.quorate.server.peer;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The database that travels with a snapshot. Used by one thread; closed by whoever it was given to. Every method but {@code close} reads the
 * database from end to end, so whoever gives it away has read nothing of it.
 */
public interface SnapshotContent extends AutoCloseable {
    /** Length of what {@link #writeTo} writes. */
    long sizeBytes();

    /**
     * Writes the database as a bbolt file.
     *
     * @throws IOException when the sink does
     */
    void writeTo(OutputStream sink) throws IOException;

    @Override
    void close();
}
