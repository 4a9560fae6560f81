package dev.quorate.api;

import dev.quorate.metrics.Registry;
import dev.quorate.server.metrics.ServerMetrics;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A listener on a free port in front of {@link FakeServices}. */
final class Running implements AutoCloseable {
    final ExecutorService executor = Executors.newSingleThreadExecutor();
    final FakeServices services;
    final Registry registry = new Registry();
    final ServerMetrics metrics = new ServerMetrics(registry);
    final Vertx vertx = ClientListener.newVertx(2);
    final ClientListener listener;
    final ClientApi api;

    private Running(ListenerConfig config, ClientApi.Options options) throws IOException {
        services = new FakeServices(executor);
        api = new ClientApi(services, registry, metrics, options);
        listener = ClientListener.start(vertx, config, api);
    }

    static Running start() throws IOException {
        return start(ListenerConfig.plain("127.0.0.1", 0), ClientApi.Options.defaults());
    }

    static Running start(ListenerConfig config, ClientApi.Options options) throws IOException {
        return new Running(config, options);
    }

    int port() {
        return listener.port();
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("condition not met in time");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public void close() {
        listener.close();
        executor.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
