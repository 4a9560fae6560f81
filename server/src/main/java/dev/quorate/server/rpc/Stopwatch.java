package dev.quorate.server.rpc;

import com.google.protobuf.MessageLite;
import dev.quorate.log.Log;
import dev.quorate.metrics.Family;
import dev.quorate.metrics.Histogram;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.server.metrics.ServerMetrics;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Measures how long unary calls take and warns of slow ones. Costs one object per call. Thread-safe. */
final class Stopwatch {
    private static final Log LOG = Log.of(Stopwatch.class);

    private final LongSupplier nanoClock;
    private final InstantSource wallClock;
    private final long warnNanos;
    private final Ranges ranges;

    /** @param warnNanos calls that take longer are warned of; 0 for none */
    Stopwatch(
            ServerMetrics metrics,
            LongSupplier nanoClock,
            InstantSource wallClock,
            long warnNanos) {
        this.nanoClock = nanoClock;
        this.wallClock = wallClock;
        this.warnNanos = warnNanos;
        this.ranges = new Ranges(metrics);
    }

    /** The same method, measured; streams are left alone. */
    Rpc measured(Rpc rpc) {
        return rpc instanceof Rpc.Unary<?> unary ? measured(unary) : rpc;
    }

    /** Measures a range that no client asked for. */
    void rangeEnded(boolean success, long startNanos) {
        ranges.observe(success, nanoClock.getAsLong() - startNanos);
    }

    long nanoTime() {
        return nanoClock.getAsLong();
    }

    private <Q extends MessageLite> Rpc measured(Rpc.Unary<Q> rpc) {
        boolean isRange = rpc.request() instanceof RangeRequest;
        String type = "/" + rpc.service() + "/" + rpc.method();
        Rpc.UnaryHandler<Q> handler = rpc.handler();
        return rpc.handledBy((call, request, reply) ->
                handler.handle(call, request, new Running(type, isRange, request, reply)));
    }

    /** Histograms of ranges, which no log entry stands for; made when the first range ends, as in etcd. */
    private static final class Ranges {
        private final Family<Histogram> requests;
        private final Family<Histogram> durations;
        private volatile @Nullable Histogram succeededRequests;
        private volatile @Nullable Histogram succeededDurations;

        Ranges(ServerMetrics metrics) {
            this.requests = metrics.client.requestDurationSeconds;
            this.durations = metrics.member.rangeDurationSeconds;
        }

        void observe(boolean success, long nanos) {
            if (!success) {
                requests.with("Range", "false").observeNanos(nanos);
                durations.with("false").observeNanos(nanos);
                return;
            }
            Histogram request = succeededRequests;
            Histogram duration = succeededDurations;
            if (request == null || duration == null) {
                request = requests.with("Range", "true");
                duration = durations.with("true");
                succeededRequests = request;
                succeededDurations = duration;
            }
            request.observeNanos(nanos);
            duration.observeNanos(nanos);
        }
    }

    private final class Running implements Reply {
        private final String type;
        private final boolean isRange;
        private final MessageLite request;
        private final Reply reply;
        private final long start = nanoClock.getAsLong();

        Running(String type, boolean isRange, MessageLite request, Reply reply) {
            this.type = type;
            this.isRange = isRange;
            this.request = request;
            this.reply = reply;
        }

        @Override
        public void succeed(Payload response) {
            ended(true, response);
            reply.succeed(response);
        }

        @Override
        public void fail(StatusException refusal) {
            ended(false, null);
            reply.fail(refusal);
        }

        private void ended(boolean success, @Nullable Payload response) {
            long took = nanoClock.getAsLong() - start;
            if (isRange) {
                ranges.observe(success, took);
            }
            if (warnNanos > 0 && took > warnNanos) {
                LOG.warn(
                        "request stats",
                        "start time",
                        wallClock.instant().minusNanos(took),
                        "time spent",
                        Duration.ofNanos(took),
                        "remote",
                        "",
                        "response type",
                        type,
                        "request count",
                        0,
                        "request size",
                        request.getSerializedSize(),
                        "response count",
                        0,
                        "response size",
                        response == null ? 0 : response.sizeBytes(),
                        "request content",
                        request.getClass().getSimpleName());
            }
        }
    }
}
