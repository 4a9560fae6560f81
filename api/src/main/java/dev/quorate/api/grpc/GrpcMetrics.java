package dev.quorate.api.grpc;

import dev.quorate.metrics.Counter;
import dev.quorate.metrics.Family;
import dev.quorate.metrics.Histogram;
import dev.quorate.metrics.Registry;
import dev.quorate.server.metrics.ServerMetrics;
import org.jspecify.annotations.Nullable;

/** The {@code grpc_server_*} families, and the client's share of etcd's own. One per process; thread-safe. */
public final class GrpcMetrics {
    private static final String[] METHOD_LABELS = {"grpc_type", "grpc_service", "grpc_method"};

    private static final double[] HANDLING_SECONDS = {
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };

    final Family<Counter> started;
    final Family<Counter> handled;
    final Family<Counter> received;
    final Family<Counter> sent;
    final Counter receivedBytes;
    final Counter sentBytes;
    final Family<Counter> requests;

    /** How long calls took, with {@code --metrics=extensive} alone. */
    final @Nullable Family<Histogram> handling;

    public GrpcMetrics(Registry registry, ServerMetrics.Client client, boolean extensive) {
        handling =
                extensive
                        ? registry.histograms(
                                "grpc_server_handling_seconds",
                                "Histogram of response latency (seconds) of gRPC that had been application-level handled by the server.",
                                HANDLING_SECONDS,
                                METHOD_LABELS)
                        : null;
        started =
                registry.counters(
                        "grpc_server_started_total",
                        "Total number of RPCs started on the server.",
                        METHOD_LABELS);
        handled =
                registry.counters(
                        "grpc_server_handled_total",
                        "Total number of RPCs completed on the server, regardless of success or failure.",
                        "grpc_type",
                        "grpc_service",
                        "grpc_method",
                        "grpc_code");
        received =
                registry.counters(
                        "grpc_server_msg_received_total",
                        "Total number of RPC stream messages received on the server.",
                        METHOD_LABELS);
        sent =
                registry.counters(
                        "grpc_server_msg_sent_total",
                        "Total number of gRPC stream messages sent by the server.",
                        METHOD_LABELS);
        receivedBytes = client.clientGrpcReceivedBytes;
        sentBytes = client.clientGrpcSentBytes;
        requests = client.clientRequests;
    }
}
