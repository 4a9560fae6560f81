package dev.quorate.server;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.StatusException;
import dev.quorate.server.boot.Boot;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.disk.RealDisk;
import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.engine.LmdbEngine;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** A member on real files, called in process. */
final class RunningMember implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final EtcdServer server;

    RunningMember(ServerConfig config) throws Exception {
        this(config, new RealDisk(), directory -> LmdbEngine.open(Path.of(directory)));
    }

    /** On files that the test breaks. */
    RunningMember(ServerConfig config, Disk disk, Engine engine) throws Exception {
        this(config, disk, _ -> engine);
    }

    private RunningMember(ServerConfig config, Disk disk, Boot.EngineOpener engines)
            throws Exception {
        RandomGenerator random = new SecureRandom();
        server =
                EtcdServer.open(
                        config,
                        new EtcdServer.World(
                                disk,
                                engines,
                                Transport.NONE,
                                System::nanoTime,
                                InstantSource.system(),
                                random,
                                random,
                                Executors.newVirtualThreadPerTaskExecutor()));
        server.start();
        server.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    EtcdServer server() {
        return server;
    }

    /** Calls a unary method and waits for its answer. */
    @SuppressWarnings("unchecked")
    <R extends MessageLite> R call(String method, MessageLite request) throws Exception {
        for (Rpc rpc : server.services().all()) {
            if (rpc.method().equals(method) && rpc instanceof Rpc.Unary<?> unary) {
                var answer = new CompletableFuture<R>();
                ((Rpc.UnaryHandler<MessageLite>) unary.handler())
                        .handle(
                                Call.internal(),
                                request,
                                new Reply() {
                                    @Override
                                    public void succeed(Payload response) {
                                        answer.complete((R) response.message());
                                    }

                                    @Override
                                    public void fail(StatusException refusal) {
                                        answer.completeExceptionally(refusal);
                                    }
                                });
                try {
                    return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof StatusException refusal ? refusal : e;
                }
            }
        }
        throw new IllegalArgumentException("no method " + method);
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
