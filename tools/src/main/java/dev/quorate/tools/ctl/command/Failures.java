package dev.quorate.tools.ctl.command;

import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.error.EtcdError;

/** Failed calls in the words of etcd's client: texts that it knows stand alone, others in the form of gRPC. */
final class Failures {
    private Failures() {}

    static String text(RpcException failure) {
        if (failure.fate() != RpcException.Fate.ANSWERED
                && failure.getMessage().startsWith("context ")) {
            return failure.getMessage();
        }
        for (EtcdError known : EtcdError.values()) {
            if (known.text().equals(failure.description()) && isKnown(known)) {
                return known.text();
            }
        }
        return failure.goText();
    }

    /** Whether the client of 3.7.1 has it in its table. */
    private static boolean isKnown(EtcdError error) {
        return switch (error) {
            case INVALID_CLIENT_API_VERSION,
                    WATCH_CANCELED,
                    PERMISSION_NOT_GIVEN,
                    TIMEOUT_WAIT_APPLIED_INDEX,
                    CANCELED,
                    DEADLINE_EXCEEDED,
                    NOT_PRIMARY_LESSOR,
                    TRANSFER_TIMEOUT,
                    NO_PASSWORD_USER,
                    ELECTION_NO_LEADER,
                    ELECTION_NOT_LEADER,
                    ELECTION_LEADER_FIELD,
                    STREAM_CUSTOM_SORT,
                    STREAM_REVISION_FILTERS ->
                    false;
            default -> true;
        };
    }
}
