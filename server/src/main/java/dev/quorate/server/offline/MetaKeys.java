package dev.quorate.server.offline;

import dev.quorate.storage.bbolt.BucketSource;
import dev.quorate.storage.engine.Bucket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The records of the bucket {@code meta}, by name. */
public final class MetaKeys {
    public static final String CONSISTENT_INDEX = "consistent_index";
    public static final String TERM = "term";
    public static final String CONF_STATE = "confState";
    public static final String STORAGE_VERSION = "storageVersion";
    public static final String SCHEDULED_COMPACTION = "scheduledCompactRev";
    public static final String FINISHED_COMPACTION = "finishedCompactRev";

    private final Map<String, byte[]> records = new HashMap<>();

    private MetaKeys() {}

    /** Reads them all; they are few and small. */
    public static MetaKeys of(BucketSource source) {
        MetaKeys meta = new MetaKeys();
        source.scan(
                Bucket.META.nameBytes(),
                (key, value) -> {
                    meta.records.put(new String(key, StandardCharsets.ISO_8859_1), value);
                    return true;
                });
        return meta;
    }

    /** The value, or null. */
    public byte @Nullable [] get(String name) {
        byte[] value = records.get(name);
        return value == null ? null : value.clone();
    }

    /** A big-endian number, 0 if it is absent. */
    public long number(String name) {
        byte[] value = records.get(name);
        return value == null || value.length != Long.BYTES ? 0 : ByteBuffer.wrap(value).getLong();
    }

    /**
     * The version that the database's form belongs to: what it says, 3.5 if it only notes term and configuration, and empty before that.
     */
    public String storageVersion() {
        byte[] value = records.get(STORAGE_VERSION);
        if (value != null) {
            return new String(value, StandardCharsets.US_ASCII);
        }
        return missing().isEmpty() ? "3.5.0" : "";
    }

    /** In etcd's words, what the database lacks that every form since 3.5 has; empty if it lacks nothing. */
    public String missing() {
        if (number(TERM) == 0) {
            return "missing term information";
        }
        return records.containsKey(CONF_STATE) ? "" : "missing confstate information";
    }

    static byte[] name(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] encoded(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    static boolean isNamed(byte[] key, String name) {
        return Arrays.equals(key, name(name));
    }
}
