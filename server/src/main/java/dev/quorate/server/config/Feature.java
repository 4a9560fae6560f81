package dev.quorate.server.config;

import java.util.Optional;

/** Parts of a server that can be switched with {@code --feature-gates}; names and, but for one, defaults are those of etcd 3.7.1. */
public enum Feature {
    /** On, unlike in etcd: a compaction hashes what it reads in any case, see docs/adr/0011. */
    COMPACT_HASH_CHECK("CompactHashCheck", Stage.ALPHA, true),
    FAST_LEASE_KEEP_ALIVE("FastLeaseKeepAlive", Stage.BETA),
    INITIAL_CORRUPT_CHECK("InitialCorruptCheck", Stage.ALPHA),
    LEASE_CHECKPOINT("LeaseCheckpoint", Stage.ALPHA),
    LEASE_CHECKPOINT_PERSIST("LeaseCheckpointPersist", Stage.ALPHA),
    PRIORITY_REQUEST("PriorityRequest", Stage.ALPHA),
    SET_MEMBER_LOCAL_ADDR("SetMemberLocalAddr", Stage.ALPHA),
    STOP_GRPC_SERVICE_ON_DEFRAG("StopGRPCServiceOnDefrag", Stage.ALPHA),
    TXN_MODE_WRITE_WITH_SHARED_BUFFER("TxnModeWriteWithSharedBuffer", Stage.BETA);

    /** How mature: alpha is off, beta is on unless said otherwise. */
    public enum Stage {
        ALPHA,
        BETA
    }

    private final String text;
    private final Stage stage;

    private final boolean onByDefault;

    Feature(String text, Stage stage) {
        this(text, stage, stage == Stage.BETA);
    }

    Feature(String text, Stage stage, boolean onByDefault) {
        this.text = text;
        this.stage = stage;
        this.onByDefault = onByDefault;
    }

    /** The name in flags and metrics. */
    public String text() {
        return text;
    }

    public Stage stage() {
        return stage;
    }

    public boolean isOnByDefault() {
        return onByDefault;
    }

    public static Optional<Feature> parse(String text) {
        for (Feature feature : values()) {
            if (feature.text.equals(text)) {
                return Optional.of(feature);
            }
        }
        return Optional.empty();
    }
}
