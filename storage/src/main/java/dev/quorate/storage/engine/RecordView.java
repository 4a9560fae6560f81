package dev.quorate.storage.engine;

import org.jspecify.annotations.Nullable;

/**
 * The records of {@link Bucket#KEY} as they stood when the view was taken: committed and pending ones, as if there were no difference.
 *
 * <p>Deletes (by compaction) show only once they are committed. Used by one thread at a time; byte arrays handed out must not be
 * changed, for a pending one is shared with other readers.
 */
public final class RecordView implements AutoCloseable {
    private final PendingRecords.Window pending;
    private final ReadView committed;

    /** Receives records in ascending order of revision. */
    @FunctionalInterface
    public interface Visitor {
        /** Takes one record and says whether to go on. */
        boolean visit(long main, long sub, boolean tombstone, byte[] value);
    }

    RecordView(PendingRecords.Window pending, ReadView committed) {
        this.pending = pending;
        this.committed = committed;
    }

    /** The value of the put at this revision, or null if there is none or it is a tombstone. */
    public byte @Nullable [] get(long main, long sub) {
        return get(main, sub, false);
    }

    /** The value of the tombstone at this revision, or null if there is none or it is a put. */
    public byte @Nullable [] getTombstone(long main, long sub) {
        return get(main, sub, true);
    }

    /** Visits the records with {@code fromMain <= main < toMainExclusive} until the visitor has enough. */
    public void scan(long fromMain, long toMainExclusive, Visitor visitor) {
        if (pending.isEmpty()) {
            byte[] to = RevisionKey.encode(toMainExclusive, 0, false);
            scanCommitted(fromMain, to, visitor);
            return;
        }
        boolean more = true;
        if (fromMain <= pending.firstMain()) {
            boolean endsBefore = toMainExclusive <= pending.firstMain();
            byte[] to =
                    endsBefore
                            ? RevisionKey.encode(toMainExclusive, 0, false)
                            : RevisionKey.encode(pending.firstMain(), pending.firstSub(), false);
            more = scanCommitted(fromMain, to, visitor) && !endsBefore;
        }
        if (more) {
            pending.scan(fromMain, toMainExclusive, visitor);
        }
    }

    @Override
    public void close() {
        committed.close();
    }

    private byte @Nullable [] get(long main, long sub, boolean tombstone) {
        byte[] value = pending.get(main, sub, tombstone);
        return value != null
                ? value
                : committed.get(Bucket.KEY, RevisionKey.encode(main, sub, tombstone));
    }

    /** Returns whether the visitor wants more. */
    private boolean scanCommitted(long fromMain, byte[] to, Visitor visitor) {
        boolean[] more = {true};
        committed.scan(
                Bucket.KEY,
                RevisionKey.encode(fromMain, 0, false),
                to,
                (key, value) -> {
                    more[0] =
                            visitor.visit(
                                    RevisionKey.main(key),
                                    RevisionKey.sub(key),
                                    RevisionKey.isTombstone(key),
                                    value);
                    return more[0];
                });
        return more[0];
    }
}
