package dev.quorate.server.offline;

import com.google.protobuf.ByteString;
import dev.quorate.log.Log;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.Metadata;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.proto.raftpb.ConfChangeType;
import dev.quorate.proto.raftpb.ConfState;
import dev.quorate.proto.raftpb.Snapshot;
import dev.quorate.proto.raftpb.SnapshotMetadata;
import dev.quorate.server.boot.Boot;
import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.Url;
import dev.quorate.server.member.Ids;
import dev.quorate.server.member.MembershipDump;
import dev.quorate.storage.bbolt.BboltImport;
import dev.quorate.storage.bbolt.BucketSource;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.RevisionKey;
import dev.quorate.storage.engine.WriteBatch;
import dev.quorate.storage.snap.SnapDir;
import dev.quorate.storage.wal.Wal;
import dev.quorate.storage.wal.WalEntry;
import dev.quorate.storage.wal.WalHardState;
import dev.quorate.storage.wal.WalOptions;
import dev.quorate.storage.wal.WalSnapshot;
import dev.quorate.store.member.MemberJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes a new member's files from a snapshot: the keys, leases, users and alarms are those of the snapshot, the members those of the
 * flags. Each member of the new cluster does so for itself; the same flags give the same ids and the same log.
 */
public final class Restore {
    private static final Log LOG = Log.of(Restore.class);
    private static final long TERM = 1;
    private static final int CONF_CHANGE = 1;

    private final Disk disk;
    private final Boot.EngineOpener engines;

    public Restore(Disk disk, Boot.EngineOpener engines) {
        this.disk = disk;
        this.engines = engines;
    }

    /**
     * What is to be made.
     *
     * @param name which of the members this is
     * @param members all members, each with its peer URLs
     * @param bumpRevision how much the revision grows, so that clients which remember a later one see no revision twice; 0 for not
     * @param markCompacted whether everything before the grown revision is compacted
     */
    public record Plan(
            Layout layout,
            String name,
            List<Bootstrap.Member> members,
            String token,
            long bumpRevision,
            boolean markCompacted) {
        public Plan {
            members = List.copyOf(members);
        }
    }

    /**
     * Writes the files. The data directory must be absent or empty, and the log's directory absent. When this fails, what was written is
     * gone again.
     *
     * @throws IOException if a disk fails
     * @throws dev.quorate.storage.CorruptionException if the snapshot is damaged
     */
    public void run(BucketSource source, Plan plan) throws IOException {
        SortedMap<Long, Member> members = members(plan);
        boolean done = false;
        try {
            write(source, plan, members);
            done = true;
        } finally {
            if (!done) {
                disk.deleteTree(plan.layout().memberDir());
                disk.deleteTree(plan.layout().walDir());
            }
        }
    }

    private void write(BucketSource source, Plan plan, SortedMap<Long, Member> members)
            throws IOException {
        Layout layout = plan.layout();
        for (String directory : List.of(layout.memberDir(), layout.snapDir(), layout.engineDir())) {
            disk.createDirectories(directory);
        }
        try (Engine engine = engines.open(layout.engineDir())) {
            BboltImport.Loaded loaded = BboltImport.load(source, engine);
            for (String bucket : loaded.unknownBuckets()) {
                LOG.warn("left out a bucket that no member knows", "bucket", bucket);
            }
            LOG.info("Trimming membership information from the backend...");
            engine.commit(changes(engine, plan, members));
        }
        disk.syncDirectory(Disk.parent(layout.dataDir()));
        disk.syncDirectory(layout.dataDir());
        disk.syncDirectory(layout.memberDir());
        ConfState confState = ConfState.newBuilder().addAllVoters(members.keySet()).build();
        saveSnapshot(layout, members, confState);
        writeLog(plan, members, confState);
    }

    private static SortedMap<Long, Member> members(Plan plan) {
        SortedMap<Long, Member> members = new TreeMap<>(Long::compareUnsigned);
        for (Bootstrap.Member member : plan.members()) {
            List<String> urls = member.peerUrls().stream().map(Url::text).toList();
            long id = Ids.bootstrapMember(urls, plan.token());
            members.put(
                    id,
                    Member.newBuilder()
                            .setID(id)
                            .setName(member.name())
                            .addAllPeerURLs(urls)
                            .build());
        }
        return members;
    }

