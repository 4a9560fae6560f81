package dev.quorate.server.offline;

import dev.quorate.server.boot.Boot;
import dev.quorate.storage.bbolt.BboltImport;
import dev.quorate.storage.bbolt.BboltReader;
import dev.quorate.storage.bbolt.BucketSource;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.engine.ReadView;
import java.io.IOException;
import java.nio.file.Path;

/** Writes a database anew, so that its file holds nothing but records. The old file is replaced at once or not at all. */
public final class Compactor {
    private static final String DATA = "data.mdb";

    private final Disk disk;
    private final Boot.EngineOpener engines;

    /** @param engines opens the database that is compacted, and the new one */
    public Compactor(Disk disk, Boot.EngineOpener engines) {
        this.disk = disk;
        this.engines = engines;
    }

    /** Sizes before and after, in bytes: of the file, and of the records in it. */
    public record Sizes(long before, long usedBefore, long after, long usedAfter) {}

    /** Compacts a database of this project. */
    public Sizes ours(Layout layout) throws IOException {
        String scratch = layout.engineDir() + ".compact";
        disk.deleteTree(scratch);
        try (Engine old = engines.open(layout.engineDir())) {
            long before = old.sizeBytes();
            long usedBefore = old.usedBytes();
            long after;
            long usedAfter;
            try (Engine compact = engines.open(scratch);
                    ReadView view = old.read()) {
                BboltImport.load(BucketSource.of(view), compact);
                after = compact.sizeBytes();
                usedAfter = compact.usedBytes();
            }
            // The old database stays open, hence locked, until the new one has its name.
            disk.rename(Disk.join(scratch, DATA), Disk.join(layout.engineDir(), DATA));
            disk.syncDirectory(layout.engineDir());
            return new Sizes(before, usedBefore, after, usedAfter);
        } finally {
            disk.deleteTree(scratch);
        }
    }

    /** Compacts a database of etcd. */
    public Sizes etcds(Layout layout) throws IOException {
        try (WalLocks _ = WalLocks.take(disk, layout.walDir());
                BboltReader reader = BboltReader.open(Path.of(layout.etcdDatabase()))) {
            long before = reader.sizeBytes();
            EtcdDatabase.replace(disk, layout, reader);
            try (BboltReader compact = BboltReader.open(Path.of(layout.etcdDatabase()))) {
                return new Sizes(before, before, compact.sizeBytes(), compact.sizeBytes());
            }
        }
    }
}
