package dev.quorate.store.mvcc;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.RecordView;
import dev.quorate.storage.engine.RevisionKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the key-value store. The apply thread's own; readers see nothing of a batch before {@link #publish}.
 *
 * <p>Each write transaction that changes something takes the next main revision and numbers its changes from sub revision 0.
 */
public final class KeyWriter implements TxnRun.Target {
    private static final long FIRST_REVISION = 1;
    private static final byte[] SCHEDULED =
            "scheduledCompactRev".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FINISHED = "finishedCompactRev".getBytes(StandardCharsets.US_ASCII);

    private final Backend backend;
    private final LeaseBook leases;
    private KeyTree tree = new KeyTree();
    private final KeyValues readers;
    private final int compactionBatch;
    private Compactor compactor;
    private final Records.Reader reader = new Records.Reader();
    private List<Change> changes = new ArrayList<>();
    private long revision = FIRST_REVISION;
    private long compactRevision = -1;
    private int sub;
    private boolean dirty;

    // Operations of the transaction that is being executed.
    private int looked;
    private int puts;
    private int deletes;

    private KeyWriter(Backend backend, LeaseBook leases, int compactionBatch) {
        this.backend = backend;
        this.leases = leases;
        this.readers =
                new KeyValues(
                        backend, new KeyView(tree.publish(), revision, compactRevision, backend));
        this.compactionBatch = compactionBatch;
        this.compactor = new Compactor(backend, tree, readers, compactionBatch);
    }

    /**
     * Rebuilds the index and the lease attachments from the stored records, and takes up an unfinished compaction.
     *
     * @param compactionBatch records that one step of a compaction looks at
     */
    public static KeyWriter open(Backend backend, LeaseBook leases, int compactionBatch) {
        KeyWriter writer = new KeyWriter(backend, leases, compactionBatch);
        writer.restore();
        return writer;
    }

    /**
     * Starts over from a database whose content was replaced. Readers see it when this returns; changes that were not published are
     * forgotten. Compactions that were under way are the new database's business, so whoever waits for one is told.
     */
    public void reload() {
        Compactor before = compactor;
        tree = new KeyTree();
        compactor = new Compactor(backend, tree, readers, compactionBatch);
        changes = new ArrayList<>();
        revision = FIRST_REVISION;
        sub = 0;
        readers.forgetCompactionHashes();
        restore();
        before.abandon();
    }

    /** What any thread may read. */
    public KeyValues readers() {
        return readers;
    }

    /** The revision after the latest transaction. */
    public long revision() {
        return revision;
    }

    /**
     * Applies a put as a transaction of its own.
     *
     * @throws StatusException if the lease is unknown, or the key is and the request counts on it; nothing is written then
     */
    public PutResponse applyPut(PutRequest request, boolean wanted) throws StatusException {
        if (request.getLease() != 0 && !leases.exists(request.getLease())) {
            throw EtcdError.LEASE_NOT_FOUND.exception();
        }
        int looked = needsPrevious(request) ? 1 : 0;
        byte[] key = request.getKey().toByteArray();
        KeyVersion before = tree.seek(key);
        if ((request.getIgnoreValue() || request.getIgnoreLease())
                && (before == null || before.tombstone)) {
            tally().add(looked, 0, 0);
            throw EtcdError.KEY_NOT_FOUND.exception();
        }
        PutResponse response = put(request, key, before, wanted);
        tally().add(looked, 1, 0);
        end();
        return response;
    }

    /** Applies a delete as a transaction of its own. */
    public DeleteRangeResponse applyDelete(DeleteRangeRequest request, boolean wanted) {
        DeleteRangeResponse response = deleteRange(request, wanted);
        tally().add(request.getPrevKv() ? 1 : 0, 0, 1);
        end();
        return response;
    }

    /**
     * Applies a transaction; the answer's header is left to the caller, its revision being {@link #revision} now.
     *
     * @throws StatusException if a check failed; nothing is written then
     */
    public TxnResponse applyTxn(TxnRequest request, boolean wanted) throws StatusException {
        TxnRun run = new TxnRun(now());
        try {
            run.decide(request);
            run.check(request, leases);
            looked = puts = deletes = 0;
            TxnResponse response = run.execute(request, this, wanted);
            tally().add(looked + run.ranges(), puts, deletes);
            end();
            return response;
        } catch (Vanished e) {
            throw missing(e);
        } finally {
            tally().add(run.looked(), 0, 0);
        }
    }

