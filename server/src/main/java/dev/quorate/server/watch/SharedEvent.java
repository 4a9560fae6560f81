package dev.quorate.server.watch;

import dev.quorate.store.mvcc.Change;
import dev.quorate.store.mvcc.History;
import org.jspecify.annotations.Nullable;

/** A change on its way to watchers; encoded when the first of them wants it, then shared by all. Owned by the hub's thread. */
final class SharedEvent {
    private static final byte[] NONE = new byte[0];

    private final Change change;
    private byte @Nullable [] plain;
    private byte @Nullable [] withPrevious;

    SharedEvent(Change change) {
        this.change = change;
    }

    long revision() {
        return change.main();
    }

    byte[] key() {
        return change.key();
    }

    boolean tombstone() {
        return change.tombstone();
    }

    /** The event as a field of the response: {@code 5A len Event}. */
    byte[] bytes(boolean previous, History history) {
        return previous && !change.created() ? withPrevious(history) : plain();
    }

    private byte[] plain() {
        var bytes = plain;
        if (bytes == null) {
            bytes = encode(NONE);
            plain = bytes;
        }
        return bytes;
    }

    private byte[] withPrevious(History history) {
        var bytes = withPrevious;
        if (bytes == null) {
            // Compacted in the meantime: the event goes out without the previous pair, as etcd does
            // it.
            var previous = history.previous(change.key(), change.main() - 1);
            bytes = previous == null ? plain() : encode(previous);
            withPrevious = bytes;
        }
        return bytes;
    }

    private byte[] encode(byte[] previous) {
        var kv = change.tombstone() ? tombstoneRecord() : change.record();
        int length = (change.tombstone() ? 2 : 0) + Wire.bytesSize(kv.length);
        if (previous.length > 0) {
            length += Wire.bytesSize(previous.length);
        }
        var out = new byte[Wire.bytesSize(length)];
        int at = Wire.putLength(out, 0, Wire.RESPONSE_EVENT, length);
        at = Wire.putField(out, at, Wire.EVENT_TYPE, change.tombstone() ? 1 : 0);
        at = Wire.putBytes(out, at, Wire.EVENT_KV, kv);
        if (previous.length > 0) {
            Wire.putBytes(out, at, Wire.EVENT_PREV_KV, previous);
        }
        return out;
    }

    /** A deletion shows the key and the revision at which it happened, nothing else. */
    private byte[] tombstoneRecord() {
        var key = change.key();
        var out = new byte[Wire.bytesSize(key.length) + Wire.fieldSize(change.main())];
        int at = Wire.putBytes(out, 0, Wire.KV_KEY, key);
        Wire.putField(out, at, Wire.KV_MOD_REVISION, change.main());
        return out;
    }
}
