package dev.quorate.server.metrics;

import static dev.quorate.metrics.Histogram.exponential;

import dev.quorate.metrics.Counter;
import dev.quorate.metrics.Family;
import dev.quorate.metrics.Gauge;
import dev.quorate.metrics.Histogram;
import dev.quorate.metrics.Registry;

/**
 * The 111 metrics that etcd 3.7.1 registers, by subject. Names, types, labels and bounds are facts that dashboards and alerts rely on;
 * the help texts are those of etcd. Whoever knows a number counts it in the field made for it, or lets a gauge
 * {@linkplain Gauge#follow follow} it. Thread-safe.
 */
public final class ServerMetrics {
    public final Disk disk;
    public final Lease lease;
    public final Mvcc mvcc;
    public final Watch watch;
    public final V2 v2;
    public final Proxy proxy;
    public final Client client;
    public final Network network;
    public final Member member;

    public ServerMetrics(Registry registry) {
        disk = new Disk(registry);
        lease = new Lease(registry);
        mvcc = new Mvcc(registry);
        watch = new Watch(registry);
        v2 = new V2(registry);
        proxy = new Proxy(registry);
        client = new Client(registry);
        network = new Network(registry);
        member = new Member(registry);
    }

    /** The write-ahead log, the database file and snapshot files. */
    public static final class Disk {
        public final Histogram backendCommitRebalanceDurationSeconds;
        public final Histogram backendCommitSpillDurationSeconds;
        public final Histogram backendCommitWriteDurationSeconds;
        public final Histogram snapSaveMarshallingDurationSeconds;
        public final Histogram snapSaveTotalDurationSeconds;
        public final Histogram backendCommitDurationSeconds;
        public final Histogram backendDefragDurationSeconds;
        public final Histogram backendSnapshotDurationSeconds;
        public final Gauge defragInflight;
        public final Histogram walFsyncDurationSeconds;
        public final Gauge walWriteBytes;
        public final Histogram walWriteDurationSeconds;
        public final Histogram snapDbFsyncDurationSeconds;
        public final Histogram snapDbSaveTotalDurationSeconds;
        public final Histogram snapFsyncDurationSeconds;

        Disk(Registry registry) {
            backendCommitRebalanceDurationSeconds =
                    registry.histogram(
                            "etcd_debugging_disk_backend_commit_rebalance_duration_seconds",
                            "The latency distributions of commit.rebalance called by bboltdb backend.",
                            exponential(0.001, 2, 14));
            backendCommitSpillDurationSeconds =
                    registry.histogram(
                            "etcd_debugging_disk_backend_commit_spill_duration_seconds",
                            "The latency distributions of commit.spill called by bboltdb backend.",
                            exponential(0.001, 2, 14));
            backendCommitWriteDurationSeconds =
                    registry.histogram(
                            "etcd_debugging_disk_backend_commit_write_duration_seconds",
                            "The latency distributions of commit.write called by bboltdb backend.",
                            exponential(0.001, 2, 14));
            snapSaveMarshallingDurationSeconds =
                    registry.histogram(
                            "etcd_debugging_snap_save_marshalling_duration_seconds",
                            "The marshalling cost distributions of save called by snapshot.",
                            exponential(0.001, 2, 14));
            snapSaveTotalDurationSeconds =
                    registry.histogram(
                            "etcd_debugging_snap_save_total_duration_seconds",
                            "The total latency distributions of save called by snapshot.",
                            exponential(0.001, 2, 14));
            backendCommitDurationSeconds =
                    registry.histogram(
                            "etcd_disk_backend_commit_duration_seconds",
                            "The latency distributions of commit called by backend.",
                            exponential(0.001, 2, 14));
            backendDefragDurationSeconds =
                    registry.histogram(
                            "etcd_disk_backend_defrag_duration_seconds",
                            "The latency distribution of backend defragmentation.",
                            exponential(0.1, 2, 13));
            backendSnapshotDurationSeconds =
                    registry.histogram(
                            "etcd_disk_backend_snapshot_duration_seconds",
                            "The latency distribution of backend snapshots.",
                            exponential(0.01, 2, 17));
            defragInflight =
                    registry.gauge(
                            "etcd_disk_defrag_inflight",
                            "Whether or not defrag is active on the member. 1 means active, 0 means not.");
            walFsyncDurationSeconds =
                    registry.histogram(
                            "etcd_disk_wal_fsync_duration_seconds",
                            "The latency distributions of fsync called by WAL.",
                            exponential(0.001, 2, 14));
            walWriteBytes =
                    registry.gauge(
                            "etcd_disk_wal_write_bytes_total",
                            "Total number of bytes written in WAL.");
            walWriteDurationSeconds =
                    registry.histogram(
                            "etcd_disk_wal_write_duration_seconds",
                            "The latency distributions of write called by WAL.",
                            exponential(0.001, 2, 14));
            snapDbFsyncDurationSeconds =
                    registry.histogram(
                            "etcd_snap_db_fsync_duration_seconds",
                            "The latency distributions of fsyncing .snap.db file",
                            exponential(0.001, 2, 14));
            snapDbSaveTotalDurationSeconds =
                    registry.histogram(
                            "etcd_snap_db_save_total_duration_seconds",
                            "The total latency distributions of v3 snapshot save",
                            exponential(0.1, 2, 10));
            snapFsyncDurationSeconds =
                    registry.histogram(
                            "etcd_snap_fsync_duration_seconds",
                            "The latency distributions of fsync called by snap.",
                            exponential(0.001, 2, 14));
        }
    }

