package dev.quorate.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One open file. Positions are bytes from its start.
 *
 * <p>Reads may run beside writes; two threads must not write the same file at once. The thread that
 * calls must not be interrupted: the JDK closes a channel whose user is interrupted, and then the
 * file counts as failed.
 */
public interface DiskFile extends Closeable {

    /** The path under which the file was opened; a later rename does not change it. */
    String path();

    /** Bytes in the file. */
    long size() throws IOException;

    /**
     * Reads until the buffer is full or the file ends.
     *
     * @return bytes read, 0 at or behind the end
     */
    int readAt(ByteBuffer target, long position) throws IOException;

    /**
     * Writes all remaining bytes of the buffer; the file grows when needed, a gap reads as zeros.
     * After a failure any part may have been written.
     */
    void writeAt(ByteBuffer source, long position) throws IOException;

    /**
     * Writes zeros from one position up to another, so that later writes there find their blocks
     * allocated and written: a sync then moves data alone, without a journal commit.
     */
    void fillZeros(long from, long to) throws IOException;

    /** Cuts the file to this size; a smaller file stays as is. */
    void truncate(long size) throws IOException;

    /** Makes content and size durable (fdatasync). */
    void sync() throws IOException;

    /**
     * Locks the whole file against other processes and other holders in this one until it is
     * closed.
     *
     * @return false when somebody else holds it
     */
    boolean tryLock() throws IOException;

    /** Closes the file and frees its lock; what was not synced may be lost in a crash. */
    @Override
    void close() throws IOException;
}
