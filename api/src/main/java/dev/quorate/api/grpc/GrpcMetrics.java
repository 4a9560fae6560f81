package dev.quorate.api.grpc;

import dev.quorate.metrics.Counter;
import dev.quorate.metrics.Family;
import dev.quorate.metrics.Registry;
import dev.quorate.server.metrics.ServerMetrics;

/** The {@code grpc_server_*} families, and the client's share of etcd's own. One per process; thread-safe. */
public final class GrpcMetrics {
    private static final String[] METHOD_LABELS = {"grpc_type", "grpc_service", "grpc_method"};

    final Family<Counter> started;
    final Family<Counter> handled;
    final Family<Counter> received;
    final Family<Counter> sent;
    final Counter receivedBytes;
    final Counter sentBytes;
    final Family<Counter> requests;

    public GrpcMetrics(Registry registry, ServerMetrics.Client client) {
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
