package dev.quorate.store.mvcc;

import org.jspecify.annotations.Nullable;

/**
 * One revision of one key in the index. Immutable; versions of a key form a list from the newest to the oldest, with jump pointers spaced
 * by powers of two (a skew-binary list), so that finding the version at a revision takes logarithmic time however long the history is.
 */
final class KeyVersion {
    final byte[] key;
    final long main;
    final int sub;
    final boolean tombstone;
    final long createRevision;
    final long version;
    final long lease;
    final @Nullable KeyVersion prev;
    private final @Nullable KeyVersion jump;
    private final int depth;

    private KeyVersion(
            byte[] key,
            long main,
            int sub,
            boolean tombstone,
            long createRevision,
            long version,
            long lease,
            @Nullable KeyVersion prev) {
        this.key = key;
        this.main = main;
        this.sub = sub;
        this.tombstone = tombstone;
        this.createRevision = createRevision;
        this.version = version;
        this.lease = lease;
        this.prev = prev;
        this.depth = prev == null ? 0 : prev.depth + 1;
        this.jump = prev == null ? null : jumpFrom(prev);
    }

    static KeyVersion put(
            byte[] key,
            long main,
            int sub,
            long createRevision,
            long version,
            long lease,
            @Nullable KeyVersion prev) {
        return new KeyVersion(key, main, sub, false, createRevision, version, lease, prev);
    }

    static KeyVersion tombstone(byte[] key, long main, int sub, @Nullable KeyVersion prev) {
        return new KeyVersion(key, main, sub, true, 0, 0, 0, prev);
    }

    /** The newest version not newer than {@code revision}, which may be a tombstone; null if the key was not known then. */
    @Nullable KeyVersion asOf(long revision) {
        KeyVersion at = this;
        while (at != null && at.main > revision) {
            KeyVersion far = at.jump;
            at = far != null && far.main > revision ? far : at.prev;
        }
        return at;
    }

    /** Like {@link #asOf}, but null also when the key was deleted at that revision. */
    @Nullable KeyVersion liveAsOf(long revision) {
        KeyVersion at = asOf(revision);
        return at == null || at.tombstone ? null : at;
    }

    /**
     * What a compaction at {@code revision} leaves of this history, this version being the newest: the version that was current then, and
     * everything newer. A tombstone that was current then goes too, unless it was written exactly at that revision.
     *
     * @return this same object if nothing changes, null if nothing remains
     */
    @Nullable KeyVersion compacted(long revision) {
        KeyVersion last = asOf(revision);
        if (last == null) {
            return this;
        }
        boolean gone = last.tombstone && last.main < revision;
        if (!gone && last.prev == null) {
            return this;
        }
        KeyVersion rest = gone ? null : last.on(null);
        return last == this ? rest : rebuiltOn(last, rest);
    }

    private @Nullable KeyVersion rebuiltOn(KeyVersion cut, @Nullable KeyVersion base) {
        int newer = depth - cut.depth;
        KeyVersion[] stack = new KeyVersion[newer];
        KeyVersion at = this;
        for (int i = newer - 1; i >= 0 && at != null; i--) {
            stack[i] = at;
            at = at.prev;
        }
        KeyVersion rebuilt = base;
        for (KeyVersion v : stack) {
            rebuilt = v.on(rebuilt);
        }
        return rebuilt;
    }

    private KeyVersion on(@Nullable KeyVersion base) {
        return new KeyVersion(key, main, sub, tombstone, createRevision, version, lease, base);
    }

    private static KeyVersion jumpFrom(KeyVersion prev) {
        KeyVersion far = prev.jump;
        if (far != null && far.jump != null) {
            KeyVersion farther = far.jump;
            if (prev.depth - far.depth == far.depth - farther.depth) {
                return farther;
            }
        }
        return prev;
    }
}
