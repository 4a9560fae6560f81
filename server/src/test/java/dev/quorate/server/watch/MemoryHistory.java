package dev.quorate.server.watch;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.mvccpb.KeyValue;
import dev.quorate.store.mvcc.Change;
import dev.quorate.store.mvcc.History;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** A history in memory that can also be written: one transaction, one revision. */
public final class MemoryHistory implements History {
    private final ArrayList<Change> log = new ArrayList<>();
    private final TreeMap<String, KeyValue> current = new TreeMap<>();
    private long revision = 1;
    private long compacted = -1;
    int reads;

    /** One change of a transaction; a null value deletes. */
    public record Op(String key, String value) {}

    public static Op put(String key, String value) {
        return new Op(key, value);
    }

    public static Op delete(String key) {
        return new Op(key, null);
    }

    /** Applies a transaction and returns its changes; empty when nothing changed. */
    synchronized List<Change> txn(Op... ops) {
        var changes = new ArrayList<Change>();
        for (var op : ops) {
            var before = current.get(op.key());
            if (op.value() == null && before == null) {
                continue;
            }
            long main = revision + 1;
            var record = KeyValue.newBuilder().setKey(ByteString.copyFromUtf8(op.key()));
            if (op.value() == null) {
                current.remove(op.key());
            } else {
                record.setCreateRevision(before == null ? main : before.getCreateRevision())
                        .setModRevision(main)
                        .setVersion(before == null ? 1 : before.getVersion() + 1)
                        .setValue(ByteString.copyFromUtf8(op.value()));
                current.put(op.key(), record.build());
            }
            changes.add(
                    new Change(
                            main,
                            changes.size(),
                            op.value() == null,
                            before == null,
                            op.key().getBytes(StandardCharsets.UTF_8),
                            record.build().toByteArray()));
        }
        if (!changes.isEmpty()) {
            revision++;
            log.addAll(changes);
        }
        return changes;
    }

    /** All pairs as of now, in key order. */
    public synchronized List<KeyValue> pairs() {
        return List.copyOf(current.values());
    }

    synchronized void compact(long at) {
        compacted = at;
    }

    synchronized List<Change> log() {
        return List.copyOf(log);
    }

    @Override
    public synchronized long currentRevision() {
        return revision;
    }

    @Override
    public synchronized long compactRevision() {
        return compacted;
    }

    @Override
    public synchronized Slice read(
            byte[] key, byte[] rangeEnd, long fromRevision, int revisionsMax) {
        reads++;
        if (fromRevision < compacted) {
            return new Slice(List.of(), 0, true);
        }
        var found = new ArrayList<Change>();
        int revisions = 0;
        for (int i = first(fromRevision); i < log.size(); i++) {
            var change = log.get(i);
            if (!contains(key, rangeEnd, change.key())) {
                continue;
            }
            if (found.isEmpty() || found.getLast().main() != change.main()) {
                if (++revisions > revisionsMax) {
                    return new Slice(found, change.main() - 1, false);
                }
            }
            found.add(change);
        }
        return new Slice(found, revision, false);
    }

    private int first(long fromRevision) {
        int low = 0;
        int high = log.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (log.get(middle).main() < fromRevision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public synchronized byte[] previous(byte[] key, long at) {
        if (at < compacted) {
            return null;
        }
        byte[] found = null;
        for (var change : log) {
            if (change.main() <= at && Arrays.equals(change.key(), key)) {
                found = change.tombstone() ? null : change.record();
            }
        }
        return found;
    }

    static boolean contains(byte[] key, byte[] rangeEnd, byte[] candidate) {
        if (rangeEnd.length == 0) {
            return Arrays.equals(key, candidate);
        }
        return Arrays.compareUnsigned(candidate, key) >= 0
                && ((rangeEnd.length == 1 && rangeEnd[0] == 0)
                        || Arrays.compareUnsigned(candidate, rangeEnd) < 0);
    }

    static KeyValue record(Change change) {
        try {
            return KeyValue.parseFrom(change.record());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
