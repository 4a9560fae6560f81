package dev.quorate.client;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;

/** Watching keys. */
public final class Watches {
    private final Stub stub;

    Watches(Stub stub) {
        this.stub = stub;
    }

    /** The same, but streams end at members that have no leader, and go on at others: for those who would rather know. */
    public Watches requireLeader() {
        return new Watches(new Stub(stub.channel(), stub.timeout(), true));
    }

    /** A group of watches that share one stream. */
    public WatchGroup group() {
        return new WatchGroup(stub.channel(), stub.requireLeader());
    }

    /** A watch with a stream of its own. */
    public Watch open(WatchCreateRequest request) {
        return group().open(request, true);
    }

    /** Watches all keys with a prefix from a revision on; 0 for from now on. */
    public Watch prefix(ByteString prefix, long fromRevision) {
        return open(
                WatchCreateRequest.newBuilder()
                        .setKey(prefix.isEmpty() ? Prefix.FROM_KEY : prefix)
                        .setRangeEnd(prefix.isEmpty() ? Prefix.FROM_KEY : Prefix.end(prefix))
                        .setStartRevision(fromRevision)
                        .build());
    }
}
