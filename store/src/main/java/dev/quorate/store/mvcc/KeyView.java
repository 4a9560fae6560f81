package dev.quorate.store.mvcc;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest.SortOrder;
import dev.quorate.proto.etcdserverpb.RangeRequest.SortTarget;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.RecordView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One state of the store: an index snapshot and the revisions that go with it. The order in which a range request's options take effect
 * is etcd's, including where it surprises: with a sort target but no order, the limit cuts before the sort.
 */
record KeyView(KeyTree.Node root, long revision, long compactRevision, Backend backend) {
    private static final Comparator<KeyVersion> BY_KEY =
            (a, b) -> Arrays.compareUnsigned(a.key, b.key);
    private static final Comparator<KeyVersion> BY_VERSION =
            (a, b) -> Long.compare(a.version, b.version);
    private static final Comparator<KeyVersion> BY_CREATE =
            (a, b) -> Long.compare(a.createRevision, b.createRevision);
    private static final Comparator<KeyVersion> BY_MOD = (a, b) -> Long.compare(a.main, b.main);
    private static final byte[] NOTHING = new byte[0];

    /** The version of a key that exists now, or null. */
    @Nullable KeyVersion live(byte[] key) {
        KeyVersion newest = KeyTree.get(root, key);
        return newest == null || newest.tombstone ? null : newest;
    }

    /** Answers a range request. */
    RangeResult range(RangeRequest request) throws StatusException, Vanished {
        long at = resolve(request.getRevision());
        KeyRange range =
                KeyRange.of(request.getKey().toByteArray(), request.getRangeEnd().toByteArray());
        if (request.getCountOnly()) {
            return new RangeResult(revision, List.of(), false, count(range, at));
        }
        boolean cutEarly = cutsEarly(request);
        long limit = request.getLimit();
        boolean cuts = cutEarly && limit > 0 && limit < Long.MAX_VALUE;
        Collector found = new Collector(at, cuts ? limit + 1 : Long.MAX_VALUE);
        found.stopWhenFull = at == revision;
        KeyTree.scan(root, range, found);
        long count = at == revision && found.full() ? KeyTree.countLive(root, range) : found.count;
        ArrayList<KeyVersion> versions = found.versions;
        if (hasFilters(request)) {
            versions.removeIf(v -> isFiltered(request, v));
        }
        return finish(request, versions, count);
    }

    /** The revision that a request means, or the refusal to read it. */
    long resolve(long requested) throws StatusException {
        if (requested > revision) {
            throw EtcdError.FUTURE_REV.exception();
        }
        if (requested <= 0) {
            return revision;
        }
        if (requested < compactRevision) {
            throw EtcdError.COMPACTED.exception();
        }
        return requested;
    }

    /** Number of keys that exist in a range at a revision. */
    long count(KeyRange range, long at) {
        if (at == revision) {
            return KeyTree.countLive(root, range);
        }
        Collector counter = new Collector(at, 0);
        KeyTree.scan(root, range, counter);
        return counter.count;
    }

    /** Whether a comparison of a transaction holds. */
    boolean holds(Compare compare) throws Vanished {
        KeyRange range =
                KeyRange.of(compare.getKey().toByteArray(), compare.getRangeEnd().toByteArray());
        Collector found = new Collector(revision, Long.MAX_VALUE);
        if (range.single()) {
            KeyVersion one = live(range.from());
            if (one != null) {
                found.versions.add(one);
            }
        } else {
            KeyTree.scan(root, range, found);
        }
        if (found.versions.isEmpty()) {
            return compare.getTarget() != Compare.CompareTarget.VALUE
                    && matches(compare, numberOrder(compare, null));
        }
        if (compare.getTarget() == Compare.CompareTarget.VALUE) {
            return allValuesMatch(compare, found.versions);
        }
        for (KeyVersion v : found.versions) {
            if (!matches(compare, numberOrder(compare, v))) {
                return false;
            }
        }
        return true;
    }

    /** The stored record of a version. */
    byte[] record(KeyVersion version) throws Vanished {
        try (RecordView records = backend.view()) {
            return record(records, version);
        }
    }

    static byte[] record(RecordView records, KeyVersion version) throws Vanished {
        byte[] record = records.get(version.main, version.sub);
        if (record == null) {
            throw new Vanished();
        }
        return record;
    }

    /** Keys that exist in a range now, in order. */
    List<KeyVersion> liveIn(KeyRange range) {
        Collector found = new Collector(revision, Long.MAX_VALUE);
        KeyTree.scan(root, range, found);
        return found.versions;
    }

    /** A record without its value and lease, made from the index alone. */
    static byte[] keyOnly(KeyVersion v) {
        return Records.put(v.key, v.createRevision, v.main, v.version, null, 0);
    }

    private static boolean cutsEarly(RangeRequest r) {
        boolean keyOrder =
                r.getSortOrder() == SortOrder.NONE
                        || (r.getSortOrder() == SortOrder.ASCEND
                                && r.getSortTarget() == SortTarget.KEY);
        return keyOrder && !hasFilters(r);
    }

    private static boolean hasFilters(RangeRequest r) {
        return r.getMinModRevision() != 0
                || r.getMaxModRevision() != 0
                || r.getMinCreateRevision() != 0
                || r.getMaxCreateRevision() != 0;
    }

