package dev.quorate.store;

import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.RequestHeader;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.MemEngine;
import dev.quorate.store.auth.SimpleTokens;
import java.io.IOException;
import java.util.function.Consumer;

/** A state machine on an engine in memory, fed entry by entry. */
final class Fixture {
    MemEngine engine;
    Backend backend;
    StateMachine machine;
    long nanos = 1_000_000_000_000L;
    long quotaBytes = -1;
    boolean checkpoints;
    final SimpleTokens tokens = new SimpleTokens(SimpleTokens.DEFAULT_TTL_SECONDS);
    int compactionBatch = 7;

    Fixture() {
        this(new MemEngine());
    }

    Fixture(MemEngine engine) {
        this.engine = engine;
    }

    static Fixture opened() {
        return new Fixture().open();
    }

    Fixture open() {
        try {
            backend = new Backend(engine);
            machine = StateMachine.open(backend, options());
            return this;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    StateMachine.Options options() {
        return new StateMachine.Options(
                2, quotaBytes, 1, tokens, 4, checkpoints, compactionBatch, () -> nanos);
    }

    Outcome apply(Consumer<InternalRaftRequest.Builder> body) {
        InternalRaftRequest.Builder request = InternalRaftRequest.newBuilder();
        body.accept(request);
        return machine.apply(machine.consistentIndex() + 1, 1, request.build(), true);
    }

    Outcome applyAs(String user, long authRevision, Consumer<InternalRaftRequest.Builder> body) {
        return apply(r -> {
            r.setHeader(RequestHeader.newBuilder().setUsername(user).setAuthRevision(authRevision));
            body.accept(r);
        });
    }

    Batch endBatch() {
        try {
            return machine.endBatch();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void commit() {
        try {
            endBatch();
            backend.commit();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    boolean compactStep() {
        try {
            return machine.compactStep();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void compactFully() {
        while (machine.compacting()) {
            compactStep();
        }
    }

    /** The same database, read back as after a crash: what was not committed is gone. */
    Fixture crashed() {
        Fixture next = new Fixture(engine.crashClone());
        next.nanos = nanos;
        next.quotaBytes = quotaBytes;
        next.checkpoints = checkpoints;
        next.compactionBatch = compactionBatch;
        return next.open();
    }
}
