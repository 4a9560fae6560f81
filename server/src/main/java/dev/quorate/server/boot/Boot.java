package dev.quorate.server.boot;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.log.Log;
import dev.quorate.proto.etcdserverpb.Metadata;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.proto.raftpb.ConfChangeType;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.raft.HardState;
import dev.quorate.server.Transport;
import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.Feature;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.Url;
import dev.quorate.server.member.Ids;
import dev.quorate.server.node.RaftCodec;
import dev.quorate.server.peer.Peer;
import dev.quorate.server.token.TokenException;
import dev.quorate.server.token.TokenSpec;
import dev.quorate.storage.disk.DataDir;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.snap.SnapDir;
import dev.quorate.storage.wal.Wal;
import dev.quorate.storage.wal.WalEntry;
import dev.quorate.storage.wal.WalHardState;
import dev.quorate.storage.wal.WalOptions;
import dev.quorate.storage.wal.WalSnapshot;
import dev.quorate.store.StateMachine;
import dev.quorate.store.auth.Tokens;
import dev.quorate.store.member.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** Opens what a member has on disk, or writes down a new one. */
public final class Boot {
    private static final Log LOG = Log.of(Boot.class);

    /** Opens the engine in a directory. */
    public interface EngineOpener {
        Engine open(String directory) throws IOException;
    }

    /**
     * A member ready to run. Its files are open.
     *
     * @param start index and term before the first of {@code entries}
     * @param confState the membership as of the state machine's index
     * @param directory locked for this process
     * @param known the other members that a new member was told of
     */
    public record Opened(
            long memberId,
            long clusterId,
            Wal wal,
            HardState hardState,
            Position start,
            List<Entry> entries,
            ConfState confState,
            Backend backend,
            StateMachine machine,
            DataDir directory,
            List<Peer> known)
            implements AutoCloseable {
        /** Closes every file, before the member ran. */
        @Override
        public void close() throws IOException {
            try {
                wal.close();
            } finally {
                try {
                    backend.engine().close();
                } finally {
                    directory.close();
                }
            }
        }
    }

    /** A place in the log. */
    public record Position(long index, long term) {}

    private final ServerConfig config;
    private final Disk disk;
    private final WalOptions walOptions;
    private final EngineOpener engines;
    private final Transport transport;
    private final LongSupplier nanoClock;
    private final InstantSource wallClock;
    private final List<AutoCloseable> opened = new ArrayList<>();

    /** @param walOptions sizes of the log's files */
    public Boot(
            ServerConfig config,
            Disk disk,
            WalOptions walOptions,
            EngineOpener engines,
            Transport transport,
            LongSupplier nanoClock,
            InstantSource wallClock) {
        this.transport = transport;
        this.walOptions = walOptions;
        this.config = config;
        this.disk = disk;
        this.engines = engines;
        this.nanoClock = nanoClock;
        this.wallClock = wallClock;
    }

    /**
     * Opens the member, or writes down a new one.
     *
     * @throws StartException when the flags or the files do not allow a start
     * @throws IOException when the disk fails
     */
    public Opened open() throws IOException, StartException {
        refuseEtcdsDirectory();
        DataDir directory =
                DataDir.open(
                        disk,
                        config.dataDir().toString(),
                        config.isWalDedicated() ? config.walDir().toString() : "");
        opened.add(directory);
        for (String warning : directory.permissionWarnings()) {
            LOG.warn("check file permission", "error", warning);
        }
        String walDir = directory.walDirectory();
        try {
            for (String path : new SnapDir(disk, config.snapDir().toString()).removeLeftovers()) {
                LOG.info("found orphaned temporary file; deleted", "path", path);
            }
            if (Wal.exists(disk, walDir)) {
                return restart(directory, walDir);
            }
            if (config.bootstrap().state() == Bootstrap.State.EXISTING) {
                return join(directory, walDir);
            }
            return bootstrap(directory, walDir);
        } catch (IOException | StartException | RuntimeException e) {
            closeAfter(e);
            throw e;
        }
    }