    /** Leases. */
    public static final class Lease {
        public final Counter granted;
        public final Counter renewed;
        public final Counter revoked;
        public final Histogram ttl;
        public final Counter expired;

        Lease(Registry registry) {
            granted =
                    registry.counter(
                            "etcd_debugging_lease_granted_total",
                            "The total number of granted leases.");
            renewed =
                    registry.counter(
                            "etcd_debugging_lease_renewed_total",
                            "The number of renewed leases seen by the leader.");
            revoked =
                    registry.counter(
                            "etcd_debugging_lease_revoked_total",
                            "The total number of revoked leases.");
            ttl =
                    registry.histogram(
                            "etcd_debugging_lease_ttl_total",
                            "Bucketed histogram of lease TTLs.",
                            exponential(1, 2, 24));
            expired =
                    registry.counter(
                            "etcd_debugging_server_lease_expired_total",
                            "The total number of expired leases.");
        }
    }

    /** The versioned store and its watchers. */
    public static final class Mvcc {
        public final Gauge compactRevision;
        public final Gauge currentRevision;
        public final Counter dbCompactionKeys;
        public final Gauge dbCompactionLast;
        public final Histogram dbCompactionPauseDurationMilliseconds;
        public final Histogram dbCompactionTotalDurationMilliseconds;
        public final Counter events;
        public final Histogram indexCompactionPauseDurationMilliseconds;
        public final Gauge keys;
        public final Gauge pendingEvents;
        public final Gauge slowWatcher;
        public final Gauge totalPutSizeBytes;
        public final Gauge watchStream;
        public final Gauge watcher;
        public final Gauge dbOpenReadTransactions;
        public final Gauge dbTotalSizeBytes;
        public final Gauge dbTotalSizeInUseBytes;
        public final Counter delete;
        public final Histogram hashDurationSeconds;
        public final Histogram hashRevDurationSeconds;
        public final Counter put;
        public final Counter range;
        public final Counter txn;

