package dev.quorate.server.boot;

import dev.quorate.log.Log;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.server.Transport;
import dev.quorate.server.Versions;
import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.Url;
import dev.quorate.server.member.Ids;
import dev.quorate.server.peer.Peer;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.store.member.MemberJson;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a member without a log learns from members that run already: whose cluster it joins and who it is there, or that it must not begin a
 * cluster of its own. All of it waits for answers; for the thread that starts the member.
 */
final class Joining {
    private static final Log LOG = Log.of(Joining.class);

    private static final Duration ASK_LIMIT = Duration.ofSeconds(10);
    private static final Duration LOOK_LIMIT = Duration.ofSeconds(1);

    /** For each of those who are asked although somebody answered already. */
    private static final Duration SECOND_OPINION_LIMIT = Duration.ofSeconds(1);

    private static final String OLDEST_CLUSTER = "3.0.0";

    private final ServerConfig config;
    private final Transport transport;
    private final UnaryOperator<String> resolver;

    /**
     * @param resolver names the same address by number
     */
    Joining(ServerConfig config, Transport transport, UnaryOperator<String> resolver) {
        this.config = config;
        this.transport = transport;
        this.resolver = resolver;
    }

    /**
     * A place in a cluster that runs.
     *
     * @param known all members, this one included
     */
    record Place(long memberId, long clusterId, List<Peer> known) {}

    /**
     * A cluster as one of its members tells of it.
     *
     * @param appliedIndex of that member, or 0 if it does not tell
     */
    private record Cluster(long id, List<Member> members, long appliedIndex) {
        Set<Long> memberIds() {
            Set<Long> ids = new HashSet<>();
            members.forEach(member -> ids.add(member.getID()));
            return ids;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("{ClusterID:" + Ids.text(id) + " Members:[");
            for (Member member : members) {
                text.append(text.charAt(text.length() - 1) == '[' ? "" : " ")
                        .append("&{ID:")
                        .append(Ids.text(member.getID()))
                        .append(" RaftAttributes:{PeerURLs:[")
                        .append(String.join(" ", member.getPeerURLsList()))
                        .append("] IsLearner:")
                        .append(member.getIsLearner())
                        .append("} Attributes:{Name:")
                        .append(member.getName())
                        .append(" ClientURLs:[")
                        .append(String.join(" ", member.getClientURLsList()))
                        .append("]}}");
            }
            return text.append("] RemovedMemberIDs:[]}").toString();
        }
    }

    /**
     * Finds the place that was made for this member.
     *
     * @throws StartException in etcd's words
     */
    Place place() throws StartException {
        Cluster cluster = newest(fetchAll());
        if (cluster == null) {
            throw new StartException(
                    "cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs");
        }
        Member self = assign(cluster);
        checkVersions(cluster);
        checkLearners(cluster);
        List<Peer> known = new ArrayList<>();
        for (Member member : cluster.members) {
            known.add(new Peer(member.getID(), member.getPeerURLsList()));
        }
        return new Place(self.getID(), cluster.id, known);
    }

    /**
     * Refuses to begin a cluster that this member has served already.
     *
     * @throws StartException when others have it in their list with its client addresses
     */
    void checkNotBootstrapped(long memberId) throws StartException {
        Cluster cluster = fetch(LOOK_LIMIT);
        if (cluster == null) {
            return;
        }
        for (Member member : cluster.members) {
            if (member.getID() == memberId && member.getClientURLsCount() > 0) {
                throw new StartException(
                        "member " + Ids.text(memberId) + " has already been bootstrapped");
            }
        }
    }

    /** Asks one address after the other; null when nobody answers sensibly. */
    private @Nullable Cluster fetch(Duration limit) {
        for (String url : otherUrls()) {
            Cluster cluster = fetch(url, limit);
            if (cluster != null) {
                return cluster;
            }
        }
        return null;
    }

    /** What each address answers, as far as it does. */
    private List<Cluster> fetchAll() {
        List<Cluster> found = new ArrayList<>();
        for (String url : otherUrls()) {
            Cluster cluster = fetch(url, found.isEmpty() ? ASK_LIMIT : SECOND_OPINION_LIMIT);
            if (cluster != null) {
                found.add(cluster);
            }
        }
        return found;
    }

    /**
     * The newest of several tales. A member that lags may still list one that was removed, at the address that is now this member's; whoever
     * believes it starts under an id that never will be a member again. etcd believes the first who answers.
     *
     * <p>By the index, where all tell it; otherwise the list that most give.
     */
    private static @Nullable Cluster newest(List<Cluster> found) {
        boolean allTell = found.stream().allMatch(cluster -> cluster.appliedIndex > 0);
        Cluster best = null;
        long bestRank = 0;
        for (Cluster cluster : found) {
            long rank =
                    allTell
                            ? cluster.appliedIndex
                            : found.stream()
                                    .filter(other -> other.memberIds().equals(cluster.memberIds()))
                                    .count();
            if (rank > bestRank) {
                best = cluster;
                bestRank = rank;
            }
        }
        return best;
    }

