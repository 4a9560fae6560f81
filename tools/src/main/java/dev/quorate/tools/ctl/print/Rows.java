package dev.quorate.tools.ctl.print;

import dev.quorate.proto.etcdserverpb.HashKVResponse;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.etcdserverpb.StatusResponse;
import dev.quorate.tools.print.Sizes;
import java.util.ArrayList;
import java.util.List;

/** Answers about several members as rows of cells, for the simple and the table format. */
final class Rows {
    static final List<String> MEMBERS_HEAD =
            List.of("ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER");
    static final List<String> HEALTH_HEAD = List.of("ENDPOINT", "HEALTH", "TOOK", "ERROR");
    static final List<String> HASH_HEAD = List.of("ENDPOINT", "HASH", "HASH REVISION");
    static final List<String> STATUS_HEAD =
            List.of(
                    "ENDPOINT",
                    "ID",
                    "VERSION",
                    "STORAGE VERSION",
                    "DB SIZE",
                    "IN USE",
                    "PERCENTAGE NOT IN USE",
                    "QUOTA",
                    "IS LEADER",
                    "IS LEARNER",
                    "RAFT TERM",
                    "RAFT INDEX",
                    "RAFT APPLIED INDEX",
                    "ERRORS",
                    "DOWNGRADE TARGET VERSION",
                    "DOWNGRADE ENABLED");

    private Rows() {}

    static List<List<String>> members(MemberListResponse answer) {
        List<List<String>> rows = new ArrayList<>();
        for (Member member : answer.getMembersList()) {
            rows.add(
                    List.of(
                            Ids.hex(member.getID()),
                            member.getName().isEmpty() ? "unstarted" : "started",
                            member.getName(),
                            String.join(",", member.getPeerURLsList()),
                            String.join(",", member.getClientURLsList()),
                            Boolean.toString(member.getIsLearner())));
        }
        return rows;
    }

    static List<List<String>> health(List<EndpointHealth> list) {
        List<List<String>> rows = new ArrayList<>();
        for (EndpointHealth health : list) {
            rows.add(
                    List.of(
                            health.endpoint(),
                            Boolean.toString(health.healthy()),
                            health.took(),
                            health.error()));
        }
        return rows;
    }

    static List<List<String>> hashes(List<EndpointHashKv> list) {
        List<List<String>> rows = new ArrayList<>();
        for (EndpointHashKv one : list) {
            HashKVResponse hash = one.hash();
            rows.add(
                    List.of(
                            one.endpoint(),
                            Integer.toUnsignedString(hash.getHash()),
                            Long.toString(hash.getHashRevision())));
        }
        return rows;
    }

    static List<List<String>> status(List<EndpointStatus> list) {
        List<List<String>> rows = new ArrayList<>();
        for (EndpointStatus one : list) {
            StatusResponse status = one.status();
            rows.add(
                    List.of(
                            one.endpoint(),
                            Ids.hex(status.getHeader().getMemberId()),
                            status.getVersion(),
                            status.getStorageVersion(),
                            Sizes.text(status.getDbSize()),
                            Sizes.text(status.getDbSizeInUse()),
                            percentFree(status.getDbSize(), status.getDbSizeInUse()),
                            Sizes.text(status.getDbSizeQuota()),
                            Boolean.toString(
                                    status.getLeader() == status.getHeader().getMemberId()),
                            Boolean.toString(status.getIsLearner()),
                            Long.toUnsignedString(status.getRaftTerm()),
                            Long.toUnsignedString(status.getRaftIndex()),
                            Long.toUnsignedString(status.getRaftAppliedIndex()),
                            String.join(", ", status.getErrorsList()),
                            status.getDowngradeInfo().getTargetVersion(),
                            Boolean.toString(status.getDowngradeInfo().getEnabled())));
        }
        return rows;
    }

    /** How much of a file is not in use. */
    private static String percentFree(long size, long inUse) {
        return size <= 0 ? "0%" : (long) Math.ceil((size - inUse) * 100.0 / size) + "%";
    }
}
