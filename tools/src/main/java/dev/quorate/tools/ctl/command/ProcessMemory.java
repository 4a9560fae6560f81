package dev.quorate.tools.ctl.command;

import dev.quorate.client.rpc.Endpoint;
import dev.quorate.client.rpc.TlsSettings;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.Values;
import dev.quorate.tools.flag.Quote;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;

/** The memory of a member, from its metrics. */
final class ProcessMemory {
    private static final String NAME = "process_resident_memory_bytes ";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private ProcessMemory() {}

    /** @param when what a complaint says of the time, before or after the puts */
    static long residentBytes(Run run, String endpoint, String when) {
        Values values = run.values();
        Endpoint place = Endpoint.parse(endpoint);
        if (place.isUnix()) {
            throw failed(
                    run, when, "metrics are not asked for over the socket of Unix " + place.host());
        }
        TlsSettings tls =
                place.security() == Endpoint.Security.NONE
                        ? null
                        : Connect.tls(
                                values.text("cacert"),
                                values.text("cert"),
                                values.text("key"),
                                values.bool("insecure-skip-tls-verify"),
                                place.security() != Endpoint.Security.TLS);
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        if (tls != null) {
            client.sslContext(tls.context());
        }
        String url = (tls == null ? "http://" : "https://") + place.address() + "/metrics";
        try (HttpClient http = client.build()) {
            String text =
                    http.send(
                                    HttpRequest.newBuilder(URI.create(url))
                                            .timeout(TIMEOUT)
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body();
            for (String line : text.split("\n")) {
                if (line.startsWith(NAME)) {
                    return (long) Double.parseDouble(line.substring(NAME.length()));
                }
            }
            throw failed(run, when, "no " + NAME + "at " + url);
        } catch (IOException | IllegalArgumentException e) {
            throw failed(run, when, "Get " + Quote.go(url) + ": " + reason(place, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CtlException(ExitCode.INTERRUPTED, "context canceled");
        }
    }

    private static String reason(Endpoint place, Exception failure) {
        return failure instanceof ConnectException
                ? "dial tcp " + place.address() + ": connect: connection refused"
                : Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    }

    private static CtlException failed(Run run, String when, String why) {
        run.out()
                .line("fetch error: " + why)
                .line(
                        "FAIL: Could not read process_resident_memory_bytes "
                                + when
                                + " the put operations.");
        return CtlException.quiet(ExitCode.ERROR);
    }
}
