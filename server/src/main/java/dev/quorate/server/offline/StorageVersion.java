package dev.quorate.server.offline;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.server.boot.Boot;
import dev.quorate.storage.bbolt.BboltReader;
import dev.quorate.storage.bbolt.BucketSource;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.WriteBatch;
import dev.quorate.storage.wal.Wal;
import dev.quorate.storage.wal.WalEntry;
import dev.quorate.storage.wal.WalSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads and changes the version that says in which form a stopped member's database is. */
public final class StorageVersion {
    private final Disk disk;
    private final Boot.EngineOpener engines;
    private final Layout layout;
    private final Layout.Kind kind;

    /** @param kind whose database it is; not none */
    public StorageVersion(Disk disk, Boot.EngineOpener engines, Layout layout, Layout.Kind kind) {
        this.disk = disk;
        this.engines = engines;
        this.layout = layout;
        this.kind = kind;
    }

    /**
     * What a database says of itself.
     *
     * @param version as {@link MetaKeys#storageVersion} tells it
     * @param missing as {@link MetaKeys#missing} tells it
     */
    public record Found(String version, String missing) {
        static Found in(BucketSource database) {
            MetaKeys meta = MetaKeys.of(database);
            return new Found(meta.storageVersion(), meta.missing());
        }
    }

    /** Looks into the database. */
    public Found read() throws IOException {
        return switch (kind) {
            case OURS -> {
                try (Engine engine = engines.open(layout.engineDir());
                        ReadView view = engine.read()) {
                    yield Found.in(BucketSource.of(view));
                }
            }
            case ETCD, NONE -> {
                try (BboltReader reader = BboltReader.open(Path.of(layout.etcdDatabase()))) {
                    yield Found.in(reader);
                }
            }
        };
    }

    /**
     * Sets the version.
     *
     * @param version null for a form that does not note it, which is that before 3.6
     */
    public void write(@Nullable String version) throws IOException {
        switch (kind) {
            case OURS -> {
                try (Engine engine = engines.open(layout.engineDir())) {
                    WriteBatch batch = new WriteBatch();
                    byte[] name = MetaKeys.name(MetaKeys.STORAGE_VERSION);
                    if (version == null) {
                        batch.delete(Bucket.META, name);
                    } else {
                        batch.put(Bucket.META, name, MetaKeys.name(version));
                    }
                    engine.commit(batch);
                }
            }
            case ETCD, NONE -> {
                try (WalLocks _ = WalLocks.take(disk, layout.walDir());
                        BboltReader reader = BboltReader.open(Path.of(layout.etcdDatabase()))) {
                    EtcdDatabase.replace(disk, layout, new Changed(reader, version));
                }
            }
        }
    }

    /**
     * The lowest minor version of etcd 3 that understands every entry of the log.
     *
     * @throws IOException if the log is not there or cannot be read
     */
    public int lowestMinorOfLog() throws IOException {
        WalSnapshot newest = WalSnapshot.START;
        for (WalSnapshot snapshot : Wal.validSnapshots(disk, layout.walDir())) {
            newest = snapshot.index() >= newest.index() ? snapshot : newest;
        }
        int lowest = 0;
        for (WalEntry entry : Wal.read(disk, layout.walDir(), newest).entries()) {
            lowest = Math.max(lowest, lowestMinor(entry));
        }
        return lowest;
    }

    /** A version test names the version that all members have to understand from then on. */
    private static int lowestMinor(WalEntry entry) {
        if (entry.type() != 0 || entry.data().length == 0) {
            return 0;
        }
        try {
            InternalRaftRequest request = InternalRaftRequest.parseFrom(entry.data());
            if (!request.hasDowngradeVersionTest()) {
                return 0;
            }
            String[] parts = request.getDowngradeVersionTest().getVer().split("\\.", -1);
            return parts.length < 2 ? 0 : Integer.parseInt(parts[1]);
        } catch (InvalidProtocolBufferException | NumberFormatException _) {
            return 0; // a request in the form of the v2 store, which every version before 3.6
            // understands
        }
    }

    /** All records of a source but for the version. */
    private record Changed(BucketSource source, @Nullable String version) implements BucketSource {
        @Override
        public List<byte[]> buckets() {
            return source.buckets();
        }

        @Override
        public void scan(byte[] bucket, ReadView.Visitor visitor) {
            if (!Arrays.equals(bucket, Bucket.META.nameBytes())) {
                source.scan(bucket, visitor);
                return;
            }
            byte[] name = MetaKeys.name(MetaKeys.STORAGE_VERSION);
            boolean[] pending = {version != null};
            boolean[] more = {true};
            source.scan(
                    bucket,
                    (key, value) -> {
                        int order = Arrays.compareUnsigned(key, name);
                        if (pending[0] && order >= 0) {
                            pending[0] = false;
                            more[0] = visitVersion(visitor, name);
                        }
                        if (more[0] && order != 0) {
                            more[0] = visitor.visit(key, value);
                        }
                        return more[0];
                    });
            if (pending[0] && more[0]) {
                visitVersion(visitor, name);
            }
        }

        private boolean visitVersion(ReadView.Visitor visitor, byte[] name) {
            return visitor.visit(name, MetaKeys.name(String.valueOf(version)));
        }
    }
}
