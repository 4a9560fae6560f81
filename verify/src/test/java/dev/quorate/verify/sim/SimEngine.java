package dev.quorate.verify.sim;

import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.engine.ForwardingEngine;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.RecordSource;
import dev.quorate.storage.engine.WriteBatch;
import java.io.IOException;

/** The database of one life of a member: each commit is a moment at which the power may go, and is shown to the judge. */
final class SimEngine extends ForwardingEngine {
    /** A moment at which the power may go, or a write may fail. */
    interface Boundary {
        void pass() throws IOException;
    }

    private final Boundary boundary;
    private final StoreJudge judge;
    private final int member;

    SimEngine(Engine engine, int member, Boundary boundary, StoreJudge judge) {
        super(engine);
        this.member = member;
        this.boundary = boundary;
        this.judge = judge;
    }

    @Override
    public void commit(WriteBatch batch) throws IOException {
        boundary.pass();
        boolean changesMembers = false;
        for (int i = 0; i < batch.size(); i++) {
            byte[] value = batch.value(i);
            changesMembers |= batch.bucket(i) == Bucket.MEMBERS;
            if (batch.bucket(i) == Bucket.KEY && value != null) {
                judge.record(member, batch.key(i), value);
            }
        }
        super.commit(batch);
        committed(changesMembers);
        boundary.pass();
    }

    @Override
    public void replaceAll(RecordSource source) throws IOException {
        boundary.pass();
        super.replaceAll(source);
        try (ReadView view = read()) {
            view.scanAll(
                    Bucket.KEY,
                    (key, value) -> {
                        judge.record(member, key, value);
                        return true;
                    });
        }
        committed(true);
        boundary.pass();
    }

    private void committed(boolean changesMembers) {
        try (ReadView view = read()) {
            judge.committed(member, view);
            if (changesMembers) {
                judge.members(member, view);
            }
        }
    }
}
