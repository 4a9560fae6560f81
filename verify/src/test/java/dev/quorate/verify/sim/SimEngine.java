package dev.quorate.verify.sim;

import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.engine.MemEngine;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.RecordSource;
import dev.quorate.storage.engine.WriteBatch;
import java.io.IOException;

/** The database of one life of a member: each commit is a moment at which the power may go, and is shown to the judge. */
final class SimEngine implements Engine {
    private final MemEngine engine;
    private final Runnable boundary;
    private final StoreJudge judge;
    private final int member;

    SimEngine(MemEngine engine, int member, Runnable boundary, StoreJudge judge) {
        this.engine = engine;
        this.member = member;
        this.boundary = boundary;
        this.judge = judge;
    }

    @Override
    public void commit(WriteBatch batch) throws IOException {
        boundary.run();
        for (int i = 0; i < batch.size(); i++) {
            byte[] value = batch.value(i);
            if (batch.bucket(i) == Bucket.KEY && value != null) {
                judge.record(member, batch.key(i), value);
            }
        }
        engine.commit(batch);
        committed();
        boundary.run();
    }

    @Override
    public void replaceAll(RecordSource source) throws IOException {
        boundary.run();
        engine.replaceAll(source);
        try (ReadView view = engine.read()) {
            view.scanAll(
                    Bucket.KEY,
                    (key, value) -> {
                        judge.record(member, key, value);
                        return true;
                    });
        }
        committed();
        boundary.run();
    }

    private void committed() {
        try (ReadView view = engine.read()) {
            judge.committed(member, view);
        }
    }

    @Override
    public ReadView read() {
        return engine.read();
    }

    @Override
    public long sizeBytes() {
        return engine.sizeBytes();
    }

    @Override
    public long usedBytes() {
        return engine.usedBytes();
    }

    @Override
    public void close() {
        engine.close();
    }
}
