package dev.quorate.server;

import dev.quorate.log.Log;
import dev.quorate.proto.etcdserverpb.Attributes;
import dev.quorate.proto.etcdserverpb.ClusterMemberAttrSetRequest;
import dev.quorate.proto.etcdserverpb.ClusterVersionSetRequest;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.server.boot.Boot;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.Url;
import dev.quorate.server.member.Ids;
import dev.quorate.server.node.Node;
import dev.quorate.store.Outcome;
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

    /** The leader of a cluster without a version gives it one. */
    void decideClusterVersion(Node node) {
        if (!opened.machine().membership().clusterVersion().isEmpty()) {
            return;
        }
        LOG.info(
                "setting up initial cluster version using v3 API",
                "cluster-version",
                Versions.majorMinor(Versions.CLUSTER));
        node.proposals()
                .propose(
                        InternalRaftRequest.newBuilder()
                                .setClusterVersionSet(
                                        ClusterVersionSetRequest.newBuilder()
                                                .setVer(Versions.CLUSTER)),
                        _ -> versionDecided());
    }

    private void versionDecided() {
        String version = opened.machine().membership().clusterVersion();
        if (version.isEmpty()) {
            return;
        }
        String shown = Versions.majorMinor(version);
        LOG.info(
                "set initial cluster version",
                "cluster-id",
                Ids.text(opened.clusterId()),
                "local-member-id",
                Ids.text(opened.memberId()),
                "cluster-version",
                shown);
        LOG.info("enabled capabilities for version", "cluster-version", shown);
    }

    void membershipChanged(ConfChange change, Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            LOG.warn(
                    "membership change refused",
                    "raft-conf-change",
                    change.getType().name(),
                    "raft-conf-change-node-id",
                    Ids.text(change.getNodeId()),
                    "error",
                    refused.why().description());
            return;
        }
        LOG.info(
                "applied a configuration change through raft",
                "local-member-id",
                Ids.text(opened.memberId()),
                "raft-conf-change",
                change.getType().name(),
                "raft-conf-change-node-id",
                Ids.text(change.getNodeId()));
    }
}
