package dev.quorate.store;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.AlarmRequest;
import dev.quorate.proto.etcdserverpb.AlarmResponse;
import dev.quorate.proto.etcdserverpb.AlarmType;
import dev.quorate.proto.etcdserverpb.ClusterMemberAttrSetRequest;
import dev.quorate.proto.etcdserverpb.CompactionResponse;
import dev.quorate.proto.etcdserverpb.DowngradeInfo;
import dev.quorate.proto.etcdserverpb.EmptyResponse;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.LeaseCheckpoint;
import dev.quorate.proto.etcdserverpb.LeaseCheckpointRequest;
import dev.quorate.proto.etcdserverpb.LeaseCheckpointResponse;
import dev.quorate.proto.etcdserverpb.LeaseGrantRequest;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.proto.etcdserverpb.LeaseRevokeResponse;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.etcdserverpb.Request;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.proto.raftpb.ConfState;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.RecordSource;
import dev.quorate.store.alarm.Alarms;
import dev.quorate.store.auth.Auth;
import dev.quorate.store.auth.AuthWriter;
import dev.quorate.store.auth.Tokens;
import dev.quorate.store.lease.Leases;
import dev.quorate.store.member.Membership;
import dev.quorate.store.mvcc.Compacted;
import dev.quorate.store.mvcc.KeyValues;
import dev.quorate.store.mvcc.KeyWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Applies committed entries, one after another, to the database; every member that applies the same entries has the same state.
 *
 * <p>The methods in the first half belong to the apply thread. It calls {@link #apply} for each entry of a batch and then {@link #endBatch},
 * which shows the batch to readers and seals it for the committer together with the index of its last entry.
 */
public final class StateMachine {
    private static final byte[] CONSISTENT_INDEX = ascii("consistent_index");
    private static final byte[] TERM = ascii("term");
    private static final byte[] STORAGE_VERSION = ascii("storageVersion");

    private final Backend backend;
    private final Options options;
    private final Leases leases;
    private final Alarms alarms;
    private final Membership membership;
    private final Auth auth;
    private final AuthWriter authWriter;
    private final AuthApplier authApplier;
    private final KeyWriter keys;
    private final Quota quota;
    private long index;
    private long term;

    private StateMachine(Backend backend, Options options) {
        this.backend = backend;
        this.options = options;
        this.leases = new Leases(backend, options.minLeaseTtlSeconds(), options.checkpointLeases());
        this.alarms = new Alarms(backend);
        this.membership = new Membership(backend, options.learnersMax());
        AuthWriter authWriter =
                AuthWriter.open(backend, leases, options.tokens(), options.bcryptCost());
        this.auth = authWriter.auth();
        this.authWriter = authWriter;
        this.authApplier = new AuthApplier(authWriter, options.nanoClock());
        this.keys = KeyWriter.open(backend, leases, options.compactionBatch());
        this.quota = new Quota(backend, options.quotaBytes());
        readPosition();
    }

    private void readPosition() {
        try (ReadView view = backend.snapshotView()) {
            this.index = readLong(view, CONSISTENT_INDEX);
            this.term = readLong(view, TERM);
        }
    }

    /**
     * What a state machine has to know beyond its entries.
     *
     * @param minLeaseTtlSeconds shorter leases are raised to this; has to be the same on every member
     * @param quotaBytes size of the database beyond which writes are refused; negative: none
     * @param learnersMax learners that the cluster may have; has to be the same on every member
     * @param tokens hands out tokens when someone logs in
     * @param bcryptCost work factor for passwords that arrive unhashed, as etcd 3.4 proposes them
     * @param checkpointLeases whether the leader replicates what long leases have left
     * @param compactionBatch records that one step of a compaction looks at
     * @param nanoClock a monotonic clock
     */
    public record Options(
            long minLeaseTtlSeconds,
            long quotaBytes,
            int learnersMax,
            Tokens tokens,
            int bcryptCost,
            boolean checkpointLeases,
            int compactionBatch,
            LongSupplier nanoClock) {}

    /**
     * Rebuilds the state from the database, or starts a new one.
     *
     * @throws IOException if the database cannot be written
     */
    public static StateMachine open(Backend backend, Options options) throws IOException {
        StateMachine machine = new StateMachine(backend, options);
        backend.seal();
        return machine;
    }

    // ---- apply thread
    // -------------------------------------------------------------------------------------------------------------

    /** Raft index of the last entry applied. */
    public long consistentIndex() {
        return index;
    }

    /** Raft term of the last entry applied. */
    public long consistentTerm() {
        return term;
    }

    /** Applies an entry without effect. */
    public void applyEmpty(long entryIndex, long entryTerm) {
        advance(entryIndex, entryTerm);
    }

    /**
     * Applies a request.
     *
     * @param wanted whether a local client waits for the answer; if not, no answer is built
     */
    public Outcome apply(
            long entryIndex, long entryTerm, InternalRaftRequest request, boolean wanted) {
        if (!advance(entryIndex, entryTerm)) {
            return Outcome.Skipped.INSTANCE;
        }
        if (!wanted && isReadOnly(request)) {
            return Outcome.Skipped.INSTANCE;
        }
        boolean fits = quota.fits(request);
        try {
            MessageLite response = dispatch(request, wanted);
            return fits
                    ? new Outcome.Done(response, keys.revision())
                    : new Outcome.Refused(EtcdError.NO_SPACE.exception(), true);
        } catch (StatusException e) {
            return new Outcome.Refused(e, false);
        }
    }

    /** Gives raft a configuration change; returns the configuration after it. */
    @FunctionalInterface
    public interface RaftChange {
        /** Applies the change, which does nothing if its node is 0. */
        ConfState apply(ConfChange change);
    }

    /**
     * Applies a change of members. If it is refused, raft is given the change for node 0, as every change has to pass through it.
     *
     * @return the members after the change, in a response whose header the caller fills
     */
    public Outcome applyConfChange(
            long entryIndex, long entryTerm, ConfChange change, RaftChange raft) {
        if (!advance(entryIndex, entryTerm)) {
            return Outcome.Skipped.INSTANCE;
        }
        ConfChange effective = change;
        Outcome outcome;
        try {
            membership.apply(change);
            outcome =
                    new Outcome.Done(
                            MemberListResponse.newBuilder()
                                    .addAllMembers(membership.members())
                                    .build(),
                            keys.revision());
        } catch (StatusException e) {
            effective = change.toBuilder().setNodeId(0).build();
            outcome = new Outcome.Refused(e, false);
        }
        membership.setConfState(raft.apply(effective));
        return outcome;
    }

    /** Applies an entry in the form of the v2 store, in which members up to 3.5 publish themselves; others have no meaning here. */
    public Outcome applyV2(long entryIndex, long entryTerm, Request request) {
        if (!advance(entryIndex, entryTerm) || !membership.apply(request)) {
            return Outcome.Skipped.INSTANCE;
        }
        return new Outcome.Done(EmptyResponse.getDefaultInstance(), keys.revision());
    }

    /** Notes the version that the database's form belongs to; it becomes durable with the next batch. */
    public void setStorageVersion(String version) {
        membership.setStorageVersion(version);
    }

    /**
     * Shows readers everything applied since the last call and hands it to the committer as one unit.
     *
     * @throws IOException if the database takes no more writes
     */
    public Batch endBatch() throws IOException {
        if (index > 0) {
            backend.put(Bucket.META, CONSISTENT_INDEX, bigEndian(index));
        }
        if (term > 0) {
            backend.put(Bucket.META, TERM, bigEndian(term));
        }
        Batch batch = new Batch(keys.publish(), keys.revision());
        backend.seal();
        quota.newBatch();
        return batch;
    }

    /**
     * Takes over the state of another member, which stands in for all entries up to an index. Between batches only.
     *
     * @param source the other's database
     * @param at index and {@code atTerm} of its last entry
     * @param members the raft configuration at that index
     * @throws IOException if the source or the database failed, or the source belongs to another index
     */
    public void install(RecordSource source, long at, long atTerm, ConfState members)
            throws IOException {
        backend.replaceAll(source);
        leases.reload();
        alarms.reload();
        membership.reload();
        authWriter.reload();
        keys.reload();
        quota.newBatch();
        readPosition();
        if (index != at) {
            throw new IOException(
                    "the database of the snapshot at index "
                            + at
                            + " holds entries up to "
                            + index
                            + ": the snapshot cannot be used");
        }
        term = atTerm;
        membership.setConfState(members);
    }

    /** Whether the end of a batch would not wait for the disk. */
    public boolean hasRoom() {
        return backend.hasRoom();
    }

    /** Whether a compaction has records left to delete. */
    public boolean compacting() {
        return keys.compacting();
    }

    /**
     * Does a bounded part of an unfinished compaction; between batches only.
     *
     * @return whether something is left to do
     * @throws IOException if the database takes no more writes
     */
    public boolean compactStep() throws IOException {
        boolean more = keys.compactStep();
        backend.seal();
        return more;
    }

    /** The compaction that the last {@link #compactStep} finished, or null; tells each once. */
    public @Nullable Compacted takeFinishedCompaction() {
        return keys.takeFinishedCompaction();
    }

    /** Runs {@code done} on the apply thread once the compaction at {@code revision} has deleted its records. */
    public void whenCompacted(long revision, Runnable done) {
        keys.whenCompacted(revision, done);
    }

    // ---- any thread
    // ---------------------------------------------------------------------------------------------------------------

    /** Reads of keys. */
    public KeyValues keyValues() {
        return keys.readers();
    }

    /** The leases. */
    public Leases leases() {
        return leases;
    }

    /** The alarms. */
    public Alarms alarms() {
        return alarms;
    }

    /** The members and versions. */
    public Membership membership() {
        return membership;
    }

    /** Who may do what. */
    public Auth auth() {
        return auth;
    }

    /** The raft configuration after the latest change applied. */
    public ConfState confState() {
        return membership.confState();
    }

    /**
     * CRC-32C over everything committed, bucket by bucket, except what may differ between equal members. Takes as long as reading the whole
     * database does; not for an event loop.
     */
    public long databaseHash() {
        CRC32C crc = new CRC32C();
        try (ReadView view = backend.snapshotView()) {
            for (Bucket bucket : Bucket.byName()) {
                crc.update(bucket.nameBytes());
                view.scanAll(
                        bucket,
                        (key, value) -> {
                            if (bucket != Bucket.META || !isLocal(key)) {
                                crc.update(key);
                                crc.update(value);
                            }
                            return true;
                        });
            }
        }
        return crc.getValue();
    }

    private static boolean isLocal(byte[] metaKey) {
        return Arrays.equals(metaKey, CONSISTENT_INDEX)
                || Arrays.equals(metaKey, TERM)
                || Arrays.equals(metaKey, STORAGE_VERSION);
    }

    private boolean advance(long entryIndex, long entryTerm) {
        if (entryIndex <= index) {
            return false;
        }
        index = entryIndex;
        term = entryTerm;
        return true;
    }

    private MessageLite dispatch(InternalRaftRequest r, boolean wanted) throws StatusException {
        if (r.hasPut()) {
            checkHealthy();
            checkSpace(true);
            if (auth.isEnabled()) {
                auth.checkPut(AuthApplier.identity(r), r.getPut());
            }
            return keys.applyPut(r.getPut(), wanted);
        }
        if (r.hasTxn()) {
            checkHealthy();
            checkSpace(alarms.noSpace() && Quota.cost(r.getTxn()) > 0);
            if (auth.isEnabled()) {
                auth.checkAppliedTxn(AuthApplier.identity(r), r.getTxn());
            }
            return keys.applyTxn(r.getTxn(), wanted);
        }
        if (r.hasDeleteRange()) {
            checkHealthy();
            auth.checkDeleteRange(AuthApplier.identity(r), r.getDeleteRange());
            return keys.applyDelete(r.getDeleteRange(), wanted);
        }
        if (r.hasRange()) {
            checkHealthy();
            auth.checkRange(AuthApplier.identity(r), r.getRange());
            return keys.applyRange(r.getRange()).toMessage();
        }
        if (r.hasCompaction()) {
            checkHealthy();
            keys.applyCompaction(r.getCompaction().getRevision());
            return CompactionResponse.getDefaultInstance();
        }
        return dispatchRare(r);
    }

    private MessageLite dispatchRare(InternalRaftRequest r) throws StatusException {
        if (r.hasLeaseGrant()) {
            checkHealthy();
            checkSpace(true);
            return grant(r.getLeaseGrant());
        }
        if (r.hasLeaseRevoke()) {
            checkHealthy();
            auth.checkLeaseWrite(AuthApplier.identity(r), r.getLeaseRevoke().getID());
            return revoke(r.getLeaseRevoke());
        }
        if (r.hasLeaseCheckpoint()) {
            return checkpoint(r.getLeaseCheckpoint());
        }
        if (r.hasAlarm()) {
            return alarm(r.getAlarm());
        }
        MessageLite response = dispatchCluster(r);
        if (response == null) {
            // The entry before this one was the last that had been applied when a token is made.
            response = authApplier.apply(r, index - 1);
        }
        if (response == null) {
            throw new IllegalStateException(
                    "the log holds a request that this version does not know, at index " + index);
        }
        return response;
    }

    private @Nullable MessageLite dispatchCluster(InternalRaftRequest r) {
        if (r.hasClusterMemberAttrSet()) {
            ClusterMemberAttrSetRequest set = r.getClusterMemberAttrSet();
            membership.setAttributes(
                    set.getMemberID(),
                    set.getMemberAttributes().getName(),
                    set.getMemberAttributes().getClientUrlsList());
        } else if (r.hasClusterVersionSet()) {
            membership.setClusterVersion(r.getClusterVersionSet().getVer());
        } else if (r.hasDowngradeInfoSet()) {
            boolean enabled = r.getDowngradeInfoSet().getEnabled();
            String target = enabled ? r.getDowngradeInfoSet().getVer() : "";
            membership.setDowngrade(
                    DowngradeInfo.newBuilder()
                            .setEnabled(enabled)
                            .setTargetVersion(target)
                            .build());
        } else if (r.hasV2()) {
            membership.apply(r.getV2());
        } else if (!r.hasDowngradeVersionTest()) {
            return null;
        }
        return EmptyResponse.getDefaultInstance();
    }

    private void checkHealthy() throws StatusException {
        if (alarms.corrupt()) {
            throw EtcdError.CORRUPT.exception();
        }
    }

    private void checkSpace(boolean grows) throws StatusException {
        if (grows && alarms.noSpace()) {
            throw EtcdError.NO_SPACE.exception();
        }
    }

    private LeaseGrantResponse grant(LeaseGrantRequest request) throws StatusException {
        long ttl = leases.grant(request.getID(), request.getTTL(), options.nanoClock().getAsLong());
        return LeaseGrantResponse.newBuilder().setID(request.getID()).setTTL(ttl).build();
    }

    private LeaseRevokeResponse revoke(LeaseRevokeRequest request) throws StatusException {
        List<byte[]> attached = leases.keys(request.getID());
        if (attached == null) {
            throw EtcdError.LEASE_NOT_FOUND.exception();
        }
        keys.applyDeleteKeys(attached);
        leases.remove(request.getID());
        return LeaseRevokeResponse.getDefaultInstance();
    }

    private LeaseCheckpointResponse checkpoint(LeaseCheckpointRequest request) {
        long now = options.nanoClock().getAsLong();
        boolean persist = membership.isClusterVersionAtLeast(3, 6);
        List<LeaseCheckpoint> checkpoints = request.getCheckpointsList();
        for (int i = 0; i < checkpoints.size(); i++) {
            LeaseCheckpoint checkpoint = checkpoints.get(i);
            leases.checkpoint(checkpoint.getID(), checkpoint.getRemainingTTL(), persist, now);
        }
        return LeaseCheckpointResponse.getDefaultInstance();
    }

    private AlarmResponse alarm(AlarmRequest request) {
        AlarmResponse.Builder response = AlarmResponse.newBuilder();
        switch (request.getAction()) {
            case GET -> response.addAllAlarms(alarms.list(request.getAlarm()));
            case ACTIVATE -> {
                if (request.getAlarm() != AlarmType.NONE) {
                    response.addAlarms(alarms.activate(request.getMemberID(), request.getAlarm()));
                }
            }
            case DEACTIVATE -> {
                if (alarms.deactivate(request.getMemberID(), request.getAlarm())) {
                    response.addAlarmsBuilder()
                            .setMemberID(request.getMemberID())
                            .setAlarm(request.getAlarm());
                }
            }
            case UNRECOGNIZED -> {}
        }
        return response.build();
    }

    private static boolean isReadOnly(InternalRaftRequest r) {
        return r.hasRange() || r.hasAuthUserGet() || r.hasAuthRoleGet() || r.hasAuthStatus();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] bigEndian(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static long readLong(ReadView view, byte[] name) {
        byte[] value = view.get(Bucket.META, name);
        return value == null ? 0 : ByteBuffer.wrap(value).getLong();
    }
}
