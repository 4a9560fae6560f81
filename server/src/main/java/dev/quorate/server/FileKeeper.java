package dev.quorate.server;

import dev.quorate.log.Log;
import dev.quorate.server.loop.Mailbox;
import dev.quorate.server.loop.Worker;
import java.io.IOException;

/**
 * Prepares the next segment of the write-ahead log and deletes files that nobody needs any more, on a thread of its own: filling a
 * segment takes as long as writing one, and a log that has to do that itself syncs many times slower meanwhile.
 */
final class FileKeeper implements Worker {
    private static final Log LOG = Log.of(FileKeeper.class);

    /** A start needs the disk for itself, and its segment lasts longer than this at any load. */
    private static final long FIRST_NANOS = 2_000_000_000L;

    /** How soon after a cut the segment after it is prepared. */
    private static final long PREPARE_NANOS = 1_000_000_000L;

    /** etcd looks as often. */
    private static final long PURGE_NANOS = 30_000_000_000L;

    /** After a failure, most likely a full disk, there is no hurry. */
    private static final long RETRY_NANOS = 10_000_000_000L;

    private final Mailbox<Runnable> requests = new Mailbox<>();
    private final RaftFiles files;
    private long nextPurgeNanos;
    private boolean started;

    FileKeeper(RaftFiles files) {
        this.files = files;
    }

    @Override
    public Mailbox<Runnable> mailbox() {
        return requests;
    }

    @Override
    public long work(long nowNanos) {
        if (!started) {
            started = true;
            nextPurgeNanos = nowNanos;
            return FIRST_NANOS;
        }
        try {
            files.prepare();
            if (nowNanos - nextPurgeNanos >= 0) {
                nextPurgeNanos = nowNanos + PURGE_NANOS;
                for (String path : files.purge()) {
                    LOG.info("purged", "path", path);
                }
            }
            return PREPARE_NANOS;
        } catch (IOException e) {
            LOG.warn("failed to look after the files of the log", "error", e);
            return RETRY_NANOS;
        }
    }
}