    /** Deletes the keys given, in order, as one transaction; those that do not exist are passed over. */
    public void applyDeleteKeys(List<byte[]> keys) {
        for (byte[] key : keys) {
            KeyVersion before = tree.seek(key);
            if (before != null && !before.tombstone) {
                delete(before);
            }
        }
        tally().add(0, 0, keys.size());
        end();
    }

    /**
     * Applies a range that came through the log.
     *
     * @throws StatusException if the revision is compacted or in the future
     */
    public RangeResult applyRange(RangeRequest request) throws StatusException {
        tally().add(1, 0, 0);
        try {
            return range(request);
        } catch (Vanished e) {
            throw missing(e);
        }
    }

    /**
     * Makes every revision below {@code at} unreadable; the records go in later {@link #compactStep steps}.
     *
     * @throws StatusException if {@code at} is compacted already or in the future
     */
    public void applyCompaction(long at) throws StatusException {
        if (at <= compactRevision) {
            throw EtcdError.COMPACTED.exception();
        }
        if (at > revision) {
            throw EtcdError.FUTURE_REV.exception();
        }
        tally().add(1, 0, 0); // etcd asks for the revision by a range
        compactor.schedule(at, compactRevision);
        compactRevision = at;
        dirty = true;
        backend.put(Bucket.META, SCHEDULED, RevisionKey.encode(at, 0, false));
    }

    /** Whether a compaction has records left to look at. */
    public boolean compacting() {
        return compactor.pending();
    }

    /**
     * Does a bounded part of the oldest unfinished compaction; to be called between batches. What it changed is in the backend's open batch
     * and has to be sealed by the caller.
     *
     * @return whether something is left to do
     */
    public boolean compactStep() {
        long finished = compactor.step();
        if (finished >= 0) {
            backend.put(Bucket.META, FINISHED, RevisionKey.encode(finished, 0, false));
        }
        dirty = true;
        publish();
        return compactor.pending();
    }

    /** What the last step finished, or null; tells each compaction once. */
    public @Nullable Compacted takeFinishedCompaction() {
        return compactor.takeFinished();
    }

    /** Runs {@code done} on the apply thread as soon as the compaction at {@code at} has deleted its records; at once if it has. */
    public void whenCompacted(long at, Runnable done) {
        compactor.whenFinished(at, done);
    }

    /** Shows readers everything applied so far and returns the changes since the last time. */
    public List<Change> publish() {
        if (!dirty) {
            return List.of();
        }
        readers.publish(new KeyView(tree.publish(), revision, compactRevision, backend));
        dirty = false;
        List<Change> published = changes;
        if (!published.isEmpty()) {
            changes = new ArrayList<>();
        }
        return published;
    }

    @Override
    public RangeResult range(RangeRequest request) throws StatusException, Vanished {
        return now().range(request);
    }

    @Override
    public PutResponse put(PutRequest request, boolean wanted) {
        puts++;
        looked += needsPrevious(request) ? 1 : 0;
        byte[] key = request.getKey().toByteArray();
        return put(request, key, tree.seek(key), wanted);
    }

    @Override
    public DeleteRangeResponse delete(DeleteRangeRequest request, boolean wanted) {
        deletes++;
        looked += request.getPrevKv() ? 1 : 0;
        return deleteRange(request, wanted);
    }

    private DeleteRangeResponse deleteRange(DeleteRangeRequest request, boolean wanted) {
        KeyRange range =
                KeyRange.of(request.getKey().toByteArray(), request.getRangeEnd().toByteArray());
        List<KeyVersion> doomed = now().liveIn(range);
        DeleteRangeResponse response = DeleteRangeResponse.getDefaultInstance();
        if (wanted && !doomed.isEmpty()) {
            response = deleted(request, doomed);
        }
        for (KeyVersion v : doomed) {
            tree.seek(v.key);
            delete(v);
        }
        return response;
    }

    /** Whether a put looks at what was there before, as etcd counts it. */
    static boolean needsPrevious(PutRequest request) {
        return request.getPrevKv() || request.getIgnoreValue() || request.getIgnoreLease();
    }

    private Tally tally() {
        return readers.tally();
    }

    @Override
    public long headerRevision() {
        return revision + (sub > 0 ? 1 : 0);
    }

