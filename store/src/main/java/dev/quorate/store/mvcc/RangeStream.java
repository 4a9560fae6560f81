package dev.quorate.store.mvcc;

import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.RecordView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range read in chunks at one revision, so that neither side holds all of it. The first chunk has few keys, so that the first bytes
 * leave early; later ones are sized by the records seen. One thread at a time; between chunks nothing but the index snapshot is held.
 */
public final class RangeStream {
    private static final int FIRST_KEYS = 10;
    private static final int MAX_KEYS = 10_000;

    private final KeyValues store;
    private final KeyView view;
    private final Backend backend;
    private final RangeRequest request;
    private final long revision;
    private final long count;
    private final long wanted;
    private long sent;
    private int nextKeys = FIRST_KEYS;
    private @Nullable KeyRange rest;

    RangeStream(KeyValues store, KeyView view, RangeRequest request) throws StatusException {
        KeyValues.checkStreamable(request);
        this.store = store;
        this.view = view;
        this.backend = view.backend();
        this.request = request;
        this.revision = view.resolve(request.getRevision());
        KeyRange range =
                KeyRange.of(request.getKey().toByteArray(), request.getRangeEnd().toByteArray());
        this.count = view.count(range, revision);
        long limit = request.getLimit();
        long all = request.getCountOnly() ? 0 : count;
        this.wanted = limit > 0 ? Math.min(limit, all) : all;
        this.rest = range;
    }

    /** Whether the last chunk was handed out. */
    public boolean isDone() {
        return rest == null;
    }

    /**
     * The next chunk of roughly {@code targetBytes}, at least one key; {@code more} and {@code count} mean something only in the last one.
     *
     * @throws StatusException if a compaction removed what was to be read
     */
    public RangeResult next(int targetBytes) throws StatusException {
        KeyRange from = rest;
        if (from == null) {
            throw new IllegalStateException("the range is at its end");
        }
        int size = (int) Math.min(nextKeys, wanted - sent);
        ArrayList<KeyVersion> versions = new ArrayList<>(size);
        if (size > 0) {
            KeyTree.scan(
                    view.root(),
                    from,
                    newest -> {
                        KeyVersion v = newest.liveAsOf(revision);
                        if (v != null) {
                            versions.add(v);
                        }
                        return versions.size() < size;
                    });
        }
        List<byte[]> kvs = records(versions, targetBytes);
        sent += kvs.size();
        boolean last = kvs.isEmpty() || sent == wanted;
        if (last) {
            rest = null;
        } else {
            byte[] lastKey = versions.get(kvs.size() - 1).key;
            rest = new KeyRange(KeyValues.successor(lastKey), from.to(), false);
        }
        boolean more = last && !request.getCountOnly() && wanted < count;
        return new RangeResult(view.revision(), kvs, more, last ? count : 0);
    }

    private List<byte[]> records(List<KeyVersion> versions, int targetBytes)
            throws StatusException {
        List<byte[]> kvs = new ArrayList<>(versions.size());
        long bytes = 0;
        try (RecordView records = backend.view()) {
            for (KeyVersion v : versions) {
                if (bytes >= targetBytes) {
                    break;
                }
                byte[] kv = request.getKeysOnly() ? KeyView.keyOnly(v) : KeyView.record(records, v);
                kvs.add(kv);
                bytes += kv.length;
            }
            if (request.getSortTarget() != RangeRequest.SortTarget.KEY) {
                kvs = sorted(versions.subList(0, kvs.size()));
            }
        } catch (Vanished e) {
            store.checkOvertaken(view);
            throw EtcdError.COMPACTED.exception();
        }
        if (!kvs.isEmpty()) {
            long average = bytes / kvs.size() + 1;
            nextKeys = (int) Math.max(1, Math.min(MAX_KEYS, targetBytes / average));
        }
        return kvs;
    }

    /** A chunk in the order of a target that came without an order: etcd sorts chunk by chunk, and then goes on behind the wrong key. */
    private List<byte[]> sorted(List<KeyVersion> chunk) throws Vanished {
        return view.finish(request, new ArrayList<>(chunk), 0).kvs();
    }
}
