package dev.quorate.server.rpc;

import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.health.HealthCheckRequest;
import dev.quorate.proto.health.HealthCheckResponse;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import java.util.List;

/** {@code grpc.health.v1.Health}: the whole server, named by the empty string, serves as long as it answers. */
final class HealthService {
    private static final String NAME = "grpc.health.v1.Health";
    private static final Payload SERVING =
            Payload.of(
                    HealthCheckResponse.newBuilder()
                            .setStatus(HealthCheckResponse.ServingStatus.SERVING)
                            .build());
    private static final Payload UNKNOWN_SERVICE =
            Payload.of(
                    HealthCheckResponse.newBuilder()
                            .setStatus(HealthCheckResponse.ServingStatus.SERVICE_UNKNOWN)
                            .build());

    private HealthService() {}

    static List<Rpc> rpcs() {
        return List.of(
                new Rpc.Unary<>(
                        NAME,
                        "Check",
                        HealthCheckRequest.getDefaultInstance(),
                        HealthCheckResponse.getDefaultInstance(),
                        HealthService::check),
                new Rpc.ServerStream<>(
                        NAME,
                        "Watch",
                        HealthCheckRequest.getDefaultInstance(),
                        HealthCheckResponse.getDefaultInstance(),
                        HealthService::watch));
    }

    private static void check(Call call, HealthCheckRequest request, Reply reply) {
        if (request.getService().isEmpty()) {
            reply.succeed(SERVING);
        } else {
            reply.fail(new StatusException(Code.NOT_FOUND, "unknown service"));
        }
    }

    /** The stream stays open; it would tell of changes, but a serving member does not stop serving before it closes. */
    private static void watch(Call call, HealthCheckRequest request, Outlet outlet) {
        outlet.send(request.getService().isEmpty() ? SERVING : UNKNOWN_SERVICE);
    }
}