        Mvcc(Registry registry) {
            compactRevision =
                    registry.gauge(
                            "etcd_debugging_mvcc_compact_revision",
                            "The revision of the last compaction in store.");
            currentRevision =
                    registry.gauge(
                            "etcd_debugging_mvcc_current_revision",
                            "The current revision of store.");
            dbCompactionKeys =
                    registry.counter(
                            "etcd_debugging_mvcc_db_compaction_keys_total",
                            "Total number of db keys compacted.");
            dbCompactionLast =
                    registry.gauge(
                            "etcd_debugging_mvcc_db_compaction_last",
                            "The unix time of the last db compaction. Resets to 0 on start.");
            dbCompactionPauseDurationMilliseconds =
                    registry.histogram(
                            "etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds",
                            "Bucketed histogram of db compaction pause duration.",
                            exponential(1, 2, 13));
            dbCompactionTotalDurationMilliseconds =
                    registry.histogram(
                            "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds",
                            "Bucketed histogram of db compaction total duration.",
                            exponential(100, 2, 14));
            events =
                    registry.counter(
                            "etcd_debugging_mvcc_events_total",
                            "Total number of events sent by this member.");
            indexCompactionPauseDurationMilliseconds =
                    registry.histogram(
                            "etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds",
                            "Bucketed histogram of index compaction pause duration.",
                            exponential(0.5, 2, 14));
            keys = registry.gauge("etcd_debugging_mvcc_keys_total", "Total number of keys.");
            pendingEvents =
                    registry.gauge(
                            "etcd_debugging_mvcc_pending_events_total",
                            "Total number of pending events to be sent.");
            slowWatcher =
                    registry.gauge(
                            "etcd_debugging_mvcc_slow_watcher_total",
                            "Total number of unsynced slow watchers.");
            totalPutSizeBytes =
                    registry.gauge(
                            "etcd_debugging_mvcc_total_put_size_in_bytes",
                            "The total size of put kv pairs seen by this member.");
            watchStream =
                    registry.gauge(
                            "etcd_debugging_mvcc_watch_stream_total",
                            "Total number of watch streams.");
            watcher =
                    registry.gauge(
                            "etcd_debugging_mvcc_watcher_total", "Total number of watchers.");
            dbOpenReadTransactions =
                    registry.gauge(
                            "etcd_mvcc_db_open_read_transactions",
                            "The number of currently open read transactions");
            dbTotalSizeBytes =
                    registry.gauge(
                            "etcd_mvcc_db_total_size_in_bytes",
                            "Total size of the underlying database physically allocated in bytes.");
            dbTotalSizeInUseBytes =
                    registry.gauge(
                            "etcd_mvcc_db_total_size_in_use_in_bytes",
                            "Total size of the underlying database logically in use in bytes.");
            delete =
                    registry.counter(
                            "etcd_mvcc_delete_total",
                            "Total number of deletes seen by this member.");
            hashDurationSeconds =
                    registry.histogram(
                            "etcd_mvcc_hash_duration_seconds",
                            "The latency distribution of storage hash operation.",
                            exponential(0.01, 2, 15));
            hashRevDurationSeconds =
                    registry.histogram(
                            "etcd_mvcc_hash_rev_duration_seconds",
                            "The latency distribution of storage hash by revision operation.",
                            exponential(0.01, 2, 15));
            put =
                    registry.counter(
                            "etcd_mvcc_put_total", "Total number of puts seen by this member.");
            range =
                    registry.counter(
                            "etcd_mvcc_range_total", "Total number of ranges seen by this member.");
            txn =
                    registry.counter(
                            "etcd_mvcc_txn_total", "Total number of txns seen by this member.");
        }
    }

    /** The loops that send to watch streams. */
    public static final class Watch {
        public final Histogram sendLoopControlStreamDurationSeconds;
        public final Histogram sendLoopProgressDurationSeconds;
        public final Histogram sendLoopWatchStreamDurationPerEventSeconds;
        public final Histogram sendLoopWatchStreamDurationSeconds;

        Watch(Registry registry) {
            sendLoopControlStreamDurationSeconds =
                    registry.histogram(
                            "etcd_debugging_server_watch_send_loop_control_stream_duration_seconds",
                            "The total duration in seconds of running through the send loop control stream response.",
                            exponential(0.001, 2, 14));
            sendLoopProgressDurationSeconds =
                    registry.histogram(
                            "etcd_debugging_server_watch_send_loop_progress_duration_seconds",
                            "The total duration in seconds of running through the progress loop control stream response.",
                            exponential(0.001, 2, 14));
            sendLoopWatchStreamDurationPerEventSeconds =
                    registry.histogram(
                            "etcd_debugging_server_watch_send_loop_watch_stream_duration_per_event_seconds",
                            "The average duration in seconds of running through the send loop watch stream response, per event.",
                            exponential(0.001, 2, 14));
            sendLoopWatchStreamDurationSeconds =
                    registry.histogram(
                            "etcd_debugging_server_watch_send_loop_watch_stream_duration_seconds",
                            "The total duration in seconds of running through the send loop watch stream response all events.",
                            exponential(0.001, 2, 14));
        }
    }

    /** The v2 store. */
    public static final class V2 {
        public final Counter expires;
        public final Family<Counter> readsFailed;
        public final Family<Counter> reads;
        public final Counter watchRequests;
        public final Gauge watchers;
        public final Family<Counter> writesFailed;
        public final Family<Counter> writes;

