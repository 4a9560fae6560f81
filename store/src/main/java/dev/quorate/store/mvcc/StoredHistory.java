package dev.quorate.store.mvcc;

import dev.quorate.storage.CorruptionException;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.RevisionKey;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The key-value history of a database that no member runs on: what a file holds, without loading it. Reads the records once per question
 * and keeps one entry per key in memory.
 */
public final class StoredHistory {
    /** Where the stored records are; each call visits all of them in ascending order. */
    @FunctionalInterface
    public interface Source {
        void scan(ReadView.Visitor visitor);
    }

    /** Revision of a database in which nothing was ever written. */
    private static final long FIRST_REVISION = 1;

    private final Source source;
    private final long compactRevision;
    private long lastRevision;
    private long lastSub;
    private long liveKeys;

    private StoredHistory(Source source, long compactRevision) {
        this.source = source;
        this.compactRevision = compactRevision;
    }

    /**
     * Looks through the records.
     *
     * @param scheduled value of {@code scheduledCompactRev} in the database, or null
     * @param finished value of {@code finishedCompactRev}, or null
     * @throws CorruptionException if a record cannot be read
     */
    public static StoredHistory read(
            Source source, byte @Nullable [] scheduled, byte @Nullable [] finished) {
        StoredHistory history =
                new StoredHistory(source, Math.max(revision(scheduled), revision(finished)));
        history.liveKeys = history.live(Long.MAX_VALUE).size();
        return history;
    }

    private static long revision(byte @Nullable [] stored) {
        if (stored == null) {
            return -1;
        }
        if (!RevisionKey.isValid(stored)) {
            throw new CorruptionException("a compact revision of " + stored.length + " bytes");
        }
        return RevisionKey.main(stored);
    }

    /** Main revision of the last record, 0 if there is none. */
    public long lastRevision() {
        return lastRevision;
    }

    /** Sub revision of the last record. */
    public long lastSub() {
        return lastSub;
    }

    /** The revision that a member would start with. */
    public long revision() {
        return Math.max(FIRST_REVISION, Math.max(lastRevision, compactRevision));
    }

    /** What the next compaction has to be above; -1 if nothing was ever compacted. */
    public long compactRevision() {
        return compactRevision;
    }

    /** Keys that exist after the last record. */
    public long liveKeys() {
        return liveKeys;
    }

    /**
     * The hash that a member with this database reports.
     *
     * @param atRevision neither compacted nor in the future; negative: no history at all
     */
    public KeyHash hash(long atRevision) {
        NavigableMap<byte[], Place> live = live(atRevision);
        KeyHasher hasher = new KeyHasher(compactRevision, atRevision, !live.isEmpty());
        Records.Reader reader = new Records.Reader();
        source.scan((key, value) -> {
            long main = RevisionKey.main(key);
            if (main > atRevision) {
                return false;
            }
            long sub = RevisionKey.sub(key);
            boolean kept =
                    hasher.asksIndex(main)
                            && new Place(main, sub).equals(live.get(reader.read(value).key()));
            hasher.add(main, sub, RevisionKey.isTombstone(key), value, kept);
            return true;
        });
        return hasher.result();
    }

    private record Place(long main, long sub) {}

    /** The newest record of each key that exists at a revision. */
    private NavigableMap<byte[], Place> live(long atRevision) {
        TreeMap<byte[], Place> live = new TreeMap<>(Arrays::compareUnsigned);
        Records.Reader reader = new Records.Reader();
        source.scan((key, value) -> {
            if (!RevisionKey.isValid(key)) {
                throw new CorruptionException(
                        "bucket key: a revision of " + key.length + " bytes is none");
            }
            long main = RevisionKey.main(key);
            if (main > atRevision) {
                return false;
            }
            long sub = RevisionKey.sub(key);
            if (main >= lastRevision) {
                lastRevision = main;
                lastSub = sub;
            }
            byte[] userKey = reader.read(value).key();
            if (RevisionKey.isTombstone(key)) {
                live.remove(userKey);
            } else {
                live.put(userKey, new Place(main, sub));
            }
            return true;
        });
        return live;
    }
}
