package dev.quorate.server;

import dev.quorate.log.Log;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.raft.Role;
import dev.quorate.server.boot.Boot;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.member.Ids;
import dev.quorate.server.metrics.OperationMeter;
import dev.quorate.server.node.Leadership;
import dev.quorate.store.Outcome;
import dev.quorate.store.mvcc.Compacted;
import java.time.Duration;
import java.util.List;

/**
 * The lines that a member writes about what it goes through, in the words that operators' scripts wait for. Called on the threads where
 * things happen.
 */
final class MemberLog {
    private static final Log LOG = Log.of(MemberLog.class);
    private static final Log RAFT = Log.named("raft");

    private final ServerConfig config;
    private final Boot.Opened opened;
    private final String self;
    private final String cluster;

    MemberLog(ServerConfig config, Boot.Opened opened) {
        this.config = config;
        this.opened = opened;
        this.self = Ids.text(opened.memberId());
        this.cluster = Ids.text(opened.clusterId());
    }

    /** The member is about to run. */
    void starting(String clusterVersion) {
        var machine = opened.machine();
        long quota = config.storage().quotaBytes();
        RAFT.info(self + " became follower at term " + opened.hardState().term());
        if (config.auth().token().equals("simple")) {
            LOG.warn("simple token is not cryptographically signed");
        }
        LOG.info("kvstore restored", "current-rev", machine.keyValues().currentRevision());
        LOG.info(
                quota < 0 ? "disabled backend quota" : "enabled backend quota",
                "quota-name",
                "v3-applier",
                "quota-size-bytes",
                quota);
        LOG.info(
                "starting etcd server",
                "local-member-id",
                self,
                "local-server-version",
                Versions.SERVER,
                "cluster-version",
                clusterVersion.isEmpty() ? "to_be_decided" : Versions.majorMinor(clusterVersion));
        if (!clusterVersion.isEmpty()) {
            LOG.info(
                    "enabled capabilities for version",
                    "cluster-version",
                    Versions.majorMinor(clusterVersion));
        }
        if (machine.membership().members().size() <= 1) {
            LOG.info(
                    "started as single-node; fast-forwarding election ticks",
                    "local-member-id",
                    self,
                    "election-ticks",
                    config.raft().electionTicks(),
                    "election-timeout",
                    config.raft().electionTimeout());
        }
    }

    /** Several roles may pass within one turn of the raft loop; an election that was won at once is told from its end. */
    void leadershipChanged(Leadership last, Leadership next) {
        if (next.role() != last.role() || next.term() != last.term()) {
            if (next.role() == Role.LEADER && last.role() == Role.FOLLOWER) {
                RAFT.info(self + " is starting a new election at term " + last.term());
                RAFT.info(self + " became candidate at term " + next.term());
            }
            RAFT.info(self + " became " + name(next.role()) + " at term " + next.term());
        }
        if (next.leader() == last.leader()) {
            return;
        }
        String node = "raft.node: " + self;
        if (next.leader() == 0) {
            RAFT.info(node + " lost leader " + Ids.text(last.leader()) + " at term " + next.term());
        } else if (last.leader() == 0) {
            RAFT.info(
                    node
                            + " elected leader "
                            + Ids.text(next.leader())
                            + " at term "
                            + next.term());
        } else {
            RAFT.info(
                    node
                            + " changed leader from "
                            + Ids.text(last.leader())
                            + " to "
                            + Ids.text(next.leader())
                            + " at term "
                            + next.term());
        }
    }

    private static String name(Role role) {
        return switch (role) {
            case FOLLOWER -> "follower";
            case PRE_CANDIDATE -> "pre-candidate";
            case CANDIDATE -> "candidate";
            case LEADER -> "leader";
        };
    }

    void membershipChanged(ConfChange change, Outcome outcome) {
        String id = Ids.text(change.getNodeId());
        if (outcome instanceof Outcome.Refused refused) {
            LOG.warn(
                    "Validation on configuration change failed",
                    "raft-conf-change",
                    change.getType().name(),
                    "raft-conf-change-node-id",
                    id,
                    "error",
                    refused.why().description());
        }
        if (outcome instanceof Outcome.Done(var after, _)
                && after instanceof MemberListResponse list) {
            RAFT.info(self + " switched to configuration " + configuration(list.getMembersList()));
            describe(change, list.getMembersList());
        }
        LOG.info(
                "applied a configuration change through raft",
                "local-member-id",
                self,
                "raft-conf-change",
                change.getType().name(),
                "raft-conf-change-node-id",
                id);
    }

