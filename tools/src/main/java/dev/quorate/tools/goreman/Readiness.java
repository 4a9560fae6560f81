package dev.quorate.tools.goreman;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Knows when a process serves: an address of HTTP per entry, such as {@code /health} of etcd, that answers with a status below 300.
 * Entries without one are ready once they are started. Thread-safe.
 */
final class Readiness {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(2);
    private static final long PAUSE_NANOS = 100_000_000;

    private final Map<String, URI> addresses;
    private final Console console;

    Readiness(Map<String, URI> addresses, Console console) {
        this.addresses = Map.copyOf(addresses);
        this.console = console;
    }

    /** Says on the console when a process that was just started is ready; returns at once. */
    void announce(Child child) {
        if (addresses.containsKey(child.name())) {
            Thread.ofVirtual()
                    .name("ready " + child.name())
                    .start(() -> {
                        try {
                            await(child);
                        } catch (GoremanException e) {
                            console.say(child.entry(), String.valueOf(e.getMessage()));
                        }
                    });
        }
    }

    /**
     * Waits until a process is ready.
     *
     * @throws GoremanException if it ended before, or is not ready within a minute
     */
    void await(Child child) throws GoremanException {
        URI address = addresses.get(child.name());
        if (address == null) {
            return;
        }
        long deadline = System.nanoTime() + LIMIT.toNanos();
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(REQUEST_LIMIT).build()) {
            while (!answers(client, address)) {
                if (child.isStopped()) {
                    throw new GoremanException(child.name() + " ended before it was ready");
                }
                if (System.nanoTime() > deadline) {
                    throw new GoremanException(
                            child.name() + " is not ready: no good answer from " + address);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        console.say(child.entry(), "Ready: " + address);
    }

    private static boolean answers(HttpClient client, URI address) {
        HttpRequest request = HttpRequest.newBuilder(address).timeout(REQUEST_LIMIT).build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() < 300;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
