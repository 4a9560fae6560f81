package dev.quorate.server.offline;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.log.Log;
import dev.quorate.proto.etcdserverpb.Metadata;
import dev.quorate.proto.raftpb.ConfState;
import dev.quorate.server.boot.Boot;
import dev.quorate.server.member.Ids;
import dev.quorate.storage.bbolt.BboltImport;
import dev.quorate.storage.bbolt.BboltReader;
import dev.quorate.storage.bbolt.BucketSource;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.disk.DiskFile;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.WriteBatch;
import dev.quorate.storage.wal.Wal;
import dev.quorate.storage.wal.WalEntry;
import dev.quorate.storage.wal.WalReplay;
import dev.quorate.store.member.MemberJson;
import dev.quorate.store.member.Membership;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Takes over the data directory of a member of etcd, 3.4 to 3.7, that was stopped: writes another directory with which a member of this
 * project goes on where that one ended, under the same ids, with the same log. The source is only read.
 *
 * <p>The records stay as they are, but for the members of a database of 3.4, which are not kept there reliably and are worked out from
 * snapshot and log. What was written is then compared with the source, record by record.
 */
public final class EtcdImport {
    private static final Log LOG = Log.of(EtcdImport.class);
    private static final int COPY_BYTES = 1 << 20;

    private final Disk disk;
    private final Boot.EngineOpener engines;

    public EtcdImport(Disk disk, Boot.EngineOpener engines) {
        this.disk = disk;
        this.engines = engines;
    }

    /** A directory that cannot be taken over; the message says why and what to do. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * What was taken over, as found when everything was read back.
     *
     * @param version of the database's form; empty before 3.5
     * @param keyHash what HashKV reports of it
     * @param appliedIndex last entry of the log that the database holds
     * @param lastIndex last entry of the log
     */
    public record Result(
            long memberId,
            long clusterId,
            String version,
            long records,
            long revision,
            long compactRevision,
            long liveKeys,
            long keyHash,
            long leases,
            long users,
            long roles,
            boolean authEnabled,
            int members,
            long appliedIndex,
            long lastIndex) {}

    /**
     * Imports one directory.
     *
     * @param from the directory of etcd
     * @param to absent, or with nothing in it; gone again if this fails
     * @throws RefusedException if the source is not what a stopped member leaves
     * @throws IOException if a disk fails
     * @throws dev.quorate.storage.CorruptionException if the source is damaged
     */
    public Result run(Layout from, Layout to) throws IOException, RefusedException {
        if (from.kind(disk) != Layout.Kind.ETCD) {
            throw new RefusedException(
                    "stat " + from.etcdDatabase() + ": no such file or directory");
        }
        if (!Wal.exists(disk, from.walDir())) {
            throw new RefusedException(
                    "there is no write-ahead log in "
                            + from.walDir()
                            + ": name its directory, or restore the database with \"etcdutl snapshot restore --skip-hash-check\"");
        }
        boolean done = false;
        try (WalLocks _ = WalLocks.take(disk, from.walDir());
                BboltReader database = BboltReader.open(Path.of(from.etcdDatabase()))) {
            EtcdState state = EtcdState.read(disk, from, database);
            write(database, state, from, to);
            Result result = verify(database, state, to);
            done = true;
            return result;
        } finally {
            if (!done) {
                disk.deleteTree(to.memberDir());
                disk.deleteTree(to.walDir());
                disk.deleteTree(to.walDir() + ".tmp");
            }
        }
    }

    private void write(BucketSource database, EtcdState state, Layout from, Layout to)
            throws IOException {
        for (String directory : List.of(to.memberDir(), to.snapDir(), to.engineDir())) {
            disk.createDirectories(directory);
        }
        try (Engine engine = engines.open(to.engineDir())) {
            BboltImport.Loaded loaded = BboltImport.load(database, engine);
            for (String bucket : loaded.unknownBuckets()) {
                LOG.warn("left out a bucket that no member knows", "bucket", bucket);
            }
            complete(engine, state);
        }
        for (String name : disk.list(from.snapDir())) {
            if (name.endsWith(".snap")) {
                copy(Disk.join(from.snapDir(), name), Disk.join(to.snapDir(), name));
            }
        }
        disk.syncDirectory(to.snapDir());
        disk.syncDirectory(to.memberDir());
        disk.syncDirectory(to.dataDir());
        disk.syncDirectory(Disk.parent(to.dataDir()));
        copyLog(from, to);
    }

