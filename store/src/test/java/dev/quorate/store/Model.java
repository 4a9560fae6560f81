package dev.quorate.store;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** The store as simple as it can be said: every version of every key in a list, and every question answered by looking at all of them. */
final class Model {
    record Record(long main, int sub, boolean tombstone, KeyValue kv) {}

    final List<Record> history = new ArrayList<>();
    long revision = 1;
    long compacted = -1;

    final class Txn {
        int sub;

        long now() {
            return revision + (sub > 0 ? 1 : 0);
        }

        void put(PutRequest p) {
            KeyValue old = state(now()).get(p.getKey());
            KeyValue.Builder kv = KeyValue.newBuilder().setKey(p.getKey());
            kv.setCreateRevision(old == null ? revision + 1 : old.getCreateRevision());
            kv.setVersion(old == null ? 1 : old.getVersion() + 1);
            kv.setModRevision(revision + 1);
            kv.setValue(p.getIgnoreValue() ? old.getValue() : p.getValue());
            kv.setLease(p.getIgnoreLease() ? old.getLease() : p.getLease());
            history.add(new Record(revision + 1, sub++, false, kv.build()));
        }

        List<KeyValue> delete(DeleteRangeRequest d) {
            List<KeyValue> gone = in(state(now()), d.getKey(), d.getRangeEnd());
            for (KeyValue kv : gone) {
                KeyValue key = KeyValue.newBuilder().setKey(kv.getKey()).build();
                history.add(new Record(revision + 1, sub++, true, key));
            }
            return gone;
        }

        void end() {
            if (sub > 0) {
                revision++;
            }
        }
    }

    TreeMap<ByteString, KeyValue> state(long at) {
        TreeMap<ByteString, KeyValue> state =
                new TreeMap<>(ByteString.unsignedLexicographicalComparator());
        for (Record r : history) {
            if (r.main <= at) {
                if (r.tombstone) {
                    state.remove(r.kv.getKey());
                } else {
                    state.put(r.kv.getKey(), r.kv);
                }
            }
        }
        return state;
    }

    static List<KeyValue> in(TreeMap<ByteString, KeyValue> state, ByteString key, ByteString end) {
        List<KeyValue> result = new ArrayList<>();
        Comparator<ByteString> order = ByteString.unsignedLexicographicalComparator();
        for (KeyValue kv : state.values()) {
            boolean inside =
                    end.isEmpty()
                            ? kv.getKey().equals(key)
                            : order.compare(kv.getKey(), key) >= 0
                                    && (end.equals(ByteString.copyFrom(new byte[1]))
                                            || order.compare(kv.getKey(), end) < 0);
            if (inside) {
                result.add(kv);
            }
        }
        return result;
    }

    record Answer(List<KeyValue> kvs, boolean more, long count) {}

    Answer range(RangeRequest r, long now) {
        long at = r.getRevision() <= 0 ? now : r.getRevision();
        List<KeyValue> kvs = in(state(at), r.getKey(), r.getRangeEnd());
        long count = kvs.size();
        if (r.getCountOnly()) {
            return new Answer(List.of(), false, count);
        }
        boolean filtered =
                r.getMinModRevision() != 0
                        || r.getMaxModRevision() != 0
                        || r.getMinCreateRevision() != 0
                        || r.getMaxCreateRevision() != 0;
        if (r.getLimit() > 0
                && !filtered
                && r.getSortOrder() == RangeRequest.SortOrder.NONE
                && kvs.size() > r.getLimit() + 1) {
            kvs = new ArrayList<>(kvs.subList(0, (int) r.getLimit() + 1));
        }
        kvs.removeIf(
                kv -> r.getMaxModRevision() != 0 && kv.getModRevision() > r.getMaxModRevision());
        kvs.removeIf(
                kv -> r.getMinModRevision() != 0 && kv.getModRevision() < r.getMinModRevision());
        kvs.removeIf(kv ->
                r.getMaxCreateRevision() != 0 && kv.getCreateRevision() > r.getMaxCreateRevision());
        kvs.removeIf(kv ->
                r.getMinCreateRevision() != 0 && kv.getCreateRevision() < r.getMinCreateRevision());
        Comparator<ByteString> bytes = ByteString.unsignedLexicographicalComparator();
        Comparator<KeyValue> order =
                switch (r.getSortTarget()) {
                    case KEY, UNRECOGNIZED -> (a, b) -> bytes.compare(a.getKey(), b.getKey());
                    case VERSION -> Comparator.comparingLong(KeyValue::getVersion);
                    case CREATE -> Comparator.comparingLong(KeyValue::getCreateRevision);
                    case MOD -> Comparator.comparingLong(KeyValue::getModRevision);
                    case VALUE -> (a, b) -> bytes.compare(a.getValue(), b.getValue());
                };
        boolean descend = r.getSortOrder() == RangeRequest.SortOrder.DESCEND;
        kvs.sort(descend ? order.reversed() : order);
        boolean more = r.getLimit() > 0 && kvs.size() > r.getLimit();
        if (more) {
            kvs = kvs.subList(0, (int) r.getLimit());
        }
        if (r.getKeysOnly()) {
            boolean lease = r.getSortTarget() == RangeRequest.SortTarget.VALUE;
            kvs =
                    kvs.stream()
                            .map(kv -> kv.toBuilder().clearValue())
                            .map(kv -> lease ? kv : kv.clearLease())
                            .map(KeyValue.Builder::build)
                            .toList();
        }
        return new Answer(kvs, more, count);
    }

