package dev.quorate.server.service;

import java.util.List;

/** Everything that a member offers to the transports in front of it. Thread-safe. */
public interface Services {
    /** Every method of every service, authorization already in front of each. */
    List<Rpc> all();

    /** What the HTTP endpoints beside gRPC need to know. */
    Health health();

    /** Gives this member's view of raft as a JSON object, on any thread: {@code raft.status} of {@code /debug/vars}. */
    void raftStatus(java.util.function.Consumer<String> done);

    /** The member's answer to {@code /version}. {@code cluster} is {@code not_decided} until the cluster version is known. */
    record Versions(String server, String cluster, String storage) {}

    Versions versions();

    /**
     * One check behind {@code /health}, {@code /livez} and {@code /readyz}. Answers once, on any thread, within the request timeout.
     */
    interface Health {
        /** Whether peers have other data; {@code done} receives an empty string when the check passes, else etcd's reason text. */
        void dataCorruption(java.util.function.Consumer<String> done);

        void serializableRead(java.util.function.Consumer<String> done);

        void linearizableRead(java.util.function.Consumer<String> done);

        void nonLearner(java.util.function.Consumer<String> done);

        /** Names of active alarms ({@code NOSPACE}, {@code CORRUPT}), one per raised alarm. */
        List<String> alarms();

        boolean hasLeader();
    }
}
