package dev.quorate.server.watch;

import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.server.service.Payload;
import java.util.ArrayList;
import java.util.List;

/** Puts responses together. Owned by the hub's thread. */
final class Responses {
    /** The id in responses that belong to no watch. */
    static final long NO_WATCH = -1;

    private final WatchIdentity identity;
    private final long fragmentBytesMax;
    private byte[] lastHeader = new byte[0];
    private long lastRevision = -1;
    private long lastTerm = -1;

    Responses(WatchIdentity identity, long fragmentBytesMax) {
        this.identity = identity;
        this.fragmentBytesMax = fragmentBytesMax;
    }

    Payload created(long revision, long watchId) {
        return Payload.of(control(revision, watchId).setCreated(true).build());
    }

    /** A create request that is refused: created and canceled in one. */
    Payload refused(long revision, String reason) {
        return Payload.of(
                control(revision, NO_WATCH)
                        .setCreated(true)
                        .setCanceled(true)
                        .setCancelReason(reason)
                        .build());
    }

    Payload canceled(long revision, long watchId) {
        return Payload.of(control(revision, watchId).setCanceled(true).build());
    }

    /** The end of a watch that needs compacted revisions; etcd leaves the header's revision 0 here. */
    Payload compacted(long watchId, long compactRevision) {
        return Payload.of(
                control(0, watchId).setCanceled(true).setCompactRevision(compactRevision).build());
    }

    Payload progress(long revision, long watchId) {
        return Payload.of(control(revision, watchId).build());
    }

    /**
     * The response or, for a watch that allows it, its fragments.
     *
     * @param revision the revision up to which the watch is complete with this
     */
    List<WatchPayload> events(Watcher watcher, EventBlock block, long revision) {
        var header = header(revision);
        var events = block.events();
        long whole = WatchPayload.overhead(header, watcher.id(), false) + block.sizeBytes();
        if (!watcher.fragment() || whole < fragmentBytesMax || events.length < 2) {
            return List.of(
                    new WatchPayload(
                            header,
                            watcher.id(),
                            false,
                            events,
                            0,
                            events.length,
                            block.sizeBytes()));
        }
        return fragments(watcher, header, events);
    }

    private List<WatchPayload> fragments(Watcher watcher, byte[] header, byte[][] events) {
        var parts = new ArrayList<WatchPayload>();
        long overhead = WatchPayload.overhead(header, watcher.id(), true);
        int from = 0;
        long size = 0;
        for (int i = 0; i < events.length; i++) {
            if (i > from && overhead + size + events[i].length >= fragmentBytesMax) {
                parts.add(new WatchPayload(header, watcher.id(), true, events, from, i, size));
                from = i;
                size = 0;
            }
            size += events[i].length;
        }
        parts.add(new WatchPayload(header, watcher.id(), false, events, from, events.length, size));
        return parts;
    }

    private WatchResponse.Builder control(long revision, long watchId) {
        return WatchResponse.newBuilder()
                .setHeader(
                        ResponseHeader.newBuilder()
                                .setClusterId(identity.clusterId())
                                .setMemberId(identity.memberId())
                                .setRevision(revision)
                                .setRaftTerm(identity.raftTerm()))
                .setWatchId(watchId);
    }

    /** The encoded header field; the same bytes as long as revision and term stay. */
    private byte[] header(long revision) {
        long term = identity.raftTerm();
        if (revision != lastRevision || term != lastTerm) {
            lastHeader = encode(revision, term);
            lastRevision = revision;
            lastTerm = term;
        }
        return lastHeader;
    }

    private byte[] encode(long revision, long term) {
        int length =
                Wire.fieldSize(identity.clusterId())
                        + Wire.fieldSize(identity.memberId())
                        + Wire.fieldSize(revision)
                        + Wire.fieldSize(term);
        var out = new byte[Wire.bytesSize(length)];
        int at = Wire.putLength(out, 0, Wire.RESPONSE_HEADER, length);
        at = Wire.putField(out, at, Wire.HEADER_CLUSTER_ID, identity.clusterId());
        at = Wire.putField(out, at, Wire.HEADER_MEMBER_ID, identity.memberId());
        at = Wire.putField(out, at, Wire.HEADER_REVISION, revision);
        Wire.putField(out, at, Wire.HEADER_RAFT_TERM, term);
        return out;
    }
}
