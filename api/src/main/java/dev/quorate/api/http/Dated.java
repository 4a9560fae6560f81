package dev.quorate.api.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Says in every HTTP answer when it was made, as Go's server does: caches and clock checks of clients go by it. Thread-safe. */
public final class Dated implements Handler<HttpServerRequest> {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private final Handler<HttpServerRequest> next;
    private volatile Stamp last;

    /** A second and how it is written; formatting is dearer than most answers. */
    private record Stamp(long second, String text) {
        static Stamp of(Instant now) {
            return new Stamp(now.getEpochSecond(), FORMAT.format(now));
        }
    }

    /** @param clock tells the time of day */
    public Dated(InstantSource clock, Handler<HttpServerRequest> next) {
        this.clock = clock;
        this.next = next;
        this.last = Stamp.of(clock.instant());
    }

    @Override
    public void handle(HttpServerRequest request) {
        request.response().putHeader("Date", now());
        next.handle(request);
    }

    private String now() {
        Instant now = clock.instant();
        Stamp stamp = last;
        if (stamp.second() != now.getEpochSecond()) {
            stamp = Stamp.of(now);
            last = stamp;
        }
        return stamp.text();
    }
}
