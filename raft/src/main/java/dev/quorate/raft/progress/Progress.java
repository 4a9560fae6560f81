package dev.quorate.raft.progress;

import dev.quorate.raft.Check;

/**
 * What the leader knows about one member's log, and how it sends to it.
 *
 * <pre>
 *            agreed                sent, unanswered          not sent
 *   ├──────────────────────┤├─────────────────────────┤├───────────────►
 *   1                  match                       next
 *
 *           append accepted                  log too far behind
 *   PROBE ──────────────────► REPLICATE      PROBE, REPLICATE ──► SNAPSHOT
 *     ▲ append refused, unreachable │                                 │
 *     └─────────────────────────────┴──── snapshot arrived or lost ───┘
 * </pre>
 */
public final class Progress {
    private final InflightWindow inflight;
    private long match;
    private long next;
    private long sentCommit;
    private ProgressState state = ProgressState.PROBE;
    private long pendingSnapshot;
    private boolean recentlyActive;
    private boolean paused;
    private boolean learner;
    private long confirmedReads;

    /**
     * A member whose log is unknown.
     *
     * @param next where to begin asking
     * @param maxInflightMessages the window while replicating
     */
    public Progress(long next, int maxInflightMessages) {
        Check.argument(next > 0, "next", next, "> 0");
        this.next = next;
        this.inflight = new InflightWindow(maxInflightMessages);
    }

    /** A new term: everything is forgotten but the kind of member. */
    public void reset(long next) {
        Check.argument(next > 0, "next", next, "> 0");
        enter(ProgressState.PROBE);
        match = 0;
        this.next = next;
        sentCommit = 0;
        recentlyActive = false;
        confirmedReads = 0;
    }

    /** Starts asking where the logs agree; after a snapshot that is right behind it. */
    public void becomeProbe() {
        long from = state == ProgressState.SNAPSHOT ? Math.max(match, pendingSnapshot) : match;
        enter(ProgressState.PROBE);
        next = from + 1;
        sentCommit = Math.min(sentCommit, next - 1);
    }

    /** Starts streaming from the first entry that is not known to be there. */
    public void becomeReplicate() {
        enter(ProgressState.REPLICATE);
        next = match + 1;
    }

    /** Waits for the snapshot up to the index, which is on its way. */
    public void becomeSnapshot(long index) {
        Check.that(index > 0, "an empty snapshot was sent");
        enter(ProgressState.SNAPSHOT);
        pendingSnapshot = index;
        next = index + 1;
        sentCommit = index;
    }

    private void enter(ProgressState to) {
        state = to;
        paused = false;
        pendingSnapshot = 0;
        inflight.clear();
    }

    /** An append with this many entries, beginning at {@code next}, has left. */
    public void sentEntries(int count) {
        switch (state) {
            case REPLICATE -> {
                if (count > 0) {
                    next += count;
                    inflight.add(next - 1);
                }
                paused = inflight.isFull();
            }
            case PROBE -> paused |= count > 0;
            case SNAPSHOT -> throw new IllegalStateException("append sent instead of snapshot");
        }
    }

    /** An append with this commit index has left. */
    public void sentCommit(long commit) {
        sentCommit = commit;
    }

    /**
     * Whether an append, even an empty one, would tell the member of a later commit than it knows.
     */
    public boolean canLearnCommit(long commit) {
        return commit > sentCommit && sentCommit < next - 1;
    }

    /** The logs agree up to the index. Returns whether that is news. */
    public boolean acknowledge(long index) {
        if (index <= match) {
            return false;
        }
        match = index;
        next = Math.max(next, index + 1);
        paused = false;
        return true;
    }

    /**
     * The append after {@code rejected} was refused.
     *
     * @param agreement the highest index where the logs may agree
     * @return whether this is news, and an answer to what was sent last
     */
    public boolean refuse(long rejected, long agreement) {
        if (state == ProgressState.REPLICATE) {
            if (rejected <= match) {
                return false; // a late answer: agreement up to match is already known
            }
            next = match + 1;
        } else {
            if (next - 1 != rejected) {
                return false; // an answer to an older probe
            }
            next = Math.max(Math.min(rejected, agreement + 1), match + 1);
            paused = false;
        }
        sentCommit = Math.min(sentCommit, next - 1);
        return true;
    }

    /** Messages up to the index have arrived. */
    public void freeInflight(long index) {
        inflight.freeThrough(index);
    }

    /** Nothing more is sent until the member answers something. */
    public void pause() {
        paused = true;
    }

    /** The member lives: one more message may go out. */
    public void resume() {
        paused = false;
    }

    /** Whether nothing may be sent now. */
    public boolean isPaused() {
        return paused || state == ProgressState.SNAPSHOT;
    }

    /** Whether entries must wait for answers, so that only empty appends may go out. */
    public boolean isWindowFull() {
        return state == ProgressState.REPLICATE && inflight.isFull();
    }

    /** The snapshot did not arrive: begin again at the last agreement. */
    public void snapshotFailed() {
        pendingSnapshot = 0;
    }

    /** The highest index known to agree. */
    public long match() {
        return match;
    }

    /** The index of the next entry to send. */
    public long next() {
        return next;
    }

    /** How to send. */
    public ProgressState state() {
        return state;
    }

    /** The index of the snapshot under way, 0 without. */
    public long pendingSnapshot() {
        return pendingSnapshot;
    }

    /** How many appends are under way. */
    public int inflightCount() {
        return inflight.count();
    }

    /** Whether the member answered since the last check of the quorum. */
    public boolean recentlyActive() {
        return recentlyActive;
    }

    /** Sets whether the member counts as alive. */
    public void recentlyActive(boolean active) {
        recentlyActive = active;
    }

    /** Whether the member only learns. */
    public boolean learner() {
        return learner;
    }

    /** Sets whether the member only learns. */
    public void learner(boolean learner) {
        this.learner = learner;
    }

    /** How many read requests of this term the member has confirmed. */
    public long confirmedReads() {
        return confirmedReads;
    }

    /** The member has confirmed this many read requests of this term; answers may come late. */
    public void confirmReads(long count) {
        confirmedReads = Math.max(confirmedReads, count);
    }
}
