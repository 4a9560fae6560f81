package dev.quorate.server.config;

import java.util.Optional;

/** Parts of a server that can be switched with {@code --feature-gates}; names and defaults are those of etcd 3.7.1. */
public enum Feature {
    COMPACT_HASH_CHECK("CompactHashCheck", Stage.ALPHA),
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

    Feature(String text, Stage stage) {
        this.text = text;
        this.stage = stage;
    }

    /** The name in flags and metrics. */
    public String text() {
        return text;
    }

    public Stage stage() {
        return stage;
    }

    public boolean isOnByDefault() {
        return stage == Stage.BETA;
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
