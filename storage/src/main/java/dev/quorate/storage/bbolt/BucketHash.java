package dev.quorate.storage.bbolt;

import java.util.zip.CRC32C;

/** The hash of a whole database, as {@code etcdctl snapshot status} and the Hash call report it. */
public final class BucketHash {
    private BucketHash() {}

    /** CRC-32C over each bucket's name followed by its keys and values, in order; visits everything. */
    public static int of(BucketSource source) {
        CRC32C crc = new CRC32C();
        for (byte[] bucket : source.buckets()) {
            crc.update(bucket);
            source.scan(
                    bucket,
                    (key, value) -> {
                        crc.update(key, 0, key.length);
                        crc.update(value, 0, value.length);
                        return true;
                    });
        }
        return (int) crc.getValue();
    }
}
