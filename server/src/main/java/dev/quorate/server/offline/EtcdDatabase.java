package dev.quorate.server.offline;

import dev.quorate.storage.bbolt.BboltWriter;
import dev.quorate.storage.bbolt.BucketSource;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.disk.DiskFile;
import java.io.IOException;

/** Replaces the database of a stopped member of etcd by another one, which is always compact. */
final class EtcdDatabase {
    /** Members of etcd remove what begins so when they start. */
    private static final String TEMPORARY = "db.tmp.quorate";

    private EtcdDatabase() {}

    /** Writes the buckets, and gives them the name of the database once they are durable. */
    static void replace(Disk disk, Layout layout, BucketSource content) throws IOException {
        String temporary = Disk.join(layout.snapDir(), TEMPORARY);
        disk.delete(temporary);
        boolean done = false;
        try (DiskFile file = disk.open(temporary, Disk.OpenMode.CREATE_NEW)) {
            BboltWriter.plan(content).write(new DiskOutput(file));
            file.sync();
            done = true;
        } finally {
            if (!done) {
                disk.delete(temporary);
            }
        }
        disk.rename(temporary, layout.etcdDatabase());
        disk.syncDirectory(layout.snapDir());
    }
}