    boolean holds(Compare c) {
        List<KeyValue> kvs = in(state(revision), c.getKey(), c.getRangeEnd());
        if (kvs.isEmpty()) {
            return c.getTarget() != Compare.CompareTarget.VALUE
                    && holds(c, KeyValue.getDefaultInstance());
        }
        return kvs.stream().allMatch(kv -> holds(c, kv));
    }

    private static boolean holds(Compare c, KeyValue kv) {
        int order =
                switch (c.getTarget()) {
                    case VERSION -> Long.compare(kv.getVersion(), c.getVersion());
                    case CREATE -> Long.compare(kv.getCreateRevision(), c.getCreateRevision());
                    case MOD -> Long.compare(kv.getModRevision(), c.getModRevision());
                    case LEASE -> Long.compare(kv.getLease(), c.getLease());
                    case VALUE ->
                            ByteString.unsignedLexicographicalComparator()
                                    .compare(kv.getValue(), c.getValue());
                    case UNRECOGNIZED -> 0;
                };
        return switch (c.getResult()) {
            case EQUAL -> order == 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case NOT_EQUAL -> order != 0;
            case UNRECOGNIZED -> true;
        };
    }

    /** The operations that a transaction comes to, in order, with {@code null} where a nested transaction starts. */
    List<RequestOp> chosen(TxnRequest txn) {
        boolean holds = txn.getCompareList().stream().allMatch(this::holds);
        List<RequestOp> ops = new ArrayList<>();
        for (RequestOp op : holds ? txn.getSuccessList() : txn.getFailureList()) {
            if (op.hasRequestTxn()) {
                ops.addAll(chosen(op.getRequestTxn()));
            } else {
                ops.add(op);
            }
        }
        return ops;
    }

    /** Records that a finished compaction leaves. */
    List<Record> kept() {
        List<Record> kept = new ArrayList<>();
        for (Record r : history) {
            if (r.main > compacted || isKeptBy(r, compacted, true)) {
                kept.add(r);
            }
        }
        return kept;
    }

    private boolean isKeptBy(Record r, long at, boolean tombstonesToo) {
        Record last = null;
        for (Record other : history) {
            if (other.main <= at && other.kv.getKey().equals(r.kv.getKey())) {
                last = other;
            }
        }
        return last == r && (!r.tombstone || (tombstonesToo && r.main == at));
    }

    boolean anyAliveAt(long at) {
        return !state(at).isEmpty();
    }

    /** The state hash by its definition; while any key is alive, what compaction deleted must not matter. */
    long hash(List<Record> records, long at, long compactRevision) {
        CRC32C crc = new CRC32C();
        crc.update("key".getBytes());
        boolean anyKept = anyAliveAt(at);
        for (Record r : records) {
            boolean dropped = r.main <= compactRevision && anyKept && !isKeptBy(r, at, false);
            if (r.main > at || dropped || (r.main == compactRevision && r.tombstone)) {
                continue;
            }
            java.nio.ByteBuffer key = java.nio.ByteBuffer.allocate(r.tombstone ? 18 : 17);
            key.putLong(r.main).put((byte) '_').putLong(r.sub);
            if (r.tombstone) {
                key.put((byte) 't');
            }
            crc.update(key.array());
            crc.update(r.kv.toByteArray());
        }
        return crc.getValue();
    }
}
