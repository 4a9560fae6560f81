package dev.quorate.storage.bbolt;

import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.RecordSource;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The buckets of a bbolt file that an engine keeps. */
public record BboltRecords(BboltReader reader) implements RecordSource {
    @Override
    public void scan(Bucket bucket, ReadView.Visitor visitor) throws IOException {
        try {
            reader.scan(bucket.nameBytes(), visitor);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
