package dev.quorate.store.mvcc;

import dev.quorate.storage.engine.RevisionKey;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Hashes records one after another, leaving out what a compaction may or may not have deleted yet, so that members at different stages
 * of the same compaction agree.
 */
final class KeyHasher {
    private final CRC32C crc = new CRC32C();
    private final long compactRevision;
    private final long revision;

    /** Whether anything at all survives a compaction at {@code revision}; if nothing does, old records count. */
    private final boolean filters;

    KeyHasher(long compactRevision, long revision, boolean filters) {
        this.compactRevision = compactRevision;
        this.revision = revision;
        this.filters = filters;
        crc.update("key".getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether it depends on the index if this record counts. */
    boolean asksIndex(long main) {
        return filters && main <= compactRevision;
    }

    /** Takes one record; {@code kept} says whether a compaction at the hash's revision would keep it. */
    void add(long main, long sub, boolean tombstone, byte[] value, boolean kept) {
        if (main > revision
                || (asksIndex(main) && !kept)
                || (main == compactRevision && tombstone)) {
            return;
        }
        crc.update(RevisionKey.encode(main, sub, tombstone));
        crc.update(value);
    }

    KeyHash result() {
        return new KeyHash(crc.getValue(), compactRevision, revision);
    }
}