    private PutResponse put(
            PutRequest request, byte[] key, @Nullable KeyVersion before, boolean wanted) {
        KeyVersion old = before == null || before.tombstone ? null : before;
        ByteString value = request.getValue();
        long lease = request.getLease();
        PutResponse response = PutResponse.getDefaultInstance();
        if (old != null) {
            boolean answers = wanted && request.getPrevKv();
            if (answers || request.getIgnoreValue()) {
                byte[] record = record(old);
                if (request.getIgnoreValue()) {
                    value = reader.read(record).value();
                }
                if (answers) {
                    response =
                            PutResponse.newBuilder().setPrevKv(RangeResult.parse(record)).build();
                }
            }
            if (request.getIgnoreLease()) {
                lease = old.lease;
            }
        }
        write(before == null ? key : before.key, value, lease, before, old);
        return response;
    }

    /** Writes a version over the one last sought. */
    private void write(
            byte[] key,
            ByteString value,
            long lease,
            @Nullable KeyVersion before,
            @Nullable KeyVersion old) {
        long main = revision + 1;
        long create = old == null ? main : old.createRevision;
        long version = old == null ? 1 : old.version + 1;
        byte[] record = Records.put(key, create, main, version, value, lease);
        tree.put(KeyVersion.put(key, main, sub, create, version, lease, before));
        backend.putRecord(main, sub, false, record);
        changes.add(new Change(main, sub, false, old == null, key, record));
        sub++;
        long oldLease = old == null ? 0 : old.lease;
        if (oldLease != 0 && oldLease != lease) {
            leases.detach(oldLease, key);
        }
        if (lease != 0) {
            leases.attach(lease, key);
        }
    }

    /** Writes a tombstone over {@code live}, which was just sought. */
    private void delete(KeyVersion live) {
        long main = revision + 1;
        byte[] record = Records.tombstone(live.key);
        tree.put(KeyVersion.tombstone(live.key, main, sub, live));
        backend.putRecord(main, sub, true, record);
        changes.add(new Change(main, sub, true, false, live.key, record));
        sub++;
        if (live.lease != 0) {
            leases.detach(live.lease, live.key);
        }
    }

    private DeleteRangeResponse deleted(DeleteRangeRequest request, List<KeyVersion> doomed) {
        DeleteRangeResponse.Builder response =
                DeleteRangeResponse.newBuilder().setDeleted(doomed.size());
        if (request.getPrevKv()) {
            try (RecordView records = backend.view()) {
                for (KeyVersion v : doomed) {
                    response.addPrevKvs(RangeResult.parse(KeyView.record(records, v)));
                }
            } catch (Vanished e) {
                throw missing(e);
            }
        }
        return response.build();
    }

    private void end() {
        if (sub > 0) {
            revision++;
            sub = 0;
            dirty = true;
        }
    }

    /** The state inside the running transaction; to be used before the next change. */
    private KeyView now() {
        return new KeyView(tree.root(), headerRevision(), compactRevision, backend);
    }

    private byte[] record(KeyVersion version) {
        try {
            return now().record(version);
        } catch (Vanished e) {
            throw missing(e);
        }
    }

    private IllegalStateException missing(Vanished cause) {
        return new IllegalStateException(
                "a record of the index is missing in the database at revision " + revision, cause);
    }

    private void restore() {
        try (RecordView records = backend.view()) {
            records.scan(
                    0,
                    Long.MAX_VALUE,
                    (main, recordSub, tombstone, value) -> {
                        restore(main, Math.toIntExact(recordSub), tombstone, value);
                        return true;
                    });
        }
        restoreAttachments();
        long scheduled = metaRevision(SCHEDULED);
        compactRevision = metaRevision(FINISHED);
        revision = Math.max(revision, Math.max(compactRevision, scheduled));
        if (scheduled > compactRevision) {
            compactor.resume(scheduled);
            compactRevision = scheduled;
        }
        dirty = true;
        publish();
    }

    private void restore(long main, int recordSub, boolean tombstone, byte[] record) {
        reader.read(record);
        byte[] key = reader.key();
        KeyVersion before = tree.seek(key);
        if (before != null) {
            key = before.key;
        }
        tree.put(
                tombstone
                        ? KeyVersion.tombstone(key, main, recordSub, before)
                        : KeyVersion.put(
                                key,
                                main,
                                recordSub,
                                reader.createRevision,
                                reader.version,
                                reader.lease,
                                before));
        revision = main;
    }

    private void restoreAttachments() {
        KeyRange all = new KeyRange(new byte[0], null, false);
        KeyTree.scan(
                tree.root(),
                all,
                newest -> {
                    if (newest.lease != 0) {
                        leases.attach(newest.lease, newest.key);
                    }
                    return true;
                });
    }

    private long metaRevision(byte[] name) {
        try (var view = backend.snapshotView()) {
            byte[] value = view.get(Bucket.META, name);
            return value == null ? -1 : RevisionKey.main(value);
        }
    }
}
