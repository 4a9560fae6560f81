package dev.quorate.server.node;

import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.store.Batch;
import dev.quorate.store.Outcome;

/** Wants to know nothing, but fails when a worker does. */
final class SilentObserver implements Node.Observer {
    @Override
    public void leadershipChanged(Leadership leadership) {}

    @Override
    public void applied(Batch batch) {}

    @Override
    public void membershipChanged(ConfChange change, Outcome outcome) {}

    @Override
    public void slowApply(InternalRaftRequest request, long tookNanos) {}

    @Override
    public void termBegan(long term) {}

    @Override
    public void synced(long tookNanos) {}

    @Override
    public void committed(long tookNanos) {}

    @Override
    public void failed(String worker, Throwable cause) {
        throw new AssertionError(worker, cause);
    }
}
