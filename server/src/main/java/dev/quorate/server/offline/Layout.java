package dev.quorate.server.offline;

import dev.quorate.storage.disk.Disk;
import java.io.IOException;

/**
 * Where a member keeps what.
 *
 * @param dataDir the data directory
 * @param dedicatedWalDir a place of its own for the log, or empty
 */
public record Layout(String dataDir, String dedicatedWalDir) {

    /** What a data directory turns out to be. */
    public enum Kind {
        /** No database in it. */
        NONE,
        /** Written by this project. */
        OURS,
        /** Written by etcd. */
        ETCD
    }

    public String memberDir() {
        return Disk.join(dataDir, "member");
    }

    public String walDir() {
        return dedicatedWalDir.isEmpty() ? Disk.join(memberDir(), "wal") : dedicatedWalDir;
    }

    public String snapDir() {
        return Disk.join(memberDir(), "snap");
    }

    /** The directory of this project's database. */
    public String engineDir() {
        return Disk.join(memberDir(), "engine");
    }

    /** The database of etcd. */
    public String etcdDatabase() {
        return Disk.join(snapDir(), "db");
    }

    /** Looks which database is there. */
    public Kind kind(Disk disk) throws IOException {
        if (disk.exists(Disk.join(engineDir(), "data.mdb"))) {
            return Kind.OURS;
        }
        return disk.exists(etcdDatabase()) ? Kind.ETCD : Kind.NONE;
    }
}
