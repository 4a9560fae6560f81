package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.Prefix;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.DefragmentRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.tools.flag.Quote;
import java.util.List;
import java.util.Locale;

/** {@code check perf} and {@code check datascale}: loads a cluster and judges what it made of it. */
final class CheckCommands {
    private static final int PERF_KEY_BYTES = 256;
    private static final int PERF_VALUE_BYTES = 1024;
    private static final int SCALE_BYTES = 512;
    private static final double RATE_SHARE_MIN = 0.9;
    private static final double SLOWEST_SECONDS_MAX = 0.5;
    private static final double DEVIATION_SECONDS_MAX = 0.1;

    /**
     * A work load of {@code check perf}.
     *
     * @param perSecond how many puts are asked for
     */
    private record Perf(int perSecond, int clients, int seconds) {}

    /** A work load of {@code check datascale}. */
    private record Scale(int keys, int clients) {}

    private CheckCommands() {}

    private static CtlException unknownLoad(String load) {
        return new CtlException(CtlException.BAD_FEATURE, "unknown load option " + load);
    }

    static void perf(Run run) {
        Perf load =
                switch (run.values().text("load").toLowerCase(Locale.ROOT)) {
                    case "s", "small" -> new Perf(150, 50, 60);
                    case "m", "medium" -> new Perf(1000, 200, 60);
                    case "l", "large" -> new Perf(8000, 500, 60);
                    case "xl", "xlarge" -> new Perf(15000, 1000, 60);
                    case String other -> throw unknownLoad(other);
                };
        Client client = run.unlimitedClient();
        refuseUsedPrefix(run, client, "'");
        PutLoad result =
                new PutLoad(
                        run,
                        client.kv(),
                        load.clients(),
                        (long) load.perSecond() * load.seconds(),
                        load.perSecond(),
                        PERF_KEY_BYTES,
                        PERF_VALUE_BYTES);
        Thread main = Thread.currentThread();
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("stop")
                                .unstarted(() -> {
                                    // What was seen until then is judged; main ends the program.
                                    result.stop();
                                    Release.awaitHalt(main);
                                }));
        result.go();
        cleanUp(run, client);
        if (!judge(run, load, result)) {
            run.out().line("FAIL");
            throw CtlException.quiet(CtlException.ERROR);
        }
        run.out().line("PASS");
    }

    private static boolean judge(Run run, Perf load, PutLoad result) {
        boolean ok = true;
        if (!result.errors().isEmpty()) {
            ok = false;
            run.out().line("FAIL: too many errors");
            result.errors()
                    .forEach((text, count) ->
                            run.out().line("FAIL: ERROR(" + text + ") -> " + count));
        }
        long rate = Math.round(result.perSecond());
        boolean fast = result.perSecond() / load.perSecond() > RATE_SHARE_MIN;
        run.out()
                .line(
                        (fast ? "PASS: Throughput is " : "FAIL: Throughput too low: ")
                                + rate
                                + " writes/s");
        boolean even = result.slowest() <= SLOWEST_SECONDS_MAX;
        run.out()
                .line(
                        (even
                                        ? "PASS: Slowest request took "
                                        : "FAIL: Slowest request took too long: ")
                                + seconds(result.slowest()));
        boolean steady = result.deviation() <= DEVIATION_SECONDS_MAX;
        run.out()
                .line(
                        (steady ? "PASS: Stddev is " : "FAIL: Stddev too high: ")
                                + seconds(result.deviation()));
        return ok && fast && even && steady;
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%fs", value);
    }

    /** The two checks quote their advice differently. */
    private static void refuseUsedPrefix(Run run, Client client, String quote) {
        String prefix = run.values().text("prefix");
        ByteString start = Run.octets(prefix);
        RangeResponse found =
                client.kv()
                        .range(
                                RangeRequest.newBuilder()
                                        .setKey(start)
                                        .setRangeEnd(Prefix.end(start))
                                        .setLimit(1)
                                        .build());
        if (found.getKvsCount() > 0) {
            throw new CtlException(
                    CtlException.INVALID_INPUT,
                    "prefix "
                            + Quote.go(prefix)
                            + " has keys. Delete with "
                            + quote
                            + "etcdctl del --prefix "
                            + prefix
                            + quote
                            + " first");
        }
    }

    private static void cleanUp(Run run, Client client) {
        ByteString start = Run.octets(run.values().text("prefix"));
        long revision =
                client.kv()
                        .delete(
                                DeleteRangeRequest.newBuilder()
                                        .setKey(start)
                                        .setRangeEnd(Prefix.end(start))
                                        .build())
                        .getHeader()
                        .getRevision();
        if (run.values().bool("auto-compact")) {
            client.kv()
                    .compact(
                            CompactionRequest.newBuilder()
                                    .setRevision(revision)
                                    .setPhysical(true)
                                    .build());
            run.out().line("Compacting with revision " + revision);
        }
        if (run.values().bool("auto-defrag")) {
            for (String endpoint : client.endpoints()) {
                try (Client one = client.at(List.of(endpoint))) {
                    one.maintenance().defragment(DefragmentRequest.getDefaultInstance());
                    run.out().line("Defragmented " + Quote.go(endpoint));
                }
            }
        }
    }

    static void dataScale(Run run) {
        Scale load =
                switch (run.values().text("load").toLowerCase(Locale.ROOT)) {
                    case "s", "small" -> new Scale(10_000, 50);
                    case "m", "medium" -> new Scale(100_000, 200);
                    case "l", "large" -> new Scale(1_000_000, 500);
                    case "xl", "xlarge" -> new Scale(3_000_000, 500);
                    case String other -> throw unknownLoad(other);
                };
        Client client = run.unlimitedClient();
        refuseUsedPrefix(run, client, "");
        String endpoint = client.endpoints().getFirst();
        long before = ProcessMemory.residentBytes(run, endpoint);
        run.out()
                .line(
                        "Start data scale check for work load ["
                                + load.keys()
                                + " key-value pairs, "
                                + SCALE_BYTES * 2
                                + " bytes per key-value, "
                                + load.clients()
                                + " concurrent clients].")
                .flush();
        PutLoad result =
                new PutLoad(
                        run, client.kv(), load.clients(), load.keys(), 0, SCALE_BYTES, SCALE_BYTES);
        result.go();
        long after = ProcessMemory.residentBytes(run, endpoint);
        cleanUp(run, client);
        if (!result.errors().isEmpty()) {
            run.out().line("FAIL: too many errors");
            result.errors()
                    .forEach((text, count) ->
                            run.out().line("FAIL: ERROR(" + text + ") -> " + count));
            throw CtlException.quiet(CtlException.ERROR);
        }
        run.out()
                .line(
                        String.format(
                                Locale.ROOT,
                                "PASS: Approximate system memory used : %.2f MB.",
                                (after - before) / 1048576.0));
    }
}
