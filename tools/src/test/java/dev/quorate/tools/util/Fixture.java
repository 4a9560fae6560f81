package dev.quorate.tools.util;

import com.google.protobuf.ByteString;
import dev.quorate.log.Log;
import dev.quorate.log.Sink;
import dev.quorate.proto.leasepb.Lease;
import dev.quorate.proto.mvccpb.KeyValue;
import dev.quorate.storage.bbolt.BboltWriter;
import dev.quorate.storage.bbolt.BucketSource;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.MemEngine;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.RevisionKey;
import dev.quorate.storage.engine.WriteBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Runs etcdutl inside this JVM, on snapshots made here. */
final class Fixture {
    /** What a command did. */
    record Run(int code, String out, String err) {}

    private static final long LEASE = 0x293da21c55d0cc04L;

    private Fixture() {}

    static Run run(Object... words) {
        List<String> line = new ArrayList<>();
        for (Object word : words) {
            line.add(word.toString());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        Sink before = Log.install(new ConsoleSink(errors, InstantSource.system()));
        try {
            int code =
                    new EtcdutlCommand(new PrintStream(out, true, StandardCharsets.UTF_8), errors)
                            .run(line);
            return new Run(
                    code,
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        } finally {
            Log.install(before);
        }
    }

    /** The database of a lone member after a few puts and deletes and a compaction at 8: nothing in it is by chance. */
    static WriteBatch records() {
        WriteBatch batch = new WriteBatch();
        put(batch, 4, KeyValue.newBuilder().setKey(bytes("a")).setCreateRevision(2).setVersion(3));
        put(batch, 8, KeyValue.newBuilder().setKey(bytes("c")).setCreateRevision(7).setVersion(2));
        batch.put(
                Bucket.KEY,
                RevisionKey.encode(9, 0, true),
                KeyValue.newBuilder().setKey(bytes("c")).build().toByteArray());
        put(
                batch,
                10,
                KeyValue.newBuilder()
                        .setKey(bytes("zz"))
                        .setCreateRevision(10)
                        .setVersion(1)
                        .setLease(LEASE));
        batch.put(
                Bucket.LEASE,
                number(LEASE),
                Lease.newBuilder().setID(LEASE).setTTL(7777).build().toByteArray());
        batch.put(Bucket.AUTH, ascii("authRevision"), number(1));
        batch.put(Bucket.CLUSTER, ascii("clusterVersion"), ascii("3.7.0"));
        batch.put(
                Bucket.MEMBERS,
                ascii("f2bd36b70434293d"),
                ascii(
                        "{\"id\":17491196687454316861,\"peerURLs\":[\"http://127.0.0.1:23012\"],\"name\":\"m1\"}"));
        batch.put(Bucket.MEMBERS_REMOVED, ascii("8e9e05c52164694d"), ascii("removed"));
        meta(batch, "confState", ascii("{\"voters\":[17491196687454316861],\"auto_leave\":false}"));
        meta(batch, "consistent_index", number(15));
        meta(batch, "finishedCompactRev", RevisionKey.encode(8, 0, false));
        meta(batch, "scheduledCompactRev", RevisionKey.encode(8, 0, false));
        meta(batch, "storageVersion", ascii("3.7.0"));
        meta(batch, "term", number(2));
        return batch;
    }

    private static void put(WriteBatch batch, long revision, KeyValue.Builder record) {
        record.setModRevision(revision).setValue(bytes("value of " + revision));
        batch.put(Bucket.KEY, RevisionKey.encode(revision, 0, false), record.build().toByteArray());
    }

    private static void meta(WriteBatch batch, String name, byte[] value) {
        batch.put(Bucket.META, ascii(name), value);
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    /** A file of etcd without a trailer, as in its data directories. */
    static byte[] database(WriteBatch records) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (MemEngine engine = new MemEngine()) {
            engine.commit(records);
            try (ReadView view = engine.read()) {
                BboltWriter.plan(BucketSource.of(view)).write(file);
            }
        }
        return file.toByteArray();
    }

    /** A snapshot as etcdctl saves it. */
    static Path snapshot(Path path, WriteBatch records) throws IOException {
        byte[] database = database(records);
        ByteBuffer saved = ByteBuffer.allocate(database.length + 32);
        saved.put(database);
        try {
            saved.put(MessageDigest.getInstance("SHA-256").digest(database));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return Files.write(path, saved.array());
    }
}