    private static boolean isFiltered(RangeRequest r, KeyVersion v) {
        return (r.getMaxModRevision() != 0 && v.main > r.getMaxModRevision())
                || (r.getMinModRevision() != 0 && v.main < r.getMinModRevision())
                || (r.getMaxCreateRevision() != 0 && v.createRevision > r.getMaxCreateRevision())
                || (r.getMinCreateRevision() != 0 && v.createRevision < r.getMinCreateRevision());
    }

    /** Sorts, cuts and reads what was found. */
    RangeResult finish(RangeRequest r, ArrayList<KeyVersion> versions, long count) throws Vanished {
        boolean descend = r.getSortOrder() == SortOrder.DESCEND;
        boolean sorted = descend || r.getSortTarget() != SortTarget.KEY;
        if (sorted && r.getSortTarget() == SortTarget.VALUE) {
            return finishByValue(r, versions, count, descend);
        }
        if (sorted) {
            Comparator<KeyVersion> order = order(r.getSortTarget());
            versions.sort(descend ? Collections.reverseOrder(order) : order);
        }
        int size = cut(r.getLimit(), versions.size());
        ArrayList<byte[]> kvs = new ArrayList<>(size);
        if (r.getKeysOnly()) {
            for (int i = 0; i < size; i++) {
                kvs.add(keyOnly(versions.get(i)));
            }
        } else if (size > 0) {
            try (RecordView records = backend.view()) {
                for (int i = 0; i < size; i++) {
                    kvs.add(record(records, versions.get(i)));
                }
            }
        }
        return new RangeResult(revision, kvs, size < versions.size(), count);
    }

    private RangeResult finishByValue(
            RangeRequest r, List<KeyVersion> versions, long count, boolean descend)
            throws Vanished {
        ArrayList<Valued> valued = new ArrayList<>(versions.size());
        Records.Reader reader = new Records.Reader();
        try (RecordView records = backend.view()) {
            for (KeyVersion v : versions) {
                byte[] record = record(records, v);
                valued.add(new Valued(v, record, reader.read(record).valueBytes()));
            }
        }
        Comparator<Valued> order = (a, b) -> Arrays.compareUnsigned(a.value, b.value);
        valued.sort(descend ? Collections.reverseOrder(order) : order);
        int size = cut(r.getLimit(), valued.size());
        ArrayList<byte[]> kvs = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Valued v = valued.get(i);
            kvs.add(r.getKeysOnly() ? v.withoutValue() : v.record);
        }
        return new RangeResult(revision, kvs, size < valued.size(), count);
    }

    private static int cut(long limit, int size) {
        return limit > 0 && size > limit ? (int) limit : size;
    }

    private static Comparator<KeyVersion> order(SortTarget target) {
        return switch (target) {
            case KEY, VALUE, UNRECOGNIZED -> BY_KEY;
            case VERSION -> BY_VERSION;
            case CREATE -> BY_CREATE;
            case MOD -> BY_MOD;
        };
    }

    private boolean allValuesMatch(Compare compare, List<KeyVersion> versions) throws Vanished {
        byte[] wanted =
                compare.getTargetUnionCase() == Compare.TargetUnionCase.VALUE
                        ? compare.getValue().toByteArray()
                        : NOTHING;
        Records.Reader reader = new Records.Reader();
        try (RecordView records = backend.view()) {
            for (KeyVersion v : versions) {
                byte[] value = reader.read(record(records, v)).valueBytes();
                if (!matches(compare, Arrays.compareUnsigned(value, wanted))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** How the compared number of a version (of a missing key: zero) stands to the wanted one. */
    private static int numberOrder(Compare c, @Nullable KeyVersion v) {
        return switch (c.getTarget()) {
            case VERSION -> Long.compare(v == null ? 0 : v.version, c.getVersion());
            case CREATE -> Long.compare(v == null ? 0 : v.createRevision, c.getCreateRevision());
            case MOD -> Long.compare(v == null ? 0 : v.main, c.getModRevision());
            case LEASE -> Long.compare(v == null ? 0 : v.lease, c.getLease());
            case VALUE, UNRECOGNIZED -> 0;
        };
    }

    private static boolean matches(Compare compare, int order) {
        return switch (compare.getResult()) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case UNRECOGNIZED -> true;
        };
    }

    private record Valued(KeyVersion version, byte[] record, byte[] value) {
        byte[] withoutValue() {
            return Records.put(
                    version.key,
                    version.createRevision,
                    version.main,
                    version.version,
                    ByteString.EMPTY,
                    version.lease);
        }
    }

    /** Gathers the versions that exist at a revision, up to a maximum, and counts them all unless told to stop when full. */
    private static final class Collector implements KeyTree.Visitor {
        final ArrayList<KeyVersion> versions = new ArrayList<>();
        private final long at;
        private final long max;
        boolean stopWhenFull;
        long count;

        Collector(long at, long max) {
            this.at = at;
            this.max = max;
        }

        boolean full() {
            return count >= max;
        }

        @Override
        public boolean visit(KeyVersion newest) {
            KeyVersion v = newest.liveAsOf(at);
            if (v == null) {
                return true;
            }
            count++;
            if (versions.size() < max) {
                versions.add(v);
            }
            return !(stopWhenFull && full());
        }
    }
}
