package dev.quorate.tools.etcd;

import dev.quorate.log.Log;
import dev.quorate.server.config.Url;
import dev.quorate.tools.print.NameServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Finds the numbers of hosts, and asks again every second for as long as etcd does: where names are given out when a member starts, as in
 * Kubernetes, its own name may come after it.
 */
final class PatientResolver {
    private static final Log log = Log.of(PatientResolver.class);

    private static final long LIMIT_NANOS = 30_000_000_000L;
    private static final long RETRY_NANOS = 1_000_000_000L;

    /** One question to the system. */
    interface Hosts {
        String address(String host) throws UnknownHostException;
    }

    private final Hosts hosts;
    private final LongSupplier nanoClock;
    private final LongConsumer sleep;
    private final long startNanos;

    /** @param sleep waits for so many nanoseconds */
    PatientResolver(Hosts hosts, LongSupplier nanoClock, LongConsumer sleep) {
        this.hosts = hosts;
        this.nanoClock = nanoClock;
        this.sleep = sleep;
        this.startNanos = nanoClock.getAsLong();
    }

    /** Of this machine; its time begins now. */
    static PatientResolver ofSystem() {
        return new PatientResolver(
                host -> InetAddress.getByName(host).getHostAddress(),
                System::nanoTime,
                LockSupport::parkNanos);
    }

    /**
     * The addresses with their hosts by number, in the order of their texts.
     *
     * @throws IOException in etcd's words when one cannot be found in time
     */
    List<String> resolve(List<Url> urls) throws IOException {
        List<String> resolved = new ArrayList<>();
        for (Url url : urls) {
            resolved.add(resolve(url));
        }
        resolved.sort(null);
        return resolved;
    }

    private String resolve(Url url) throws IOException {
        if (url.isUnix() || url.host().equals("localhost")) {
            return url.text();
        }
        while (true) {
            try {
                return Url.of(url.scheme(), hosts.address(url.host()), url.port()).text();
            } catch (UnknownHostException e) {
                String error = NameServer.noSuchHost(url.host());
                long left = LIMIT_NANOS - (nanoClock.getAsLong() - startNanos);
                if (left <= 0) {
                    warn("failed to resolve URL Host; returning", url, error);
                    throw new IOException(
                            "failed to resolve \"" + url.text() + "\" (" + error + ")", e);
                }
                warn("failed to resolve URL Host", url, error);
                sleep.accept(Math.min(left, RETRY_NANOS));
            }
        }
    }

    private static void warn(String message, Url url, String error) {
        String text = url.text();
        log.warn(
                message,
                "url",
                text,
                "host",
                text.substring(text.indexOf("://") + 3),
                "retry-interval",
                "1s",
                "error",
                error);
    }
}