        V2(Registry registry) {
            expires =
                    registry.counter(
                            "etcd_debugging_store_expires_total", "Total number of expired keys.");
            readsFailed =
                    registry.counters(
                            "etcd_debugging_store_reads_failed_total",
                            "Failed read actions by (get/getRecursive), local to this member.",
                            "action");
            reads =
                    registry.counters(
                            "etcd_debugging_store_reads_total",
                            "Total number of reads action by (get/getRecursive), local to this member.",
                            "action");
            watchRequests =
                    registry.counter(
                            "etcd_debugging_store_watch_requests_total",
                            "Total number of incoming watch requests (new or reestablished).");
            watchers =
                    registry.gauge(
                            "etcd_debugging_store_watchers", "Count of currently active watchers.");
            writesFailed =
                    registry.counters(
                            "etcd_debugging_store_writes_failed_total",
                            "Failed write actions (e.g. set/compareAndDelete), seen by this member.",
                            "action");
            writes =
                    registry.counters(
                            "etcd_debugging_store_writes_total",
                            "Total number of writes (e.g. set/compareAndDelete) seen by this member.",
                            "action");
        }
    }

    /** The caching proxy; a server registers them too. */
    public static final class Proxy {
        public final Gauge cacheHits;
        public final Gauge cacheKeys;
        public final Gauge cacheMisses;
        public final Counter eventsCoalescing;
        public final Gauge watchersCoalescing;

        Proxy(Registry registry) {
            cacheHits =
                    registry.gauge(
                            "etcd_grpc_proxy_cache_hits_total", "Total number of cache hits");
            cacheKeys =
                    registry.gauge(
                            "etcd_grpc_proxy_cache_keys_total",
                            "Total number of keys/ranges cached");
            cacheMisses =
                    registry.gauge(
                            "etcd_grpc_proxy_cache_misses_total", "Total number of cache misses");
            eventsCoalescing =
                    registry.counter(
                            "etcd_grpc_proxy_events_coalescing_total",
                            "Total number of events coalescing");
            watchersCoalescing =
                    registry.gauge(
                            "etcd_grpc_proxy_watchers_coalescing_total",
                            "Total number of current watchers coalescing");
        }
    }

    /** Clients and their requests. */
    public static final class Client {
        public final Counter clientGrpcReceivedBytes;
        public final Counter clientGrpcSentBytes;
        public final Family<Counter> serverStreamFailures;
        public final Family<Counter> clientRequests;
        public final Counter healthFailures;
        public final Counter healthSuccess;
        public final Family<Gauge> healthcheck;
        public final Family<Counter> healthchecks;
        public final Family<Histogram> requestDurationSeconds;

        Client(Registry registry) {
            clientGrpcReceivedBytes =
                    registry.counter(
                            "etcd_network_client_grpc_received_bytes_total",
                            "The total number of bytes received from grpc clients.");
            clientGrpcSentBytes =
                    registry.counter(
                            "etcd_network_client_grpc_sent_bytes_total",
                            "The total number of bytes sent to grpc clients.");
            serverStreamFailures =
                    registry.counters(
                            "etcd_network_server_stream_failures_total",
                            "The total number of stream failures from the local server.",
                            "Type",
                            "API");
            clientRequests =
                    registry.counters(
                            "etcd_server_client_requests_total",
                            "The total number of client requests per client version.",
                            "type",
                            "client_api_version");
            healthFailures =
                    registry.counter(
                            "etcd_server_health_failures",
                            "The total number of failed health checks");
            healthSuccess =
                    registry.counter(
                            "etcd_server_health_success",
                            "The total number of successful health checks");
            healthcheck =
                    registry.gauges(
                            "etcd_server_healthcheck",
                            "The result of each kind of healthcheck.",
                            "type",
                            "name");
            healthchecks =
                    registry.counters(
                            "etcd_server_healthchecks_total",
                            "The total number of each kind of healthcheck.",
                            "type",
                            "name",
                            "status");
            requestDurationSeconds =
                    registry.histograms(
                            "etcd_server_request_duration_seconds",
                            "Response latency distribution in seconds for each type.",
                            exponential(0.001, 2, 14),
                            "type",
                            "success");
        }
    }

    /** Peers. */
    public static final class Network {
        public final Family<Gauge> clusterVersion;
        public final Family<Gauge> activePeers;
        public final Family<Counter> disconnectedPeers;
        public final Family<Gauge> knownPeers;
        public final Family<Counter> peerReceivedBytes;
        public final Family<Counter> peerReceivedFailures;
        public final Family<Histogram> peerRoundTripTimeSeconds;
        public final Family<Counter> peerSentBytes;
        public final Family<Counter> peerSentFailures;
        public final Family<Counter> snapshotReceiveFailures;
        public final Family<Gauge> snapshotReceiveInflights;
        public final Family<Counter> snapshotReceiveSuccess;
        public final Family<Histogram> snapshotReceiveTotalDurationSeconds;
        public final Family<Counter> snapshotSendFailures;
        public final Family<Gauge> snapshotSendInflights;
        public final Family<Counter> snapshotSendSuccess;
        public final Family<Histogram> snapshotSendTotalDurationSeconds;

