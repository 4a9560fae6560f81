package dev.quorate.server.rpc;

import dev.quorate.raft.Role;
import dev.quorate.raft.Status;
import dev.quorate.raft.progress.ProgressState;

/** A member's view of raft in the form in which etcd publishes it. */
final class RaftStatusText {
    private RaftStatusText() {}

    static String of(Status status) {
        StringBuilder text = new StringBuilder("{\"id\":");
        id(text, status.id()).append(",\"term\":").append(status.term()).append(",\"vote\":");
        id(text, status.vote()).append(",\"commit\":").append(status.commit());
        id(text.append(",\"lead\":"), status.leader());
        text.append(",\"raftState\":\"").append(role(status.role()));
        text.append("\",\"applied\":").append(status.applied()).append(",\"progress\":{");
        String separator = "";
        for (Status.Member member : status.progress()) {
            id(text.append(separator), member.id());
            text.append(":{\"match\":").append(member.match());
            text.append(",\"next\":").append(member.next());
            text.append(",\"state\":\"").append(progress(member.state())).append("\"}");
            separator = ",";
        }
        return id(text.append("},\"leadtransferee\":"), status.transferee()).append('}').toString();
    }

    private static StringBuilder id(StringBuilder text, long id) {
        return text.append('"').append(Long.toHexString(id)).append('"');
    }

    private static String role(Role role) {
        return switch (role) {
            case FOLLOWER -> "StateFollower";
            case PRE_CANDIDATE -> "StatePreCandidate";
            case CANDIDATE -> "StateCandidate";
            case LEADER -> "StateLeader";
        };
    }

    private static String progress(ProgressState state) {
        return switch (state) {
            case PROBE -> "StateProbe";
            case REPLICATE -> "StateReplicate";
            case SNAPSHOT -> "StateSnapshot";
        };
    }
}
