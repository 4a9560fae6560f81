package dev.quorate.server.watch;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.server.service.Payload;

/** Events for one watch: a header shared per revision, the watch's id, and event bytes shared with other watches. */
final class WatchPayload implements Payload {
    private final byte[] header;
    private final long watchId;
    private final boolean fragment;
    private final byte[][] events;
    private final int from;
    private final int to;
    private final int sizeBytes;

    /** @param eventBytes the length of {@code events[from..to)} together */
    WatchPayload(
            byte[] header,
            long watchId,
            boolean fragment,
            byte[][] events,
            int from,
            int to,
            long eventBytes) {
        this.header = header;
        this.watchId = watchId;
        this.fragment = fragment;
        this.events = events;
        this.from = from;
        this.to = to;
        this.sizeBytes = Math.toIntExact(overhead(header, watchId, fragment) + eventBytes);
    }

    /** What a response weighs without its events. */
    static int overhead(byte[] header, long watchId, boolean fragment) {
        return header.length + Wire.fieldSize(watchId) + (fragment ? 2 : 0);
    }

    int events() {
        return to - from;
    }

    @Override
    public int sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void writeTo(byte[] target, int offset) {
        System.arraycopy(header, 0, target, offset, header.length);
        int at = Wire.putField(target, offset + header.length, Wire.RESPONSE_WATCH_ID, watchId);
        at = Wire.putField(target, at, Wire.RESPONSE_FRAGMENT, fragment ? 1 : 0);
        for (int i = from; i < to; i++) {
            System.arraycopy(events[i], 0, target, at, events[i].length);
            at += events[i].length;
        }
    }

    @Override
    public MessageLite message() {
        var bytes = new byte[sizeBytes];
        writeTo(bytes, 0);
        try {
            return WatchResponse.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a watch response of our own does not parse", e);
        }
    }
}