        Network(Registry registry) {
            clusterVersion =
                    registry.gauges(
                            "etcd_cluster_version",
                            "Which version is running. 1 for 'cluster_version' label with current cluster version",
                            "cluster_version");
            activePeers =
                    registry.gauges(
                            "etcd_network_active_peers",
                            "The current number of active peer connections.",
                            "Local",
                            "Remote");
            disconnectedPeers =
                    registry.counters(
                            "etcd_network_disconnected_peers_total",
                            "The total number of disconnected peers.",
                            "Local",
                            "Remote");
            knownPeers =
                    registry.gauges(
                            "etcd_network_known_peers",
                            "The current number of known peers.",
                            "Local",
                            "Remote");
            peerReceivedBytes =
                    registry.counters(
                            "etcd_network_peer_received_bytes_total",
                            "The total number of bytes received from peers.",
                            "From");
            peerReceivedFailures =
                    registry.counters(
                            "etcd_network_peer_received_failures_total",
                            "The total number of receive failures from peers.",
                            "From");
            peerRoundTripTimeSeconds =
                    registry.histograms(
                            "etcd_network_peer_round_trip_time_seconds",
                            "Round-Trip-Time histogram between peers",
                            exponential(0.0001, 2, 16),
                            "To");
            peerSentBytes =
                    registry.counters(
                            "etcd_network_peer_sent_bytes_total",
                            "The total number of bytes sent to peers.",
                            "To");
            peerSentFailures =
                    registry.counters(
                            "etcd_network_peer_sent_failures_total",
                            "The total number of send failures from peers.",
                            "To");
            snapshotReceiveFailures =
                    registry.counters(
                            "etcd_network_snapshot_receive_failures",
                            "Total number of snapshot receive failures",
                            "From");
            snapshotReceiveInflights =
                    registry.gauges(
                            "etcd_network_snapshot_receive_inflights_total",
                            "Total number of inflight snapshot receives",
                            "From");
            snapshotReceiveSuccess =
                    registry.counters(
                            "etcd_network_snapshot_receive_success",
                            "Total number of successful snapshot receives",
                            "From");
            snapshotReceiveTotalDurationSeconds =
                    registry.histograms(
                            "etcd_network_snapshot_receive_total_duration_seconds",
                            "Total latency distributions of v3 snapshot receives",
                            exponential(0.1, 2, 10),
                            "From");
            snapshotSendFailures =
                    registry.counters(
                            "etcd_network_snapshot_send_failures",
                            "Total number of snapshot send failures",
                            "To");
            snapshotSendInflights =
                    registry.gauges(
                            "etcd_network_snapshot_send_inflights_total",
                            "Total number of inflight snapshot sends",
                            "To");
            snapshotSendSuccess =
                    registry.counters(
                            "etcd_network_snapshot_send_success",
                            "Total number of successful snapshot sends",
                            "To");
            snapshotSendTotalDurationSeconds =
                    registry.histograms(
                            "etcd_network_snapshot_send_total_duration_seconds",
                            "Total latency distributions of v3 snapshot sends",
                            exponential(0.1, 2, 10),
                            "To");
        }
    }

    /** The member itself. */
    public static final class Member {
        public final Gauge authRevision;
        public final Family<Gauge> alarms;
        public final Family<Histogram> applyDurationSeconds;
        public final Family<Gauge> featureEnabled;
        public final Family<Gauge> goVersion;
        public final Gauge hasLeader;
        public final Counter heartbeatSendFailures;
        public final Family<Gauge> id;
        public final Gauge isLeader;
        public final Gauge isLearner;
        public final Counter leaderChangesSeen;
        public final Family<Counter> learnerPromoteFailures;
        public final Counter learnerPromoteSuccesses;
        public final Gauge proposalsApplied;
        public final Gauge proposalsCommitted;
        public final Counter proposalsFailed;
        public final Gauge proposalsPending;
        public final Gauge quotaBackendBytes;
        public final Family<Histogram> rangeDurationSeconds;
        public final Counter readIndexesFailed;
        public final Counter slowApply;
        public final Counter slowReadIndexes;
        public final Gauge snapshotApplyInProgress;
        public final Family<Gauge> version;
        public final Gauge osFdLimit;
        public final Gauge osFdUsed;

