package dev.quorate.raft;

/**
 * The constants of one member.
 *
 * @param id this member; not 0 and not one of the two ids that etcd reserves for its storage
 *     threads
 * @param electionTicks ticks without a leader before an election; drawn anew from {@code [n, 2n)}
 *     each time
 * @param heartbeatTicks ticks between a leader's heartbeats, less than the election ticks
 * @param maxMessageBytes limit of the entries in one append message; one entry always fits
 * @param maxCommittedBytesPerReady limit of the entries handed out to apply and not yet reported as
 *     applied; one entry always fits
 * @param maxInflightMessages append messages under way to one follower before the leader waits
 * @param checkQuorum whether a leader that hears from no quorum within the election ticks steps
 *     down, and whether members refuse to vote while they hear from a leader
 * @param preVote whether an election begins with a poll that leaves terms alone
 * @param appliedIndex the last index that the state machine has applied; 0 when it starts from the
 *     snapshot
 * @param maxUncommittedBytes limit of the payload that a leader takes on before it is committed;
 *     one proposal always fits
 */
public record Config(
        long id,
        int electionTicks,
        int heartbeatTicks,
        long maxMessageBytes,
        long maxCommittedBytesPerReady,
        int maxInflightMessages,
        boolean checkQuorum,
        boolean preVote,
        long appliedIndex,
        long maxUncommittedBytes) {
    public Config {
        Check.argument(!isReserved(id), "id", id, "neither 0 nor reserved");
        Check.argument(heartbeatTicks > 0, "heartbeatTicks", heartbeatTicks, "> 0");
        Check.argument(
                electionTicks > heartbeatTicks, "electionTicks", electionTicks, "> heartbeatTicks");
        Check.argument(
                electionTicks <= Integer.MAX_VALUE / 2, "electionTicks", electionTicks, "< 2^30");
        Check.argument(maxMessageBytes > 0, "maxMessageBytes", maxMessageBytes, "> 0");
        Check.argument(
                maxCommittedBytesPerReady > 0,
                "maxCommittedBytesPerReady",
                maxCommittedBytesPerReady,
                "> 0");
        Check.argument(maxInflightMessages > 0, "maxInflightMessages", maxInflightMessages, "> 0");
        Check.argument(appliedIndex >= 0, "appliedIndex", appliedIndex, ">= 0");
        Check.argument(maxUncommittedBytes > 0, "maxUncommittedBytes", maxUncommittedBytes, "> 0");
    }

    /**
     * Without a limit on uncommitted payload, as etcd's server runs: it limits proposals before
     * they get here.
     */
    public Config(
            long id,
            int electionTicks,
            int heartbeatTicks,
            long maxMessageBytes,
            long maxCommittedBytesPerReady,
            int maxInflightMessages,
            boolean checkQuorum,
            boolean preVote,
            long appliedIndex) {
        this(
                id,
                electionTicks,
                heartbeatTicks,
                maxMessageBytes,
                maxCommittedBytesPerReady,
                maxInflightMessages,
                checkQuorum,
                preVote,
                appliedIndex,
                Long.MAX_VALUE);
    }

    /**
     * Whether no member may have the id: 0 means nobody, and etcd 3.6 names its storage threads -1
     * and -2.
     */
    public static boolean isReserved(long id) {
        return id == 0 || id == -1 || id == -2;
    }
}