    private @Nullable Cluster fetch(String url, Duration limit) {
        try {
            PeerResponse answer = transport.ask(url, PeerRequest.get("/members"), limit);
            List<Member> members = MemberJson.decodeList(answer.body());
            long id = Long.parseUnsignedLong(answer.clusterId(), 16);
            if (answer.isOk() && !members.isEmpty()) {
                return new Cluster(id, members, answer.appliedIndex());
            }
            LOG.warn("failed to get cluster response", "address", url + "/members");
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "failed to get cluster response",
                    "address",
                    url + "/members",
                    "error",
                    String.valueOf(e.getMessage()));
        }
        return null;
    }

    private List<String> otherUrls() {
        List<String> urls = new ArrayList<>();
        for (Bootstrap.Member member : config.bootstrap().initialCluster()) {
            if (!member.name().equals(config.name())) {
                member.peerUrls().forEach(url -> urls.add(url.text()));
            }
        }
        urls.sort(null);
        return urls;
    }

    /** Matches the members of the flags with those that exist, by address; returns this member. */
    private Member assign(Cluster cluster) throws StartException {
        String prefix = "error validating peerURLs " + cluster + ": ";
        List<Bootstrap.Member> wanted = config.bootstrap().initialCluster();
        if (wanted.size() != cluster.members.size()) {
            throw new StartException(prefix + "member count is unequal");
        }
        Member self = null;
        Set<Long> taken = new HashSet<>();
        for (Bootstrap.Member member : wanted) {
            Member match = match(member, cluster, taken);
            if (match == null) {
                throw new StartException(
                        prefix
                                + "unmatched member while checking PeerURLs ("
                                + member.peerUrls()
                                + " are the addresses of no member)");
            }
            taken.add(match.getID());
            if (member.name().equals(config.name())) {
                self = match;
            }
        }
        if (self == null) {
            throw new StartException(
                    "couldn't find local name \""
                            + config.name()
                            + "\" in the initial cluster configuration");
        }
        return self;
    }

    private @Nullable Member match(Bootstrap.Member wanted, Cluster cluster, Set<Long> taken) {
        Set<String> urls = new TreeSet<>();
        wanted.peerUrls().forEach(url -> urls.add(url.text()));
        for (Member member : cluster.members) {
            if (!taken.contains(member.getID())
                    && urls.equals(new TreeSet<>(member.getPeerURLsList()))) {
                return member;
            }
        }
        Set<String> resolved = resolved(urls);
        for (Member member : cluster.members) {
            if (!taken.contains(member.getID())
                    && resolved.equals(resolved(new TreeSet<>(member.getPeerURLsList())))) {
                return member;
            }
        }
        return null;
    }

    private Set<String> resolved(Set<String> urls) {
        Set<String> resolved = new TreeSet<>();
        urls.forEach(url -> resolved.add(resolver.apply(url)));
        return resolved;
    }

    /** Whether this member speaks the version that the others have agreed on; one of them at least must tell. */
    private void checkVersions(Cluster cluster) throws StartException {
        boolean anyAnswered = false;
        for (Member member : cluster.members) {
            String version = clusterVersion(member);
            if (version == null) {
                continue;
            }
            anyAnswered = true;
            if (Versions.compare(version, OLDEST_CLUSTER) < 0
                    || Versions.compare(version, Versions.CLUSTER) > 0) {
                LOG.warn(
                        "cluster version of remote member is not compatible",
                        "remote-member-id",
                        Ids.text(member.getID()),
                        "remote-member-cluster-version",
                        version);
                throw new StartException("incompatible with current running cluster");
            }
        }
        if (!anyAnswered) {
            throw new StartException("incompatible with current running cluster");
        }
    }

    private @Nullable String clusterVersion(Member member) {
        Set<String> own = new HashSet<>();
        for (Url url : config.urls().advertisePeer()) {
            own.add(url.text());
        }
        for (String url : member.getPeerURLsList()) {
            if (own.contains(url)) {
                continue;
            }
            try {
                PeerResponse answer = transport.ask(url, PeerRequest.get("/version"), ASK_LIMIT);
                String version = MemberJson.versions(answer.body()).cluster();
                if (answer.isOk() && Versions.isVersion(version)) {
                    return version;
                }
            } catch (IOException | RuntimeException e) {
                LOG.warn(
                        "failed to reach the peer URL",
                        "address",
                        url,
                        "error",
                        String.valueOf(e.getMessage()));
            }
        }
        return null;
    }

    private void checkLearners(Cluster cluster) throws StartException {
        int learners = 0;
        for (Member member : cluster.members) {
            learners += member.getIsLearner() ? 1 : 0;
        }
        int most = config.limits().maxLearners();
        if (learners > most) {
            throw new StartException(
                    "max learners config is too small: the cluster has "
                            + learners
                            + " learner members, --max-learners is "
                            + most);
        }
    }
}