        Member(Registry registry) {
            authRevision =
                    registry.gauge(
                            "etcd_debugging_auth_revision", "The current revision of auth store.");
            alarms =
                    registry.gauges(
                            "etcd_debugging_server_alarms",
                            "Alarms for every member in cluster. 1 for 'server_id' label with current ID. 2 for 'alarm_type' label with type of this alarm",
                            "server_id",
                            "alarm_type");
            applyDurationSeconds =
                    registry.histograms(
                            "etcd_server_apply_duration_seconds",
                            "The latency distributions of v2 apply called by backend.",
                            exponential(0.0001, 2, 20),
                            "version",
                            "op",
                            "success");
            featureEnabled =
                    registry.gauges(
                            "etcd_server_feature_enabled",
                            "Whether or not a feature is enabled. 1 is enabled, 0 is not.",
                            "name",
                            "stage");
            goVersion =
                    registry.gauges(
                            "etcd_server_go_version",
                            "Which Go version server is running with. 1 for 'server_go_version' label with current version.",
                            "server_go_version");
            hasLeader =
                    registry.gauge(
                            "etcd_server_has_leader",
                            "Whether or not a leader exists. 1 is existence, 0 is not.");
            heartbeatSendFailures =
                    registry.counter(
                            "etcd_server_heartbeat_send_failures_total",
                            "The total number of leader heartbeat send failures (likely overloaded from slow disk).");
            id =
                    registry.gauges(
                            "etcd_server_id",
                            "Server or member ID in hexadecimal format. 1 for 'server_id' label with current ID.",
                            "server_id");
            isLeader =
                    registry.gauge(
                            "etcd_server_is_leader",
                            "Whether or not this member is a leader. 1 if is, 0 otherwise.");
            isLearner =
                    registry.gauge(
                            "etcd_server_is_learner",
                            "Whether or not this member is a learner. 1 if is, 0 otherwise.");
            leaderChangesSeen =
                    registry.counter(
                            "etcd_server_leader_changes_seen_total",
                            "The number of leader changes seen.");
            learnerPromoteFailures =
                    registry.counters(
                            "etcd_server_learner_promote_failures",
                            "The total number of failed learner promotions (likely learner not ready) while this member is leader.",
                            "Reason");
            learnerPromoteSuccesses =
                    registry.counter(
                            "etcd_server_learner_promote_successes",
                            "The total number of successful learner promotions while this member is leader.");
            proposalsApplied =
                    registry.gauge(
                            "etcd_server_proposals_applied_total",
                            "The total number of consensus proposals applied.");
            proposalsCommitted =
                    registry.gauge(
                            "etcd_server_proposals_committed_total",
                            "The total number of consensus proposals committed.");
            proposalsFailed =
                    registry.counter(
                            "etcd_server_proposals_failed_total",
                            "The total number of failed proposals seen.");
            proposalsPending =
                    registry.gauge(
                            "etcd_server_proposals_pending",
                            "The current number of pending proposals to commit.");
            quotaBackendBytes =
                    registry.gauge(
                            "etcd_server_quota_backend_bytes",
                            "Current backend storage quota size in bytes.");
            rangeDurationSeconds =
                    registry.histograms(
                            "etcd_server_range_duration_seconds",
                            "The latency distributions of txn.Range",
                            exponential(0.0001, 2, 20),
                            "success");
            readIndexesFailed =
                    registry.counter(
                            "etcd_server_read_indexes_failed_total",
                            "The total number of failed read indexes seen.");
            slowApply =
                    registry.counter(
                            "etcd_server_slow_apply_total",
                            "The total number of slow apply requests (likely overloaded from slow disk).");
            slowReadIndexes =
                    registry.counter(
                            "etcd_server_slow_read_indexes_total",
                            "The total number of pending read indexes not in sync with leader's or timed out read index requests.");
            snapshotApplyInProgress =
                    registry.gauge(
                            "etcd_server_snapshot_apply_in_progress_total",
                            "1 if the server is applying the incoming snapshot. 0 if none.");
            version =
                    registry.gauges(
                            "etcd_server_version",
                            "Which version is running. 1 for 'server_version' label with current version.",
                            "server_version");
            osFdLimit = registry.gauge("os_fd_limit", "The file descriptor limit.");
            osFdUsed = registry.gauge("os_fd_used", "The number of used file descriptors.");
        }
    }
}
