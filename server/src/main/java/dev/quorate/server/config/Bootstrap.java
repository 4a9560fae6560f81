package dev.quorate.server.config;

import java.util.List;

/**
 * How a member without a WAL finds its cluster.
 *
 * @param initialCluster the members to begin with, in the order of their names; empty if a discovery is configured
 * @param token part of every id of the cluster, so that clusters with equal addresses stay apart
 * @param state whether the cluster is made now or runs already
 * @param discovery the discovery service of v3, if its endpoints are not empty
 * @param discoveryUrl the URL of a discovery service of v2, or empty
 * @param discoveryProxy HTTP proxy towards {@code discoveryUrl}, or empty
 * @param discoveryFallbackToProxy whether a full discovery turns this process into a v2 proxy
 * @param srvDomain DNS domain whose SRV records name the members, or empty
 * @param srvName suffix of the SRV service name, or empty
 * @param forceNewCluster drop every other member and keep the data
 */
public record Bootstrap(
        List<Member> initialCluster,
        String token,
        State state,
        Discovery discovery,
        String discoveryUrl,
        String discoveryProxy,
        boolean discoveryFallbackToProxy,
        String srvDomain,
        String srvName,
        boolean forceNewCluster) {

    public Bootstrap {
        initialCluster = List.copyOf(initialCluster);
    }

    /** The values of {@code --initial-cluster-state}. */
    public enum State {
        NEW,
        EXISTING;

        /** As the flag spells it. */
        public String text() {
            return this == NEW ? "new" : "existing";
        }
    }

    /** One entry of {@code --initial-cluster}: a name and its peer addresses, sorted by text. */
    public record Member(String name, List<Url> peerUrls) {
        public Member {
            peerUrls = List.copyOf(peerUrls);
        }
    }

    /** A new static cluster of the given members with etcd's default token. */
    public static Bootstrap of(List<Member> members) {
        return new Bootstrap(
                members, "etcd-cluster", State.NEW, Discovery.none(), "", "", false, "", "", false);
    }

    public Bootstrap withState(State next) {
        return new Bootstrap(
                initialCluster,
                token,
                next,
                discovery,
                discoveryUrl,
                discoveryProxy,
                discoveryFallbackToProxy,
                srvDomain,
                srvName,
                forceNewCluster);
    }

    public Bootstrap withToken(String next) {
        return new Bootstrap(
                initialCluster,
                next,
                state,
                discovery,
                discoveryUrl,
                discoveryProxy,
                discoveryFallbackToProxy,
                srvDomain,
                srvName,
                forceNewCluster);
    }

    public Bootstrap withForceNewCluster(boolean next) {
        return new Bootstrap(
                initialCluster,
                token,
                state,
                discovery,
                discoveryUrl,
                discoveryProxy,
                discoveryFallbackToProxy,
                srvDomain,
                srvName,
                next);
    }

    /** The members as {@code --initial-cluster} spells them. */
    public String initialClusterText() {
        StringBuilder out = new StringBuilder();
        for (Member member : initialCluster) {
            for (Url url : member.peerUrls()) {
                out.append(out.isEmpty() ? "" : ",").append(member.name()).append('=').append(url);
            }
        }
        return out.toString();
    }
}
