package dev.quorate.server.offline;

import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a member of etcd from running: it locks its log's files, and these locks exclude ours. (Its database it locks by other means, which
 * Java does not have.)
 */
final class WalLocks implements Closeable {
    private final List<DiskFile> files = new ArrayList<>();

    private WalLocks() {}

    /**
     * Locks the log, if there is one.
     *
     * @throws IOException if somebody else holds a lock
     */
    static WalLocks take(Disk disk, String walDir) throws IOException {
        WalLocks locks = new WalLocks();
        boolean done = false;
        try {
            for (String name : disk.isDirectory(walDir) ? disk.list(walDir) : List.<String>of()) {
                if (name.endsWith(".wal")) {
                    locks.take(disk.open(Disk.join(walDir, name), Disk.OpenMode.WRITE));
                }
            }
            done = true;
            return locks;
        } finally {
            if (!done) {
                locks.close();
            }
        }
    }

    private void take(DiskFile file) throws IOException {
        files.add(file);
        if (!file.tryLock()) {
            throw new IOException(
                    file.path() + " is locked: stop the member that uses this directory first");
        }
    }

    @Override
    public void close() throws IOException {
        for (DiskFile file : files) {
            file.close();
        }
    }
}
