package dev.quorate.server;

import java.io.IOException;

/** Why a member had to stop by itself: the message in etcd's words where it has some, the cause with the file and what the system said. */
public final class MemberFailedException extends Exception {
    private static final long serialVersionUID = 1;

    private final Throwable reason;

    private MemberFailedException(String message, Throwable reason) {
        super(message, reason);
        this.reason = reason;
    }

    /** What failed first. */
    public Throwable reason() {
        return reason;
    }

    /** Whether nothing is wrong with the member, only that it is none any more. */
    public boolean isExpulsion() {
        return reason instanceof ExpelledException;
    }

    /** The member was removed from its cluster. */
    static MemberFailedException expelled() {
        return new MemberFailedException(
                "the member has been permanently removed from the cluster",
                new ExpelledException());
    }

    private static final class ExpelledException extends Exception {
        private static final long serialVersionUID = 1;

        ExpelledException() {
            super("the member has been permanently removed from the cluster");
        }
    }

    static MemberFailedException of(String worker, Throwable cause) {
        return new MemberFailedException(
                cause instanceof IOException ? diskMessage(worker) : "worker " + worker + " failed",
                cause);
    }

    private static String diskMessage(String worker) {
        return switch (worker) {
            case "raft", "wal" -> "failed to save Raft hard state and entries";
            case "commit", "apply" -> "failed to commit tx";
            default -> "worker " + worker + " failed";
        };
    }
}
