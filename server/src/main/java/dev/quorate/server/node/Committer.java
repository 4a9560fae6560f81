package dev.quorate.server.node;

import dev.quorate.server.loop.Mailbox;
import dev.quorate.server.loop.Worker;
import dev.quorate.storage.engine.Backend;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Writes sealed batches to the engine in the background, and whatever else has to wait for the disk behind the apply loop's back. */
final class Committer implements Worker {
    /** Something to do after a commit that contains everything sealed before. */
    interface AfterCommit {
        void run() throws Exception;
    }

    private final Mailbox<AfterCommit> jobs = new Mailbox<>();
    private final Backend backend;
    private final long intervalMillis;
    private final LongSupplier nanoClock;
    private final LongConsumer onCommitNanos;

    Committer(
            Backend backend,
            long intervalMillis,
            LongSupplier nanoClock,
            LongConsumer onCommitNanos) {
        this.backend = backend;
        this.intervalMillis = intervalMillis;
        this.nanoClock = nanoClock;
        this.onCommitNanos = onCommitNanos;
    }

    @Override
    public Mailbox<AfterCommit> mailbox() {
        return jobs;
    }

    @Override
    public long work(long nowNanos) throws Exception {
        AfterCommit job = jobs.poll();
        if (job == null) {
            backend.awaitCommitDue(intervalMillis);
            job = jobs.poll();
        }
        commit();
        for (; job != null; job = jobs.poll()) {
            job.run();
        }
        return 0;
    }

    private void commit() throws Exception {
        long start = nanoClock.getAsLong();
        if (backend.commit()) {
            onCommitNanos.accept(nanoClock.getAsLong() - start);
        }
    }
}
