package dev.quorate.storage.engine;

import java.io.IOException;

/**
 * An ordered key-value store with atomic, durable batches and consistent snapshots: the port behind which a member's database lives.
 *
 * <p>One thread commits; any thread (virtual ones too) reads. Snapshots never wait for the writer, nor the writer for them. After a
 * failed commit the engine is poisoned: the state on disk is the one before the batch, and every later commit fails with the same cause.
 */
public interface Engine extends AutoCloseable {
    /**
     * Applies the whole batch as one transaction; when it returns, the batch survives a power loss and every later {@link #read} sees it.
     *
     * @throws IOException if the disk is full or failed; nothing of the batch is visible then, and the engine takes no more writes
     */
    void commit(WriteBatch batch) throws IOException;

    /**
     * Puts other records in the place of everything there is, as one transaction; when it returns, that survives a power loss. Views that
     * are open go on seeing what there was.
     *
     * @throws IOException if the source cannot be read or the disk failed; nothing has changed then, and the engine takes no more writes
     */
    void replaceAll(RecordSource source) throws IOException;

    /**
     * A snapshot of the state after the latest commit; close it soon, for it keeps replaced pages from being reused. Views are a limited
     * resource: a thread that holds one should not open a second.
     */
    ReadView read();

    /** Bytes the database occupies on disk, free space inside included. */
    long sizeBytes();

    /** Bytes that hold live data: what a quota is about, as free space inside the file is reused. */
    long usedBytes();

    /** Releases everything; all views must be closed before. Closing twice is harmless. */
    @Override
    void close();
}
