package dev.quorate.server;

import dev.quorate.log.Log;
import dev.quorate.proto.etcdserverpb.Attributes;
import dev.quorate.proto.etcdserverpb.ClusterMemberAttrSetRequest;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.server.boot.Boot;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.Url;
import dev.quorate.server.member.Ids;
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
}