    private static WriteBatch changes(Engine engine, Plan plan, SortedMap<Long, Member> members) {
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
            if (plan.bumpRevision() != 0) {
                bump(view, batch, plan);
            }
        }
        long clusterId = Ids.cluster(members.keySet());
        for (Member member : members.values()) {
            batch.put(
                    Bucket.MEMBERS,
                    MetaKeys.name(Ids.text(member.getID())),
                    MemberJson.encode(member));
            LOG.info(
                    "added member",
                    "cluster-id",
                    Ids.text(clusterId),
                    "local-member-id",
                    "0",
                    "added-peer-id",
                    Ids.text(member.getID()),
                    "added-peer-peer-urls",
                    member.getPeerURLsList(),
                    "added-peer-is-learner",
                    false);
        }
        ConfState confState = ConfState.newBuilder().addAllVoters(members.keySet()).build();
        meta(batch, MetaKeys.CONSISTENT_INDEX, MetaKeys.encoded(members.size()));
        meta(batch, MetaKeys.TERM, MetaKeys.encoded(TERM));
        meta(batch, MetaKeys.CONF_STATE, MemberJson.encode(confState));
        return batch;
    }

    private static void bump(ReadView view, WriteBatch batch, Plan plan) {
        ReadView.Entry last = view.last(Bucket.KEY);
        long latest = last == null ? 0 : RevisionKey.main(last.key());
        long sub = last == null ? 0 : RevisionKey.sub(last.key());
        long bumped = latest + plan.bumpRevision();
        LOG.info(
                "bumping latest revision",
                "latest-revision",
                latest,
                "bump-amount",
                plan.bumpRevision(),
                "new-latest-revision",
                bumped);
        batch.put(Bucket.KEY, RevisionKey.encode(bumped, sub, false), new byte[0]);
        if (plan.markCompacted()) {
            LOG.info("marking revision compacted", "revision", bumped);
            meta(batch, MetaKeys.SCHEDULED_COMPACTION, RevisionKey.encode(bumped, sub, false));
        }
    }

    private static void meta(WriteBatch batch, String name, byte[] value) {
        batch.put(Bucket.META, MetaKeys.name(name), value);
    }

    private void saveSnapshot(Layout layout, SortedMap<Long, Member> members, ConfState confState)
            throws IOException {
        List<MembershipDump.Member> dumped = new ArrayList<>();
        for (Member member : members.values()) {
            dumped.add(
                    new MembershipDump.Member(
                            member.getID(),
                            member.getName(),
                            member.getPeerURLsList(),
                            List.of(),
                            false));
        }
        new SnapDir(disk, layout.snapDir())
                .save(
                        Snapshot.newBuilder()
                                .setData(
                                        ByteString.copyFrom(
                                                MembershipDump.encode(dumped, List.of(), "")))
                                .setMetadata(
                                        SnapshotMetadata.newBuilder()
                                                .setIndex(members.size())
                                                .setTerm(TERM)
                                                .setConfState(confState))
                                .build());
    }

    private void writeLog(Plan plan, SortedMap<Long, Member> members, ConfState confState)
            throws IOException {
        long self = 0;
        List<WalEntry> entries = new ArrayList<>();
        for (Member member : members.values()) {
            if (member.getName().equals(plan.name())) {
                self = member.getID();
            }
            byte[] change =
                    ConfChange.newBuilder()
                            .setId(0)
                            .setType(ConfChangeType.ConfChangeAddNode)
                            .setNodeId(member.getID())
                            .setContext(ByteString.copyFrom(MemberJson.encode(member)))
                            .build()
                            .toByteArray();
            entries.add(new WalEntry(CONF_CHANGE, TERM, entries.size() + 1L, change));
        }
        byte[] metadata =
                Metadata.newBuilder()
                        .setNodeID(self)
                        .setClusterID(Ids.cluster(members.keySet()))
                        .build()
                        .toByteArray();
        WalHardState state = new WalHardState(TERM, members.firstKey(), entries.size());
        try (Wal wal =
                Wal.create(
                        disk,
                        plan.layout().walDir(),
                        metadata,
                        WalOptions.DEFAULT,
                        state,
                        entries)) {
            wal.saveSnapshot(new WalSnapshot(entries.size(), TERM, confState));
        }
    }
}
