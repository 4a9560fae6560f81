package dev.quorate.server;

import dev.quorate.log.Log;
import dev.quorate.proto.etcdserverpb.ClusterVersionSetRequest;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.server.node.Node;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.store.member.MemberJson;
import dev.quorate.store.member.Membership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Agrees on the version of the cluster, which is that of its oldest member: the leader asks all of them and replicates what follows. It only
 * rises, but for a downgrade.
 */
final class ClusterVersions {
    private static final Log LOG = Log.of(ClusterVersions.class);

    /** What a cluster is given whose members do not all answer. */
    private static final String OLDEST = "3.0.0";

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(4);

    private final Membership membership;
    private final Node node;
    private final Transport transport;
    private final long memberId;
    private final AtomicBoolean asking = new AtomicBoolean();

    ClusterVersions(Membership membership, Node node, Transport transport, long memberId) {
        this.membership = membership;
        this.node = node;
        this.transport = transport;
        this.memberId = memberId;
    }

    /** Asks all members, unless that is under way, and proposes another version if there should be one. The leader's. */
    void decide() {
        List<Member> others = new ArrayList<>(membership.members());
        others.removeIf(member -> member.getID() == memberId);
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        if (others.isEmpty()) {
            decide(Versions.SERVER);
            return;
        }
        var round = new Round(others.size());
        for (Member member : others) {
            transport.call(
                    member.getID(), PeerRequest.get("/version"), ANSWER_LIMIT, round::answered);
        }
    }

    /** The answers to one round of questions; they may come on any thread. */
    private final class Round {
        private final AtomicInteger missing;
        private final List<PeerResponse> answers = new ArrayList<>();

        Round(int questions) {
            this.missing = new AtomicInteger(questions);
        }

        void answered(PeerResponse response) {
            synchronized (answers) {
                answers.add(response);
            }
            if (missing.decrementAndGet() == 0) {
                decide(oldest());
            }
        }

        /** The oldest version of all members, null when one does not tell. */
        private @Nullable String oldest() {
            String oldest = Versions.SERVER;
            synchronized (answers) {
                for (PeerResponse answer : answers) {
                    String version = version(answer);
                    if (version == null) {
                        return null;
                    }
                    oldest = Versions.compare(version, oldest) < 0 ? version : oldest;
                }
            }
            return oldest;
        }

        private static @Nullable String version(PeerResponse answer) {
            if (!answer.isOk()) {
                return null;
            }
            try {
                String version = MemberJson.versions(answer.body()).server();
                return Versions.isVersion(version) ? version : null;
            } catch (RuntimeException e) {
                LOG.warn("failed to read the version of a member", "error", e);
                return null;
            }
        }
    }

    private void decide(@Nullable String oldest) {
        try {
            String wanted = wanted(oldest);
            if (wanted != null && node.leadership().isLeader()) {
                propose(wanted);
            }
        } finally {
            asking.set(false);
        }
    }

    /** The version that the cluster should have instead of the one it has, null for no other. */
    private @Nullable String wanted(@Nullable String oldest) {
        String current = membership.clusterVersion();
        if (current.isEmpty()) {
            return oldest == null ? OLDEST : Versions.majorMinor(oldest) + ".0";
        }
        var downgrade = membership.downgrade();
        if (downgrade.getEnabled()) {
            String target = downgrade.getTargetVersion();
            return oldest != null && Versions.compare(target, current) < 0 ? target : null;
        }
        if (oldest == null) {
            return null;
        }
        String agreed = Versions.majorMinor(oldest) + ".0";
        return Versions.compare(agreed, current) > 0 ? agreed : null;
    }

    private void propose(String version) {
        String current = membership.clusterVersion();
        if (current.isEmpty()) {
            LOG.info(
                    "setting up initial cluster version using v3 API",
                    "cluster-version",
                    Versions.majorMinor(version));
        } else {
            LOG.info(
                    "updating cluster version using v3 API",
                    "from",
                    Versions.majorMinor(current),
                    "to",
                    Versions.majorMinor(version));
        }
        node.proposals()
                .propose(
                        InternalRaftRequest.newBuilder()
                                .setClusterVersionSet(
                                        ClusterVersionSetRequest.newBuilder().setVer(version)),
                        _ -> {});
    }
}
