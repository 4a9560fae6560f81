package dev.quorate.server.offline;

import dev.quorate.proto.etcdserverpb.Metadata;
import dev.quorate.storage.bbolt.BucketSource;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.store.mvcc.StoredHistory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/** Reads back what an import wrote and compares it with its source, bucket by bucket and record by record. */
final class Comparison {
    /** Written by the import where the source lacks them or is stale. */
    private static final Set<String> RENEWED =
            Set.of(MetaKeys.CONSISTENT_INDEX, MetaKeys.TERM, MetaKeys.CONF_STATE);

    private final BucketSource source;
    private final BucketSource copy;
    private final boolean membersRenewed;
    private long records;

    Comparison(BucketSource source, BucketSource copy, boolean membersRenewed) {
        this.source = source;
        this.copy = copy;
        this.membersRenewed = membersRenewed;
    }

    /**
     * Compares everything.
     *
     * @throws EtcdImport.RefusedException at the first difference
     */
    EtcdImport.Result result(Metadata metadata, EtcdState state, int members)
            throws EtcdImport.RefusedException {
        for (Bucket bucket : Bucket.byName()) {
            boolean renewed =
                    membersRenewed
                            && (bucket == Bucket.MEMBERS || bucket == Bucket.MEMBERS_REMOVED);
            if (!renewed) {
                compare(bucket);
            }
        }
        StoredHistory before = history(source);
        StoredHistory after = history(copy);
        long hash = after.hash(after.revision()).hash();
        require("revision", before.revision(), after.revision());
        require("compact revision", before.compactRevision(), after.compactRevision());
        require("hash of the history", before.hash(before.revision()).hash(), hash);
        long applied = MetaKeys.of(copy).number(MetaKeys.CONSISTENT_INDEX);
        require("applied index", state.appliedIndex(), applied);
        return new EtcdImport.Result(
                metadata.getNodeID(),
                metadata.getClusterID(),
                MetaKeys.of(source).storageVersion(),
                records,
                after.revision(),
                after.compactRevision(),
                after.liveKeys(),
                hash,
                count(Bucket.LEASE),
                count(Bucket.AUTH_USERS),
                count(Bucket.AUTH_ROLES),
                authEnabled(),
                members,
                applied,
                state.lastIndex());
    }

    private static StoredHistory history(BucketSource database) {
        MetaKeys meta = MetaKeys.of(database);
        return StoredHistory.read(
                visitor -> database.scan(Bucket.KEY.nameBytes(), visitor),
                meta.get(MetaKeys.SCHEDULED_COMPACTION),
                meta.get(MetaKeys.FINISHED_COMPACTION));
    }

    private boolean authEnabled() {
        boolean[] enabled = {false};
        copy.scan(
                Bucket.AUTH.nameBytes(),
                (key, value) -> {
                    enabled[0] |= MetaKeys.isNamed(key, "authEnabled") && value[0] == 1;
                    return true;
                });
        return enabled[0];
    }

    private long count(Bucket bucket) {
        long[] count = {0};
        copy.scan(
                bucket.nameBytes(),
                (_, _) -> {
                    count[0]++;
                    return true;
                });
        return count[0];
    }

    private static void require(String what, long before, long after)
            throws EtcdImport.RefusedException {
        if (before != after) {
            throw new EtcdImport.RefusedException(
                    "verification failed: " + what + " was " + before + " and is " + after);
        }
    }

    private void compare(Bucket bucket) throws EtcdImport.RefusedException {
        Digest before = digest(source, bucket);
        Digest after = digest(copy, bucket);
        if (!before.equals(after)) {
            throw new EtcdImport.RefusedException(
                    "verification failed: bucket "
                            + bucket.text()
                            + " was "
                            + before
                            + " and is "
                            + after);
        }
        records += after.records;
    }

    /** Stands for all records of a bucket, which memory might not hold. */
    private record Digest(long records, String sha256) {
        @Override
        public String toString() {
            return records + " records with SHA-256 " + sha256;
        }
    }

    private static Digest digest(BucketSource database, Bucket bucket) {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        long[] count = {0};
        database.scan(
                bucket.nameBytes(),
                (key, value) -> {
                    if (bucket != Bucket.META || !isRenewed(key)) {
                        count[0]++;
                        sha256.update(
                                ByteBuffer.allocate(2 * Integer.BYTES)
                                        .putInt(key.length)
                                        .putInt(value.length)
                                        .flip());
                        sha256.update(key);
                        sha256.update(value);
                    }
                    return true;
                });
        return new Digest(count[0], HexFormat.of().formatHex(sha256.digest()));
    }

    private static boolean isRenewed(byte[] metaKey) {
        return RENEWED.contains(new String(metaKey, StandardCharsets.ISO_8859_1));
    }
}
