package dev.quorate.storage.engine;

import java.io.IOException;

/** Everything that a database holds, bucket by bucket. It can be read more than once, each time the same. */
public interface RecordSource {
    /**
     * Shows the records of a bucket in ascending order of their keys, until the visitor has enough.
     *
     * @throws IOException when they cannot be read
     */
    void scan(Bucket bucket, ReadView.Visitor visitor) throws IOException;
}
