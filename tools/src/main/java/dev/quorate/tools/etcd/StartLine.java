package dev.quorate.tools.etcd;

import dev.quorate.log.Log;
import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.Checks;
import dev.quorate.server.config.Compaction;
import dev.quorate.server.config.Discovery;
import dev.quorate.server.config.EtcdVersion;
import dev.quorate.server.config.Feature;
import dev.quorate.server.config.RaftSettings;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.Urls;
import dev.quorate.tools.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The one line that shows every setting in effect; operators search it, so keys and order are etcd's. */
final class StartLine {
    private static final Log log = Log.of(StartLine.class);

    private final List<Object> fields = new ArrayList<>();

    private StartLine() {}

    static void write(ServerConfig config, boolean initialized) {
        StartLine line = new StartLine();
        line.build();
        line.member(config, initialized);
        line.raft(config.raft());
        line.addresses(config);
        line.limits(config);
        line.discovery(config.bootstrap().discovery());
        line.add("downgrade-check-interval", config.checks().downgradeCheckInterval());
        line.add("max-learners", config.limits().maxLearners());
        line.add("v2-deprecation", "write-only");
        log.info("starting an etcd server", line.fields.toArray());
    }

    private void add(String key, Object value) {
        fields.add(key);
        fields.add(value);
    }

    private void build() {
        int processors = Runtime.getRuntime().availableProcessors();
        add("etcd-version", EtcdVersion.SERVER);
        add("git-sha", Version.GIT_SHA);
        add("go-version", Version.runtime());
        add("go-os", Version.os());
        add("go-arch", Version.arch());
        add("max-cpu-set", processors);
        add("max-cpu-available", processors);
    }

    private void member(ServerConfig config, boolean initialized) {
        add("member-initialized", initialized);
        add("name", config.name());
        add("data-dir", config.dataDir());
        add("wal-dir", config.isWalDedicated() ? config.walDir() : "");
        add("wal-dir-dedicated", config.isWalDedicated() ? config.walDir() : "");
        add("member-dir", config.memberDir());
        add("force-new-cluster", config.bootstrap().forceNewCluster());
    }

    private void raft(RaftSettings raft) {
        add("heartbeat-interval", Duration.ofMillis(raft.heartbeatMillis()));
        add("election-timeout", raft.electionTimeout());
        add("initial-election-tick-advance", raft.initialElectionTickAdvance());
        add("snapshot-count", raft.snapshotCount());
        add("max-wals", raft.maxWals());
        add("max-snapshots", raft.maxSnapshots());
        add("snapshot-catchup-entries", raft.snapshotCatchupEntries());
    }

    private void addresses(ServerConfig config) {
        Urls urls = config.urls();
        Bootstrap bootstrap = config.bootstrap();
        add("initial-advertise-peer-urls", urls.advertisePeer());
        add("listen-peer-urls", urls.listenPeer());
        add("advertise-client-urls", urls.advertiseClient());
        add("listen-client-urls", urls.listenClient());
        add("listen-metrics-urls", urls.listenMetrics());
        add("local-address", "");
        add("cors", config.http().cors());
        add("host-whitelist", config.http().hostWhitelist());
        add("initial-cluster", bootstrap.initialClusterText());
        add("initial-cluster-state", bootstrap.state().text());
        add("initial-cluster-token", bootstrap.token());
    }

    private void limits(ServerConfig config) {
        Checks checks = config.checks();
        Compaction compaction = config.compaction();
        Duration retention =
                compaction.mode() == Compaction.Mode.PERIODIC
                        ? compaction.retention()
                        : Duration.ofNanos(compaction.retentionRevisions());
        add("quota-backend-bytes", config.storage().quotaBytes());
        add("max-request-bytes", config.limits().maxRequestBytes());
        add("max-concurrent-streams", config.limits().maxConcurrentStreams());
        add("pre-vote", config.raft().preVote());
        add("feature-gates", config.features().text());
        add("initial-corrupt-check", config.features().isEnabled(Feature.INITIAL_CORRUPT_CHECK));
        add("corrupt-check-time-interval", checks.corruptCheckInterval());
        add("compact-check-time-interval", checks.compactHashCheckInterval());
        add("auto-compaction-mode", compaction.mode().text());
        add("auto-compaction-retention", retention);
        add("auto-compaction-interval", retention);
    }

    private void discovery(Discovery discovery) {
        add("discovery-token", discovery.token());
        add("discovery-endpoints", String.join(",", discovery.endpoints()));
        add("discovery-dial-timeout", discovery.dialTimeout());
        add("discovery-request-timeout", discovery.requestTimeout());
        add("discovery-keepalive-time", discovery.keepaliveTime());
        add("discovery-keepalive-timeout", discovery.keepaliveTimeout());
        add("discovery-insecure-transport", discovery.insecureTransport());
        add("discovery-insecure-skip-tls-verify", discovery.insecureSkipTlsVerify());
        add("discovery-cert", discovery.certFile());
        add("discovery-key", discovery.keyFile());
        add("discovery-cacert", discovery.caFile());
        add("discovery-user", discovery.user());
    }
}
