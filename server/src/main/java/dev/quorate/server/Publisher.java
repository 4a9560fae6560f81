package dev.quorate.server;

import dev.quorate.log.Log;
import dev.quorate.proto.etcdserverpb.Attributes;
import dev.quorate.proto.etcdserverpb.ClusterMemberAttrSetRequest;
import dev.quorate.proto.etcdserverpb.ClusterVersionSetRequest;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.server.boot.Boot;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.Url;
import dev.quorate.server.member.Ids;
import dev.quorate.server.node.Node;
import java.time.Duration;

/** What a member tells the cluster about itself, and what it logs about the members. */
final class Publisher {
    private static final Log LOG = Log.of(Publisher.class);

    private final ServerConfig config;
    private final Boot.Opened opened;

    Publisher(ServerConfig config, Boot.Opened opened) {
        this.config = config;
        this.opened = opened;
    }

    /** The request that makes name and client addresses known. */
    InternalRaftRequest.Builder attributes() {
        var attributes = Attributes.newBuilder().setName(config.name());
        for (Url url : config.urls().advertiseClient()) {
            attributes.addClientUrls(url.text());
        }
        return InternalRaftRequest.newBuilder()
                .setClusterMemberAttrSet(
                        ClusterMemberAttrSetRequest.newBuilder()
                                .setMemberID(opened.memberId())
                                .setMemberAttributes(attributes));
    }

    void published(Duration timeout) {
        LOG.info(
                "published local member to cluster through raft",
                "local-member-id",
                Ids.text(opened.memberId()),
                "local-member-attributes",
                "{Name:" + config.name() + " ClientURLs:" + config.urls().advertiseClient() + "}",
                "cluster-id",
                Ids.text(opened.clusterId()),
                "publish-timeout",
                timeout);
    }

    /**
     * The leader of a cluster without a version gives it one; the leader of a cluster of one member also follows a downgrade and its end,
     * for then its own version is all that counts.
     */
    void decideClusterVersion(Node node) {
        var membership = opened.machine().membership();
        String current = membership.clusterVersion();
        if (current.isEmpty()) {
            LOG.info(
                    "setting up initial cluster version using v3 API",
                    "cluster-version",
                    Versions.majorMinor(Versions.CLUSTER));
            propose(node, Versions.CLUSTER);
            return;
        }
        var downgrade = membership.downgrade();
        String target = downgrade.getEnabled() ? downgrade.getTargetVersion() : Versions.CLUSTER;
        if (membership.members().size() == 1 && !current.equals(target)) {
            LOG.info(
                    "updating cluster version using v3 API",
                    "from",
                    Versions.majorMinor(current),
                    "to",
                    Versions.majorMinor(target));
            propose(node, target);
        }
    }

    private static void propose(Node node, String version) {
        node.proposals()
                .propose(
                        InternalRaftRequest.newBuilder()
                                .setClusterVersionSet(
                                        ClusterVersionSetRequest.newBuilder().setVer(version)),
                        _ -> {});
    }
}
