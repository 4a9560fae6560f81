package dev.quorate.storage.bbolt;

import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.ReadView;
import java.util.List;

/** Named buckets of ordered records, from wherever they come: what a file is written from, and what a file looks like when read. */
public interface BucketSource {
    /** Names of the buckets in ascending byte order. */
    List<byte[]> buckets();

    /** Visits the records of a bucket in ascending key order until the visitor has enough; a bucket that is absent has no records. */
    void scan(byte[] bucket, ReadView.Visitor visitor);

    /** All buckets of an engine, empty ones included, as etcd creates them all at first start. */
    static BucketSource of(ReadView view) {
        return new BucketSource() {
            @Override
            public List<byte[]> buckets() {
                return Bucket.byName().stream().map(Bucket::nameBytes).toList();
            }

            @Override
            public void scan(byte[] bucket, ReadView.Visitor visitor) {
                Bucket.named(bucket).ifPresent(known -> view.scanAll(known, visitor));
            }
        };
    }
}
