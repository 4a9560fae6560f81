package dev.quorate.tools.util;

import dev.quorate.server.offline.Layout;
import dev.quorate.server.offline.MetaKeys;
import dev.quorate.storage.bbolt.BboltReader;
import dev.quorate.storage.bbolt.BboltWriter;
import dev.quorate.storage.bbolt.BucketSource;
import dev.quorate.storage.bbolt.NoDatabaseException;
import dev.quorate.storage.disk.GoErrors;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.store.mvcc.StoredHistory;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.ExitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A database that is only read: a snapshot or another bbolt file, or a data directory, be it etcd's or ours.
 */
final class DatabaseFile implements AutoCloseable {
    private final BucketSource source;
    private final AutoCloseable resource;
    private final long sizeBytes;

    private DatabaseFile(BucketSource source, AutoCloseable resource, long sizeBytes) {
        this.source = source;
        this.resource = resource;
        this.sizeBytes = sizeBytes;
    }

    /**
     * Opens what the path names.
     *
     * @param patience with another process that uses a data directory
     * @throws ExitException if there is nothing, or no database
     */
    static DatabaseFile open(Path path, Patience patience) throws ExitException {
        try {
            if (!Files.exists(path)) {
                throw new ExitException(
                        ExitCode.ERROR, "stat " + path + ": no such file or directory");
            }
            if (Files.isDirectory(path)) {
                return directory(path, patience);
            }
            return bbolt(path);
        } catch (NoDatabaseException e) {
            throw new ExitException(ExitCode.ERROR, "invalid database", e);
        } catch (IOException e) {
            throw new ExitException(ExitCode.ERROR, GoErrors.text("open", e), e);
        }
    }

    private static DatabaseFile directory(Path path, Patience patience)
            throws IOException, ExitException {
        Layout layout = new Layout(path.toString(), "");
        Path etcd = Path.of(layout.etcdDatabase());
        Path ours = Path.of(layout.engineDir());
        if (Files.exists(path.resolve("data.mdb"))) {
            return engine(path, patience);
        }
        if (Files.exists(ours.resolve("data.mdb"))) {
            return engine(ours, patience);
        }
        if (Files.isRegularFile(etcd)) {
            return bbolt(etcd);
        }
        throw new ExitException(ExitCode.ERROR, "invalid database");
    }

    private static DatabaseFile bbolt(Path path) throws IOException {
        BboltReader reader = BboltReader.open(path);
        return new DatabaseFile(reader, reader, reader.sizeBytes());
    }

    private static DatabaseFile engine(Path directory, Patience patience) throws IOException {
        Engine engine = patience.open(directory.toString());
        ReadView view = engine.read();
        BucketSource source = BucketSource.of(view);
        return new DatabaseFile(
                source,
                () -> {
                    view.close();
                    engine.close();
                },
                BboltWriter.plan(source).sizeBytes());
    }

    BucketSource source() {
        return source;
    }

    /** Length of the database as a file of etcd, in bytes. */
    long sizeBytes() {
        return sizeBytes;
    }

    MetaKeys meta() {
        return MetaKeys.of(source);
    }

    /** The key-value history in it. */
    StoredHistory history() {
        MetaKeys meta = meta();
        return StoredHistory.read(
                visitor -> source.scan(Bucket.KEY.nameBytes(), visitor),
                meta.get(MetaKeys.SCHEDULED_COMPACTION),
                meta.get(MetaKeys.FINISHED_COMPACTION));
    }

    @Override
    public void close() throws ExitException {
        try {
            resource.close();
        } catch (Exception e) {
            throw new ExitException(ExitCode.ERROR, "close: " + e.getMessage(), e);
        }
    }
}