    /** Adds what the database does not say itself: where it stands in the log, and who the members are. */
    private void complete(Engine engine, EtcdState state) throws IOException {
        if (state.membersFromLog()) {
            WriteBatch batch = new WriteBatch();
            try (ReadView view = engine.read()) {
                for (Bucket bucket : List.of(Bucket.MEMBERS, Bucket.MEMBERS_REMOVED)) {
                    view.scanAll(
                            bucket,
                            (key, _) -> {
                                batch.delete(bucket, key);
                                return true;
                            });
                }
            }
            state.startingMembers()
                    .members()
                    .forEach(member ->
                            batch.put(
                                    Bucket.MEMBERS,
                                    MetaKeys.name(Ids.text(member.getID())),
                                    MemberJson.encode(member)));
            state.startingMembers()
                    .removed()
                    .forEach(id ->
                            batch.put(
                                    Bucket.MEMBERS_REMOVED,
                                    MetaKeys.name(Ids.text(id)),
                                    MetaKeys.name("removed")));
            engine.commit(batch);
        }
        Backend backend = new Backend(engine);
        Membership membership = new Membership(backend, Integer.MAX_VALUE);
        if (state.membersFromLog()) {
            state.replayMembers(membership);
        }
        ConfState.Builder confState = ConfState.newBuilder();
        membership
                .members()
                .forEach(member -> {
                    if (member.getIsLearner()) {
                        confState.addLearners(member.getID());
                    } else {
                        confState.addVoters(member.getID());
                    }
                });
        membership.setConfState(confState.build());
        backend.put(
                Bucket.META,
                MetaKeys.name(MetaKeys.CONSISTENT_INDEX),
                MetaKeys.encoded(state.appliedIndex()));
        backend.put(
                Bucket.META, MetaKeys.name(MetaKeys.TERM), MetaKeys.encoded(state.appliedTerm()));
        backend.seal();
        backend.commit();
    }

    private void copyLog(Layout from, Layout to) throws IOException {
        String building = to.walDir() + ".tmp";
        disk.deleteTree(building);
        disk.createDirectories(building);
        for (String name : disk.list(from.walDir())) {
            if (name.endsWith(".wal")) {
                copy(Disk.join(from.walDir(), name), Disk.join(building, name));
            }
        }
        disk.syncDirectory(building);
        disk.rename(building, to.walDir());
        disk.syncDirectory(Disk.parent(to.walDir()));
    }

    /** Blocks of zeros, of which a segment's unused end consists, become gaps. */
    private void copy(String from, String to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        ByteBuffer zeros = ByteBuffer.allocate(COPY_BYTES);
        try (DiskFile source = disk.open(from, Disk.OpenMode.READ);
                DiskFile target = disk.open(to, Disk.OpenMode.CREATE_NEW)) {
            for (long at = 0; source.readAt(buffer.clear(), at) > 0; at += buffer.limit()) {
                buffer.flip();
                if (buffer.mismatch(zeros.clear().limit(buffer.limit())) >= 0) {
                    target.writeAt(buffer.duplicate(), at);
                }
            }
            target.sync();
        }
    }

    private Result verify(BucketSource database, EtcdState state, Layout to)
            throws IOException, RefusedException {
        WalReplay log = Wal.read(disk, to.walDir(), state.snapshot());
        List<WalEntry> entries = log.entries();
        long last = entries.isEmpty() ? state.snapshot().index() : entries.getLast().index();
        if (last != state.lastIndex()) {
            throw new RefusedException(
                    "the copy of the log ends at " + last + " instead of " + state.lastIndex());
        }
        Metadata metadata;
        try {
            metadata = Metadata.parseFrom(log.metadata());
        } catch (InvalidProtocolBufferException e) {
            throw new RefusedException("the metadata of the log does not parse: " + e.getMessage());
        }
        try (Engine engine = engines.open(to.engineDir());
                ReadView view = engine.read()) {
            return new Comparison(database, BucketSource.of(view), state.membersFromLog())
                    .result(metadata, state, Math.toIntExact(view.count(Bucket.MEMBERS)));
        }
    }
}
