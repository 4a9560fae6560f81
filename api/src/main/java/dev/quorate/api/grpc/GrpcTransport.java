package dev.quorate.api.grpc;

import dev.quorate.api.loop.LoopQueue;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Rpc;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All methods, and the way to put them on a connection. One per listener; thread-safe. */
public final class GrpcTransport {
    private final Map<String, GrpcMethod> byPath = new HashMap<>();
    private final Set<String> services = new HashSet<>();
    private final GrpcLimits limits;
    private final GrpcMetrics metrics;

    public GrpcTransport(List<Rpc> rpcs, GrpcLimits limits, GrpcMetrics metrics) {
        this.limits = limits;
        this.metrics = metrics;
        for (Rpc rpc : rpcs) {
            services.add(rpc.service());
            byPath.put("/" + rpc.service() + "/" + rpc.method(), new GrpcMethod(rpc, metrics));
        }
    }

    /**
     * Takes over the gRPC streams of a connection. Called on its event loop once the HTTP/2 handler has its own listener and before it
     * handles the first stream; does nothing on connections without HTTP/2.
     *
     * @param queue of the event loop of this connection
     * @param commonName of the client's verified certificate
     */
    public void attach(Channel channel, LoopQueue queue, @Nullable String commonName) {
        ChannelHandlerContext ctx = channel.pipeline().context(Http2ConnectionHandler.class);
        if (ctx == null) {
            return;
        }
        var handler = (Http2ConnectionHandler) ctx.handler();
        var decoder = handler.decoder();
        decoder.frameListener(
                new GrpcConnection(this, queue, handler, ctx, decoder.frameListener(), commonName));
    }

    /** The methods for callers that do not speak gRPC, whose calls count like those that do. */
    public static List<Rpc> counted(List<Rpc> rpcs, GrpcMetrics metrics) {
        return Counted.all(rpcs, metrics);
    }

    GrpcLimits limits() {
        return limits;
    }

    GrpcMetrics metrics() {
        return metrics;
    }

    /** Finds a method by its path, or refuses in the words of Go's server. */
    GrpcMethod method(CharSequence path) throws StatusException {
        String name = path.toString();
        @Nullable GrpcMethod method = byPath.get(name);
        if (method != null) {
            return method;
        }
        String full = name.startsWith("/") ? name.substring(1) : name;
        int slash = full.lastIndexOf('/');
        if (slash < 0) {
            throw new StatusException(
                    Code.UNIMPLEMENTED, "malformed method name: \"" + name + "\"");
        }
        String service = full.substring(0, slash);
        throw new StatusException(
                Code.UNIMPLEMENTED,
                services.contains(service)
                        ? "unknown method " + full.substring(slash + 1) + " for service " + service
                        : "unknown service " + service);
    }
}
