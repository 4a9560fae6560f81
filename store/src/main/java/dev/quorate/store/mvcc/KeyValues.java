package dev.quorate.store.mvcc;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.RecordView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the key-value store. Any thread; no reader waits for the apply thread, nor the other way round.
 *
 * <p>Each read works on one published snapshot of the index and fetches the records afterwards. If a compaction deleted one of them in
 * between, a read of the current state starts again, and a read of an older revision is refused as compacted.
 */
public final class KeyValues implements History {
    /** Compaction hashes kept, newest first to stay. */
    static final int MAX_COMPACTION_HASHES = 10;

    /** A history read stops after this many records, even if few of them matched. */
    private static final int MAX_SCANNED_RECORDS = 200_000;

    /** Each new attempt needs a compaction that overtook the one before, so more than a few mean that the store is damaged. */
    private static final int MAX_ATTEMPTS = 100;

    private final Backend backend;
    private final Tally tally = new Tally();
    private volatile KeyView current;
    private volatile List<KeyHash> compactionHashes = List.of();

    KeyValues(Backend backend, KeyView initial) {
        this.backend = backend;
        this.current = initial;
    }

    @Override
    public long currentRevision() {
        return current.revision();
    }

    @Override
    public long compactRevision() {
        return current.compactRevision();
    }

    /** How many operations there were. */
    public Tally tally() {
        return tally;
    }

    /** Number of keys that exist now. */
    public long liveKeys() {
        return current.root().live;
    }

    /** Number of keys of a range that exist now; costs as much as looking up two keys. */
    public long liveKeys(ByteString key, ByteString rangeEnd) {
        return KeyTree.countLive(
                current.root(), KeyRange.of(key.toByteArray(), rangeEnd.toByteArray()));
    }

    /**
     * Answers a range request.
     *
     * @throws StatusException if the revision is compacted or in the future
     */
    public RangeResult range(RangeRequest request) throws StatusException {
        tally.add(1, 0, 0);
        for (int i = 0; i < MAX_ATTEMPTS; i++) {
            KeyView view = current;
            try {
                return view.range(request);
            } catch (Vanished e) {
                checkOvertaken(view);
            }
        }
        throw new IllegalStateException("range overtaken by " + MAX_ATTEMPTS + " compactions");
    }

    /** Whether {@link #txn} can answer this transaction: both branches consist of ranges only. */
    public static boolean isReadOnly(TxnRequest txn) {
        return TxnRun.isReadOnly(txn);
    }

    /**
     * Evaluates a read-only transaction on one snapshot. The header carries only the revision.
     *
     * @throws StatusException if a range's revision is compacted or in the future
     */
    public TxnResponse txn(TxnRequest request) throws StatusException {
        for (int i = 0; i < MAX_ATTEMPTS; i++) {
            KeyView view = current;
            try {
                TxnRun run = new TxnRun(view);
                run.decide(request);
                run.check(request, NoLeases.INSTANCE);
                TxnResponse response = run.execute(request, new Reading(view), true);
                tally.add(run.looked() + run.ranges(), 0, 0);
                return response.toBuilder()
                        .setHeader(ResponseHeader.newBuilder().setRevision(view.revision()))
                        .build();
            } catch (Vanished e) {
                checkOvertaken(view);
            }
        }
        throw new IllegalStateException("txn overtaken by " + MAX_ATTEMPTS + " compactions");
    }

    /**
     * Starts reading a range in chunks, all at the same revision.
     *
     * @throws StatusException if the revision is compacted or in the future, or the request asks for a custom order or revision filters
     */
    public RangeStream rangeStream(RangeRequest request) throws StatusException {
        return new RangeStream(this, current, request);
    }

    /**
     * Hashes the history up to a revision (0: the current one; negative: no history at all); a revision that a recent compaction was at gives that compaction's hash. Takes
     * as long as reading every record does; not for an event loop.
     *
     * @throws StatusException if the revision is compacted or in the future
     */
    public KeyHash hash(long revision) throws StatusException {
        for (KeyHash stored : compactionHashes) {
            if (revision > 0 && stored.revision() == revision) {
                return stored;
            }
        }
        for (int i = 0; i < MAX_ATTEMPTS; i++) {
            KeyView view = current;
            long at = revision < 0 ? revision : view.resolve(revision);
            try (RecordView records = backend.view()) {
                if (current.compactRevision() == view.compactRevision()) {
                    return hash(view, records, at);
                }
            }
        }
        throw new IllegalStateException("hash overtaken by " + MAX_ATTEMPTS + " compactions");
    }