    private void describe(ConfChange change, List<Member> members) {
        Member member = Member.getDefaultInstance();
        for (Member each : members) {
            if (each.getID() == change.getNodeId()) {
                member = each;
            }
        }
        String id = Ids.text(change.getNodeId());
        switch (change.getType()) {
            case ConfChangeAddNode, ConfChangeAddLearnerNode ->
                    LOG.info(
                            "added member",
                            "cluster-id",
                            cluster,
                            "local-member-id",
                            self,
                            "added-peer-id",
                            id,
                            "added-peer-peer-urls",
                            member.getPeerURLsList(),
                            "added-peer-is-learner",
                            member.getIsLearner());
            case ConfChangeRemoveNode ->
                    LOG.info(
                            "removed member",
                            "cluster-id",
                            cluster,
                            "local-member-id",
                            self,
                            "removed-remote-peer-id",
                            id);
            case ConfChangeUpdateNode ->
                    LOG.info(
                            "updated member",
                            "cluster-id",
                            cluster,
                            "local-member-id",
                            self,
                            "updated-remote-peer-id",
                            id,
                            "updated-remote-peer-urls",
                            member.getPeerURLsList());
        }
    }

    private static String configuration(List<Member> members) {
        StringBuilder voters = new StringBuilder();
        StringBuilder learners = new StringBuilder();
        for (Member member : members) {
            StringBuilder list = member.getIsLearner() ? learners : voters;
            list.append(list.isEmpty() ? "" : " ").append(Ids.text(member.getID()));
        }
        return "voters=("
                + voters
                + ")"
                + (learners.isEmpty() ? "" : " learners=(" + learners + ")");
    }

    void slowApply(InternalRaftRequest request, long tookNanos) {
        LOG.warn(
                "apply request took too long",
                "took",
                Duration.ofNanos(tookNanos),
                "expected-duration",
                config.checks().warningApply(),
                "prefix",
                "",
                "request",
                describe(request),
                "response",
                "");
    }

    void requestApplied(InternalRaftRequest request, Outcome outcome, long tookNanos) {
        if (outcome instanceof Outcome.Refused refused && !refused.overQuota()) {
            LOG.warn(
                    "failed to apply request",
                    "took",
                    Duration.ofNanos(tookNanos),
                    "request",
                    describe(request),
                    "response",
                    "",
                    "error",
                    refused.why().description());
        } else if (outcome instanceof Outcome.Done && !request.hasPut() && !request.hasTxn()) {
            AuthLog.applied(request);
        }
    }

    private static String describe(InternalRaftRequest request) {
        return "header:<ID:"
                + Long.toUnsignedString(request.getHeader().getID())
                + "> "
                + OperationMeter.name(request)
                + " size:"
                + request.getSerializedSize();
    }

    void compacted(Compacted compaction, long tookNanos) {
        var engine = opened.backend().engine();
        var hash = compaction.hash();
        LOG.info(
                "finished scheduled compaction",
                "compact-revision",
                compaction.revision(),
                "took",
                Duration.ofNanos(tookNanos),
                "number-of-keys-compacted",
                compaction.records(),
                "hash",
                hash == null ? 0 : hash.hash(),
                "current-db-size-bytes",
                engine.sizeBytes(),
                "current-db-size",
                Bytes.text(engine.sizeBytes()),
                "current-db-size-in-use-bytes",
                engine.usedBytes(),
                "current-db-size-in-use",
                Bytes.text(engine.usedBytes()));
    }

    void clusterVersionChanged(String before, String now) {
        String shown = Versions.majorMinor(now);
        if (before.isEmpty()) {
            LOG.info(
                    "set initial cluster version",
                    "cluster-id",
                    cluster,
                    "local-member-id",
                    self,
                    "cluster-version",
                    shown);
        } else {
            LOG.info(
                    "updated cluster version",
                    "cluster-id",
                    cluster,
                    "local-member-id",
                    self,
                    "from",
                    Versions.majorMinor(before),
                    "to",
                    shown);
        }
        LOG.info("enabled capabilities for version", "cluster-version", shown);
    }

    void storageVersionChanged(String now) {
        LOG.info("updated storage version", "new-storage-version", now);
    }
}
