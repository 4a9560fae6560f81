package dev.quorate.server.config;

import java.time.Duration;

/**
 * The consensus protocol's settings.
 *
 * @param heartbeatMillis length of a tick
 * @param electionMillis silence after which a follower campaigns; at least five ticks
 * @param initialElectionTickAdvance let a starting member wait less for a leader that may exist
 * @param preVote ask before campaigning, so that a returning member disturbs nobody
 * @param strictReconfigCheck refuse membership changes that would lose the quorum
 * @param snapshotCount applied entries between two snapshots of the log
 * @param snapshotCatchupEntries entries kept behind a snapshot for slow followers
 * @param maxSnapshots snapshot files kept, 0 for all
 * @param maxWals WAL segments kept, 0 for all
 * @param readTimeout silence after which a peer connection is given up
 * @param writeTimeout time for one write to a peer
 */
public record RaftSettings(
        int heartbeatMillis,
        int electionMillis,
        boolean initialElectionTickAdvance,
        boolean preVote,
        boolean strictReconfigCheck,
        long snapshotCount,
        long snapshotCatchupEntries,
        int maxSnapshots,
        int maxWals,
        Duration readTimeout,
        Duration writeTimeout) {

    public static RaftSettings defaults() {
        return new RaftSettings(
                100,
                1000,
                true,
                true,
                true,
                10_000,
                5_000,
                5,
                5,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5));
    }

    public RaftSettings withTicks(int nextHeartbeatMillis, int nextElectionMillis) {
        return new RaftSettings(
                nextHeartbeatMillis,
                nextElectionMillis,
                initialElectionTickAdvance,
                preVote,
                strictReconfigCheck,
                snapshotCount,
                snapshotCatchupEntries,
                maxSnapshots,
                maxWals,
                readTimeout,
                writeTimeout);
    }

    public RaftSettings withSnapshots(long nextSnapshotCount, long nextSnapshotCatchupEntries) {
        return new RaftSettings(
                heartbeatMillis,
                electionMillis,
                initialElectionTickAdvance,
                preVote,
                strictReconfigCheck,
                nextSnapshotCount,
                nextSnapshotCatchupEntries,
                maxSnapshots,
                maxWals,
                readTimeout,
                writeTimeout);
    }

    public RaftSettings withFilesKept(int nextMaxSnapshots, int nextMaxWals) {
        return new RaftSettings(
                heartbeatMillis,
                electionMillis,
                initialElectionTickAdvance,
                preVote,
                strictReconfigCheck,
                snapshotCount,
                snapshotCatchupEntries,
                nextMaxSnapshots,
                nextMaxWals,
                readTimeout,
                writeTimeout);
    }

    /** Ticks of silence after which a follower campaigns. */
    public int electionTicks() {
        return electionMillis / heartbeatMillis;
    }

    public Duration electionTimeout() {
        return Duration.ofMillis(electionMillis);
    }

    /** How long a request may wait for its answer: the disk, an election before and one after it. */
    public Duration requestTimeout() {
        return Duration.ofMillis(5_000L + 2L * electionMillis);
    }
}