    /** The hashes taken by the latest compactions, by ascending revision. */
    public List<KeyHash> compactionHashes() {
        return compactionHashes;
    }

    @Override
    public Slice read(byte[] key, byte[] rangeEnd, long fromRevision, int revisionsMax) {
        KeyView view = current;
        if (fromRevision < view.compactRevision()) {
            return new Slice(List.of(), view.compactRevision(), true);
        }
        KeyRange range = KeyRange.of(key, rangeEnd);
        Slice slice =
                range.single()
                        ? readKey(view, key, fromRevision, revisionsMax)
                        : readRange(view, range, fromRevision, revisionsMax);
        long compacted = current.compactRevision();
        return fromRevision < compacted ? new Slice(List.of(), compacted, true) : slice;
    }

    @Override
    public byte @Nullable [] previous(byte[] key, long revision) {
        KeyView view = current;
        KeyVersion newest = KeyTree.get(view.root(), key);
        if (newest == null || revision < view.compactRevision()) {
            return null;
        }
        KeyVersion version = newest.liveAsOf(revision);
        if (version == null) {
            return null;
        }
        try (RecordView records = backend.view()) {
            return records.get(version.main, version.sub);
        }
    }

    KeyView view() {
        return current;
    }

    void publish(KeyView view) {
        current = view;
    }

    void forgetCompactionHashes() {
        compactionHashes = List.of();
    }

    void addCompactionHash(KeyHash hash) {
        ArrayList<KeyHash> hashes = new ArrayList<>(compactionHashes);
        hashes.add(hash);
        if (hashes.size() > MAX_COMPACTION_HASHES) {
            hashes.removeFirst();
        }
        compactionHashes = Collections.unmodifiableList(hashes);
    }

    /** Only a newer compaction explains a missing record; anything else is damage. */
    void checkOvertaken(KeyView view) {
        if (current.compactRevision() == view.compactRevision()) {
            throw new IllegalStateException(
                    "a record of the index is missing in the database at revision "
                            + view.revision());
        }
    }

    private static KeyHash hash(KeyView view, RecordView records, long revision) {
        KeyHasher hasher = new KeyHasher(view.compactRevision(), revision, anyLive(view, revision));
        Records.Reader reader = new Records.Reader();
        records.scan(
                0,
                revision + 1,
                (main, sub, tombstone, value) -> {
                    boolean kept =
                            hasher.asksIndex(main)
                                    && isLive(view, reader.read(value).key(), revision, main, sub);
                    hasher.add(main, sub, tombstone, value, kept);
                    return true;
                });
        return hasher.result();
    }

    private static boolean anyLive(KeyView view, long revision) {
        if (revision == view.revision()) {
            return view.root().live > 0;
        }
        KeyRange all = new KeyRange(new byte[0], null, false);
        return !KeyTree.scan(view.root(), all, newest -> newest.liveAsOf(revision) == null);
    }

    private static boolean isLive(KeyView view, byte[] key, long revision, long main, long sub) {
        KeyVersion newest = KeyTree.get(view.root(), key);
        KeyVersion version = newest == null ? null : newest.liveAsOf(revision);
        return version != null && version.main == main && version.sub == sub;
    }

    /** Follows one key's versions back to the first revision wanted. */
    private Slice readKey(KeyView view, byte[] key, long from, int revisionsMax) {
        ArrayDeque<KeyVersion> versions = new ArrayDeque<>();
        KeyVersion at = KeyTree.get(view.root(), key);
        while (at != null && at.main >= from) {
            versions.addFirst(at);
            at = at.prev;
        }
        SliceBuilder slice = new SliceBuilder(revisionsMax);
        try (RecordView records = backend.view()) {
            for (KeyVersion v : versions) {
                byte[] record = v.tombstone ? Records.tombstone(v.key) : records.get(v.main, v.sub);
                if (!slice.startsRevision(v.main) || record == null) {
                    break;
                }
                slice.add(v.main, v.sub, v.tombstone, v.version == 1, v.key, record);
            }
        }
        return slice.build(view.revision());
    }

