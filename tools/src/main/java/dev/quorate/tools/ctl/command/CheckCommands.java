package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.Prefix;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.DefragmentRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.flag.Quote;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
        return new CtlException(ExitCode.BAD_FEATURE, "unknown load option " + load);
    }

    static void perf(Run run) {
        Perf load =
                switch (run.values().text("load")) {
                    case "s", "small" -> new Perf(150, 50, 60);
                    case "m", "medium" -> new Perf(1000, 200, 60);
                    case "l", "large" -> new Perf(8000, 500, 60);
                    case "xl", "xLarge" -> new Perf(15000, 1000, 60);
                    case String other -> throw unknownLoad(other);
                };
        Client client = run.unlimitedClient();
        refuseUsedPrefix(run, client, "'");
        PutLoad result =
                new PutLoad(
                        prefix(run),
                        load.clients(),
                        PERF_KEY_BYTES,
                        PERF_VALUE_BYTES,
                        Turns.rate(load.perSecond(), load.seconds()));
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
        result.go(client, ProgressBar.ofSeconds(run.err(), load.seconds()));
        cleanUp(run, client);
        boolean passed = judge(run, load, result);
        run.out().line(passed ? "PASS" : "FAIL");
        if (!passed) {
            throw CtlException.quiet(ExitCode.ERROR);
        }
    }

    private static boolean judge(Run run, Perf load, PutLoad result) {
        boolean ok = !complain(run, result);
        boolean fast = result.perSecond() / load.perSecond() > RATE_SHARE_MIN;
        String rate = fast ? "PASS: Throughput is " : "FAIL: Throughput too low: ";
        run.out().line(rate + ((long) result.perSecond() + 1) + " writes/s");
        boolean even = result.slowest() <= SLOWEST_SECONDS_MAX;
        String slowest = even ? "PASS: Slowest request took " : "Slowest request took too long: ";
        run.out().line(slowest + seconds(result.slowest()));
        boolean steady = result.deviation() <= DEVIATION_SECONDS_MAX;
        String deviation = steady ? "PASS: Stddev is " : "Stddev too high: ";
        run.out().line(deviation + seconds(result.deviation()));
        return ok && fast && even && steady;
    }

    /** Tells of errors; false if there are none. */
    private static boolean complain(Run run, PutLoad result) {
        Map<String, Integer> errors = result.errors();
        if (errors.isEmpty()) {
            return false;
        }
        run.out().line("FAIL: too many errors");
        errors.forEach((text, count) -> run.out().line("FAIL: ERROR(" + text + ") -> " + count));
        return true;
    }

    private static ByteString prefix(Run run) {
        return Run.octets(run.values().text("prefix"));
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%fs", value);
    }

    /** The two checks quote their advice differently. */
    private static void refuseUsedPrefix(Run run, Client client, String quote) {
        String prefix = run.values().text("prefix");
        ByteString start = prefix(run);
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
                    ExitCode.INVALID_INPUT,
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
        ByteString start = prefix(run);
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
            run.out().line("Compacting with revision " + revision);
            client.kv()
                    .compact(
                            CompactionRequest.newBuilder()
                                    .setRevision(revision)
                                    .setPhysical(true)
                                    .build());
            run.out().line("Compacted with revision " + revision);
        }
        if (run.values().bool("auto-defrag")) {
            for (String endpoint : client.endpoints()) {
                run.out().line("Defragmenting " + Quote.go(endpoint)).flush();
                try (Client one = client.at(List.of(endpoint))) {
                    one.maintenance().defragment(DefragmentRequest.getDefaultInstance());
                    run.out().line("Defragmented " + Quote.go(endpoint));
                }
            }
        }
    }

    static void dataScale(Run run) {
        Scale load =
                switch (run.values().text("load")) {
                    case "s", "small" -> new Scale(10_000, 50);
                    case "m", "medium" -> new Scale(100_000, 200);
                    case "l", "large" -> new Scale(1_000_000, 500);
                    case "xl", "xLarge" -> new Scale(3_000_000, 1000);
                    case String other -> throw unknownLoad(other);
                };
        Client client = run.unlimitedClient();
        refuseUsedPrefix(run, client, "");
        String endpoint = client.endpoints().getFirst();
        long before = ProcessMemory.residentBytes(run, endpoint, "before");
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
                        prefix(run),
                        load.clients(),
                        SCALE_BYTES,
                        SCALE_BYTES,
                        Turns.count(load.keys()));
        result.go(client, ProgressBar.ofPuts(run.err(), load.keys()));
        long after = ProcessMemory.residentBytes(run, endpoint, "after");
        cleanUp(run, client);
        if (complain(run, result)) {
            throw CtlException.quiet(ExitCode.ERROR);
        }
        String used = String.format(Locale.ROOT, "%.2f", (after - before) / 1048576.0);
        run.out().line("PASS: Approximate system memory used : " + used + " MB.");
    }
}
