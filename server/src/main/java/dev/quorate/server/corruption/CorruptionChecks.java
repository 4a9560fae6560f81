package dev.quorate.server.corruption;

import dev.quorate.log.Log;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.AlarmRequest;
import dev.quorate.proto.etcdserverpb.AlarmType;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.server.Transport;
import dev.quorate.server.boot.StartException;
import dev.quorate.server.member.Ids;
import dev.quorate.server.node.Node;
import dev.quorate.store.StateMachine;
import dev.quorate.store.alarm.Alarms;
import dev.quorate.store.mvcc.KeyHash;
import dev.quorate.store.mvcc.KeyValues;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * Compares the members' keys now and then, if this member leads, and raises an alarm for those that differ. Hashing the whole history takes
 * as long as reading it and runs on a guest; a compaction has hashed what it saw anyway.
 *
 * <p>One check of each kind runs at a time. {@link #periodic} and {@link #compactions} return at once; any thread.
 */
public final class CorruptionChecks {
    private static final Log LOG = Log.of(CorruptionChecks.class);

    private final AtomicBoolean periodicRuns = new AtomicBoolean();
    private final AtomicBoolean compactionsRun = new AtomicBoolean();
    private final Node node;
    private final KeyValues keyValues;
    private final Alarms alarms;
    private final PeerHashes peers;
    private final Executor guests;
    private final LongConsumer raise;
    private final long memberId;

    /** The latest compaction that all members agreed on; written by the one check that runs. */
    private volatile long agreedRevision;

    /**
     * Of a member.
     *
     * @param guests runs what may take long
     */
    public static CorruptionChecks of(
            Node node, StateMachine machine, Transport transport, Executor guests, Self self) {
        return new CorruptionChecks(
                node,
                machine.keyValues(),
                machine.alarms(),
                peers(machine, transport, self),
                guests,
                differing -> raise(node, differing),
                self.memberId);
    }

    /**
     * Compares a member that is about to start with its peers; waits for their answers.
     *
     * @throws StartException if a peer has the same history with other keys
     */
    public static void beforeStart(StateMachine machine, Transport transport, Self self)
            throws StartException {
        InitialCheck.run(self.memberId, machine.keyValues(), peers(machine, transport, self));
    }

    private static AskedHashes peers(StateMachine machine, Transport transport, Self self) {
        return new AskedHashes(
                transport, machine.membership(), self.memberId, self.clusterId, self.patience);
    }

    private static void raise(Node node, long differing) {
        node.proposals()
                .propose(
                        InternalRaftRequest.newBuilder()
                                .setAlarm(
                                        AlarmRequest.newBuilder()
                                                .setAction(AlarmRequest.AlarmAction.ACTIVATE)
                                                .setMemberID(differing)
                                                .setAlarm(AlarmType.CORRUPT)),
                        _ -> {});
    }

    /**
     * Who asks.
     *
     * @param patience how long to wait for a peer's answer
     */
    public record Self(long memberId, long clusterId, Duration patience) {}

    /**
     * @param guests runs what may take long
     * @param raise proposes the alarm for a member
     */
    CorruptionChecks(
            Node node,
            KeyValues keyValues,
            Alarms alarms,
            PeerHashes peers,
            Executor guests,
            LongConsumer raise,
            long memberId) {
        this.node = node;
        this.keyValues = keyValues;
        this.alarms = alarms;
        this.peers = peers;
        this.guests = guests;
        this.raise = raise;
        this.memberId = memberId;
    }

    /** Compares the whole history with all peers; see {@code --corrupt-check-time}. */
    public void periodic() {
        if (node.leadership().isLeader() && periodicRuns.compareAndSet(false, true)) {
            guests.execute(this::hashAndAsk);
        }
    }

    private void hashAndAsk() {
        try {
            KeyHash before = keyValues.hash(0);
            peers.at(before.revision(), answers -> confirm(before, answers));
        } catch (StatusException | RuntimeException failure) {
            failed(failure);
        }
    }

    /** Whoever reads linearizably now has everything that a peer had when it answered. */
    private void confirm(KeyHash before, List<PeerHash> answers) {
        node.linearizable(
                new Node.Read() {
                    @Override
                    public void ready() {
                        guests.execute(() -> judge(before, answers));
                    }

                    @Override
                    public void refused(StatusException why) {
                        failed(why);
                    }
                },
                Long.MAX_VALUE);
    }

    private void judge(KeyHash before, List<PeerHash> answers) {
        try {
            KeyHash after = keyValues.hash(0);
            PeriodicVerdict.of(memberId, before, after, after.revision(), answers)
                    .ifPresent(this::alarm);
            LOG.info(
                    "finished peer corruption check",
                    "number-of-peers-checked",
                    answers.stream().filter(peer -> peer.answer() != null).count());
            periodicRuns.set(false);
        } catch (StatusException | RuntimeException failure) {
            failed(failure);
        }
    }

    private void failed(Exception failure) {
        periodicRuns.set(false);
        LOG.warn("failed to check hash KV", "error", String.valueOf(failure.getMessage()));
    }

    /** Compares what the latest compactions saw, newest first; see {@code --compact-hash-check-time}. */
    public void compactions() {
        if (!node.leadership().isLeader()) {
            return;
        }
        List<KeyHash> unchecked =
                keyValues.compactionHashes().reversed().stream()
                        .filter(hash -> hash.revision() > agreedRevision)
                        .toList();
        if (!unchecked.isEmpty() && compactionsRun.compareAndSet(false, true)) {
            compare(unchecked, 0);
        }
    }

    private void compare(List<KeyHash> unchecked, int at) {
        if (at == unchecked.size()) {
            finished(at);
            return;
        }
        KeyHash hash = unchecked.get(at);
        peers.at(
                hash.revision(),
                answers -> {
                    if (answers.isEmpty()) {
                        compactionsRun.set(false);
                        return;
                    }
                    switch (CompactionVerdict.of(memberId, hash, answers)) {
                        case CompactionVerdict.Agreed _ -> {
                            agreedRevision = hash.revision();
                            finished(at + 1);
                        }
                        case CompactionVerdict.Diverged(List<Long> members) -> {
                            members.forEach(this::alarm);
                            finished(at + 1);
                        }
                        case CompactionVerdict.Incomplete _ -> compare(unchecked, at + 1);
                    }
                });
    }

    private void finished(int checked) {
        LOG.info("finished compaction hash check", "number-of-hashes-checked", checked);
        compactionsRun.set(false);
    }

    private void alarm(long differing) {
        boolean raised =
                alarms.list(AlarmType.CORRUPT).stream()
                        .anyMatch(alarm -> alarm.getMemberID() == differing);
        if (!raised) {
            LOG.error(
                    "raising the alarm CORRUPT, under which nothing is written any more",
                    "member-id",
                    Ids.text(differing));
            raise.accept(differing);
        }
    }
}