    /** Reads every record from the first revision wanted, for ranges of keys. */
    private Slice readRange(KeyView view, KeyRange range, long from, int revisionsMax) {
        SliceBuilder slice = new SliceBuilder(revisionsMax);
        Records.Reader reader = new Records.Reader();
        try (RecordView records = backend.view()) {
            records.scan(
                    from,
                    view.revision() + 1,
                    (main, sub, tombstone, value) -> {
                        if (slice.exhausted(main)) {
                            return false;
                        }
                        byte[] key = reader.read(value).key();
                        if (!range.contains(key)) {
                            return true;
                        }
                        if (!slice.startsRevision(main)) {
                            return false;
                        }
                        boolean created = !tombstone && reader.version == 1;
                        slice.add(main, Math.toIntExact(sub), tombstone, created, key, value);
                        return true;
                    });
        }
        return slice.build(view.revision());
    }

    /** Gathers whole revisions until there are enough of them. */
    private static final class SliceBuilder {
        private final ArrayList<Change> changes = new ArrayList<>();
        private final int revisionsMax;
        private int revisions;
        private long lastMatched = -1;
        private long lastScanned = -1;
        private int scanned;
        private boolean stopped;

        SliceBuilder(int revisionsMax) {
            this.revisionsMax = revisionsMax;
        }

        /** Whether a change of this revision still has a place. */
        boolean startsRevision(long main) {
            if (main != lastMatched) {
                if (revisions == revisionsMax) {
                    stopped = true;
                    lastScanned = main - 1;
                    return false;
                }
                revisions++;
                lastMatched = main;
            }
            return true;
        }

        /** Counts a record; says whether the budget ended before this revision. */
        boolean exhausted(long main) {
            scanned++;
            if (main != lastScanned && scanned > MAX_SCANNED_RECORDS) {
                stopped = true;
                return true;
            }
            lastScanned = main;
            return false;
        }

        void add(
                long main, int sub, boolean tombstone, boolean created, byte[] key, byte[] record) {
            changes.add(new Change(main, sub, tombstone, created, key, record));
        }

        Slice build(long revision) {
            return new Slice(changes, stopped ? lastScanned : revision, false);
        }
    }

    /** A read-only transaction's target. */
    private record Reading(KeyView view) implements TxnRun.Target {
        @Override
        public RangeResult range(RangeRequest request) throws StatusException, Vanished {
            return view.range(request);
        }

        @Override
        public PutResponse put(PutRequest request, boolean wanted) {
            throw new IllegalStateException("put in a read-only transaction");
        }

        @Override
        public DeleteRangeResponse delete(DeleteRangeRequest request, boolean wanted) {
            throw new IllegalStateException("delete in a read-only transaction");
        }

        @Override
        public long headerRevision() {
            return view.revision();
        }
    }

    /** Read-only transactions have nothing to ask of leases. */
    private enum NoLeases implements LeaseBook {
        INSTANCE;

        @Override
        public boolean exists(long lease) {
            return false;
        }

        @Override
        public void attach(long lease, byte[] key) {}

        @Override
        public void detach(long lease, byte[] key) {}
    }

    /** Refuses what only unary ranges can do. */
    static void checkStreamable(RangeRequest request) throws StatusException {
        boolean plain =
                switch (request.getSortOrder()) {
                    case NONE -> true;
                    case ASCEND -> request.getSortTarget() == RangeRequest.SortTarget.KEY;
                    case DESCEND, UNRECOGNIZED -> false;
                };
        if (!plain) {
            throw EtcdError.STREAM_CUSTOM_SORT.exception();
        }
        if (request.getMinModRevision() != 0
                || request.getMaxModRevision() != 0
                || request.getMinCreateRevision() != 0
                || request.getMaxCreateRevision() != 0) {
            throw EtcdError.STREAM_REVISION_FILTERS.exception();
        }
    }

    /** The key that follows {@code key} immediately. */
    static byte[] successor(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }
}