    /** Its log could be read, but not its database: the member would begin anew and forget what snapshots hold. */
    private void refuseEtcdsDirectory() throws IOException, StartException {
        String database = config.snapDir().resolve("db").toString();
        String ours = config.memberDir().resolve("engine/data.mdb").toString();
        if (disk.exists(database) && !disk.exists(ours)) {
            throw new StartException(
                    "the data directory "
                            + config.dataDir()
                            + " belongs to a member of etcd ("
                            + database
                            + "): take it over with \"etcdutl import "
                            + config.dataDir()
                            + " --data-dir NEW\", then start with --data-dir NEW");
        }
    }

    /** Whoever starts a member in its own process may mend the files and try again. */
    private void closeAfter(Exception failure) {
        for (AutoCloseable one : opened.reversed()) {
            try {
                one.close();
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
    }

    private Backend openBackend() throws IOException {
        String directory = config.memberDir().resolve("engine").toString();
        disk.createDirectories(directory);
        long start = nanoClock.getAsLong();
        Engine engine = engines.open(directory);
        opened.add(engine);
        Backend backend = new Backend(engine);
        LOG.info(
                "opened backend db",
                "path",
                directory,
                "took",
                Duration.ofNanos(nanoClock.getAsLong() - start));
        return backend;
    }

    private StateMachine openMachine(Backend backend) throws IOException, StartException {
        var raft = config.raft();
        int ticks = 3 * raft.electionTicks() / 2;
        long minTtlSeconds = Math.ceilDiv((long) ticks * raft.heartbeatMillis(), 1000);
        return StateMachine.open(
                backend,
                new StateMachine.Options(
                        minTtlSeconds,
                        config.storage().quotaBytes(),
                        config.limits().maxLearners(),
                        tokens(),
                        config.auth().bcryptCost(),
                        config.features().isEnabled(Feature.LEASE_CHECKPOINT),
                        config.compaction().batchLimit(),
                        nanoClock));
    }

    private Tokens tokens() throws StartException {
        try {
            return TokenSpec.tokens(
                    config.auth().token(), config.auth().tokenTtlSeconds(), wallClock, disk);
        } catch (TokenException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The same flags give the same ids and the same first entries on every member. */
    private Opened bootstrap(DataDir directory, String walDir) throws IOException, StartException {
        LOG.info("bootstrapping cluster");
        TreeMap<Long, Bootstrap.Member> members = new TreeMap<>(Long::compareUnsigned);
        long self = 0;
        String token = config.bootstrap().token();
        for (Bootstrap.Member member : config.bootstrap().initialCluster()) {
            long id = Ids.bootstrapMember(texts(member.peerUrls()), token);
            if (members.put(id, member) != null) {
                throw new StartException(
                        "membership: duplicate peer URLs of member " + member.name());
            }
            if (member.name().equals(config.name())) {
                self = id;
            }
        }
        if (self == 0) {
            throw new StartException(
                    "couldn't find local name \""
                            + config.name()
                            + "\" in the initial cluster configuration");
        }
        if (members.size() > 1) {
            joining().checkNotBootstrapped(self);
        }
        long clusterId = Ids.cluster(members.keySet());
        List<Entry> entries = new ArrayList<>();
        for (var member : members.entrySet()) {
            entries.add(
                    new Entry(
                            EntryType.CONF_CHANGE,
                            1,
                            entries.size() + 1L,
                            addition(member.getKey(), member.getValue())));
        }
        HardState hardState = new HardState(1, 0, entries.size());
        Backend backend = openBackend();
        StateMachine machine = openMachine(backend);
        checkUnused(machine, walDir);
        LOG.info("restore consistentIndex", "index", machine.consistentIndex());
        LOG.info("bootstrapping storage");
        LOG.info("bootstrapping raft");
        LOG.info(
                "starting local member",
                "local-member-id",
                Ids.text(self),
                "cluster-id",
                Ids.text(clusterId));
        Wal wal =
                Wal.create(
                        disk,
                        walDir,
                        metadata(self, clusterId),
                        walOptions,
                        new WalHardState(hardState.term(), hardState.vote(), hardState.commit()),
                        walEntries(entries));
        return new Opened(
                self,
                clusterId,
                wal,
                hardState,
                new Position(0, 0),
                entries,
                ConfState.ofVoters(new ArrayList<>(members.keySet())),
                backend,
                machine,
                directory,
                known(members));
    }

    private Joining joining() {
        return new Joining(config, transport, transport::resolve);
    }

    /** Another member made a place for this one; the rest comes from the leader. */
    private Opened join(DataDir directory, String walDir) throws IOException, StartException {
        Joining.Place place = joining().place();
        Backend backend = openBackend();
        StateMachine machine = openMachine(backend);
        checkUnused(machine, walDir);
        LOG.info(
                "starting local member",
                "local-member-id",
                Ids.text(place.memberId()),
                "cluster-id",
                Ids.text(place.clusterId()));
        Wal wal =
                Wal.create(disk, walDir, metadata(place.memberId(), place.clusterId()), walOptions);
        return new Opened(
                place.memberId(),
                place.clusterId(),
                wal,
                HardState.EMPTY,
                new Position(0, 0),
                new ArrayList<>(),
                ConfState.EMPTY,
                backend,
                machine,
                directory,
                place.known());
    }

    private void checkUnused(StateMachine machine, String walDir) throws StartException {
        if (machine.consistentIndex() > 0) {
            throw new StartException(
                    "the database in "
                            + config.memberDir()
                            + " holds entries up to "
                            + machine.consistentIndex()
                            + ", but there is no write-ahead log in "
                            + walDir
                            + ": acknowledged entries may be missing; put the log back, restore the member from a backup, or remove"
                            + " it from the cluster and add it again with an empty data directory");
        }
    }

    private static List<Peer> known(Map<Long, Bootstrap.Member> members) {
        List<Peer> known = new ArrayList<>();
        members.forEach((id, member) -> known.add(new Peer(id, texts(member.peerUrls()))));
        return known;
    }

    private Opened restart(DataDir directory, String walDir) throws IOException, StartException {
        List<WalSnapshot> snapshots = Wal.validSnapshots(disk, walDir);
        WalSnapshot newest = WalSnapshot.START;
        for (WalSnapshot snapshot : snapshots) {
            if (snapshot.index() >= newest.index()) {
                newest = snapshot;
            }
        }
        Wal.Opened replayed = Wal.open(disk, walDir, newest, walOptions);
        replayed.brokenCopy()
                .ifPresent(copy ->
                        LOG.warn(
                                "cut off a record that a crash left incomplete at the end of the WAL",
                                "copy-of-segment",
                                copy));
        opened.add(replayed.wal());
        Metadata metadata = parse(replayed.replay().metadata(), walDir);
        Backend backend = openBackend();
        StateMachine machine = openMachine(backend);
        if (machine.consistentIndex() < newest.index()) {
            takeOverReceived(machine, newest);
        }
        long applied = machine.consistentIndex();
        if (applied < newest.index()) {
            throw new StartException(
                    "the database in "
                            + config.memberDir()
                            + " holds entries up to "
                            + applied
                            + ", but the write-ahead log begins at snapshot "
                            + newest.index()
                            + ": the database is older than the log; restore the member from a backup, or remove it from the"
                            + " cluster and add it again");
        }
        List<Entry> entries = new ArrayList<>(replayed.replay().entries().size());
        for (WalEntry entry : replayed.replay().entries()) {
            entries.add(
                    new Entry(
                            EntryType.values()[entry.type()],
                            entry.term(),
                            entry.index(),
                            entry.data()));
        }
        long last = newest.index() + entries.size();
        if (applied > last) {
            throw new StartException(
                    "the write-ahead log in "
                            + walDir
                            + " ends at entry "
                            + last
                            + ", but the database holds entries up to "
                            + applied
                            + ": acknowledged entries are missing from the log; restore the member from a backup");
        }
        WalHardState saved = replayed.replay().hardState();
        HardState hardState =
                new HardState(saved.term(), saved.vote(), Math.max(saved.commit(), applied));
        if (config.bootstrap().forceNewCluster()) {
            hardState =
                    new Survivor(metadata.getNodeID(), hardState, newest.index())
                            .takeOver(entries, snapshotConfState(newest), replayed.wal());
        }
        LOG.info(
                "restarting local member",
                "cluster-id",
                Ids.text(metadata.getClusterID()),
                "local-member-id",
                Ids.text(metadata.getNodeID()),
                "commit-index",
                hardState.commit());
        ConfState confState =
                applied == 0 ? snapshotConfState(newest) : RaftCodec.confState(machine.confState());
        return new Opened(
                metadata.getNodeID(),
                metadata.getClusterID(),
                replayed.wal(),
                hardState,
                new Position(newest.index(), newest.term()),
                entries,
                confState,
                backend,
                machine,
                directory,
                List.of());
    }

    /** The log names a snapshot that was received whole, but not taken over before the process ended. */
    private void takeOverReceived(StateMachine machine, WalSnapshot snapshot) throws IOException {
        SnapDir snapDir = new SnapDir(disk, config.snapDir().toString());
        if (snapDir.findDb(snapshot.index()).isEmpty()) {
            return;
        }
        LOG.info("Recovering from snapshot backend", "snapshot-index", snapshot.index());
        snapDir.withReceivedDb(
                snapshot.index(),
                received ->
                        machine.install(
                                received,
                                snapshot.index(),
                                snapshot.term(),
                                RaftCodec.confState(snapshotConfState(snapshot))));
        machine.endBatch();
        snapDir.deleteDb(snapshot.index());
    }

    private static ConfState snapshotConfState(WalSnapshot snapshot) {
        var state = snapshot.confState();
        return state == null ? ConfState.EMPTY : RaftCodec.confState(state);
    }

    private static Metadata parse(byte[] metadata, String walDir) throws StartException {
        try {
            return Metadata.parseFrom(metadata);
        } catch (InvalidProtocolBufferException e) {
            throw new StartException(
                    "the metadata of the write-ahead log in " + walDir + " does not parse", e);
        }
    }

    private static byte[] metadata(long memberId, long clusterId) {
        return Metadata.newBuilder()
                .setNodeID(memberId)
                .setClusterID(clusterId)
                .build()
                .toByteArray();
    }

    /** The bytes must be the same on all members: they are never replicated as a proposal. */
    private static byte[] addition(long id, Bootstrap.Member member) {
        String json =
                "{\"id\":"
                        + Long.toUnsignedString(id)
                        + ",\"peerURLs\":"
                        + JsonText.quoted(texts(member.peerUrls()))
                        + ",\"name\":"
                        + JsonText.quoted(member.name())
                        + "}";
        return ConfChange.newBuilder()
                .setId(0)
                .setType(ConfChangeType.ConfChangeAddNode)
                .setNodeId(id)
                .setContext(ByteString.copyFrom(json, StandardCharsets.UTF_8))
                .build()
                .toByteArray();
    }

    private static List<String> texts(List<Url> urls) {
        List<String> texts = new ArrayList<>(urls.size());
        for (Url url : urls) {
            texts.add(url.text());
        }
        return texts;
    }

    private static List<WalEntry> walEntries(List<Entry> entries) {
        List<WalEntry> converted = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            converted.add(RaftCodec.walEntry(entry));
        }
        return converted;
    }
}
