package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.Kv;
import dev.quorate.client.Prefix;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.DefragmentRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.tools.ctl.line.Quote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** {@code check perf} and {@code check datascale}: loads a cluster and judges what it made of it. */
final class CheckCommands {
    private static final int PERF_KEY_BYTES = 256;
    private static final int PERF_VALUE_BYTES = 1024;
    private static final int SCALE_BYTES = 512;
    private static final double RATE_SHARE_MIN = 0.9;
    private static final double SLOWEST_SECONDS_MAX = 0.5;
    private static final double DEVIATION_SECONDS_MAX = 0.1;
    private static final long SECOND_NANOS = 1_000_000_000L;

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
        refuseUsedPrefix(run, client);
        Load result =
                new Load(
                        run,
                        client.kv(),
                        load.clients(),
                        (long) load.perSecond() * load.seconds(),
                        load.perSecond(),
                        PERF_KEY_BYTES,
                        PERF_VALUE_BYTES);
        result.go();
        cleanUp(run, client);
        if (!judge(run, load, result)) {
            run.out().line("FAIL");
            throw CtlException.quiet(CtlException.ERROR);
        }
        run.out().line("PASS");
    }

    private static boolean judge(Run run, Perf load, Load result) {
        boolean ok = true;
        if (!result.errors.isEmpty()) {
            ok = false;
            run.out().line("FAIL: too many errors");
            result.errors.forEach(
                    (text, count) -> run.out().line("FAIL: ERROR(" + text + ") -> " + count));
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

    private static void refuseUsedPrefix(Run run, Client client) {
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
                            + " has keys. Delete with \"etcdctl del --prefix "
                            + prefix
                            + "\" first");
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
        refuseUsedPrefix(run, client);
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
        Load result =
                new Load(
                        run, client.kv(), load.clients(), load.keys(), 0, SCALE_BYTES, SCALE_BYTES);
        result.go();
        long after = ProcessMemory.residentBytes(run, endpoint);
        cleanUp(run, client);
        if (!result.errors.isEmpty()) {
            run.out().line("FAIL: too many errors");
            result.errors.forEach(
                    (text, count) -> run.out().line("FAIL: ERROR(" + text + ") -> " + count));
            throw CtlException.quiet(CtlException.ERROR);
        }
        run.out()
                .line(
                        String.format(
                                Locale.ROOT,
                                "PASS: Approximate system memory used : %.2f MB.",
                                (after - before) / 1048576.0));
    }

    /** Puts of random keys by many threads, at a rate. */
    private static final class Load {
        private final Run run;
        private final Kv kv;
        private final int clients;
        private final long puts;
        private final int perSecond;
        private final int keyBytes;
        private final int valueBytes;
        private final AtomicLong next = new AtomicLong();
        private final AtomicLong done = new AtomicLong();

        /** Guarded by this object's monitor while threads run. */
        final Map<String, Integer> errors = new TreeMap<>();

        private double sum;
        private double sumOfSquares;
        private double slowest;
        private long startNanos;
        private long endNanos;

        Load(Run run, Kv kv, int clients, long puts, int perSecond, int keyBytes, int valueBytes) {
            this.run = run;
            this.kv = kv;
            this.clients = clients;
            this.puts = puts;
            this.perSecond = perSecond;
            this.keyBytes = keyBytes;
            this.valueBytes = valueBytes;
        }

        void go() {
            startNanos = System.nanoTime();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int seed = i;
                threads.add(
                        Thread.ofVirtual()
                                .name("check")
                                .start(() -> work(new SplittableRandom(startNanos + seed))));
            }
            try {
                for (Thread thread : threads) {
                    while (!thread.join(Duration.ofSeconds(1))) {
                        showProgress();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CtlException(CtlException.INTERRUPTED, "context canceled");
            }
            endNanos = System.nanoTime();
        }

        /** On standard error, so that the verdict can be read by a script. */
        private void showProgress() {
            long percent = done.get() * 100 / puts;
            run.err().text("\r" + done.get() + " / " + puts + " " + percent + "%").flush();
            if (done.get() == puts) {
                run.err().text("\n").flush();
            }
        }

        private void work(SplittableRandom random) {
            ByteString prefix = Run.octets(run.values().text("prefix"));
            long number;
            while ((number = next.getAndIncrement()) < puts) {
                awaitTurn(number);
                byte[] key = new byte[keyBytes];
                byte[] value = new byte[valueBytes];
                random.nextBytes(key);
                random.nextBytes(value);
                long start = System.nanoTime();
                String error = "";
                try {
                    kv.put(prefix.concat(ByteString.copyFrom(key)), ByteString.copyFrom(value));
                } catch (RpcException e) {
                    error = Failures.text(e);
                }
                note((System.nanoTime() - start) / (double) SECOND_NANOS, error);
                done.incrementAndGet();
            }
        }

        private void awaitTurn(long number) {
            if (perSecond > 0) {
                long at = startNanos + number * SECOND_NANOS / perSecond;
                long left;
                while ((left = at - System.nanoTime()) > 0) {
                    LockSupport.parkNanos(left);
                }
            }
        }

        private synchronized void note(double seconds, String error) {
            sum += seconds;
            sumOfSquares += seconds * seconds;
            slowest = Math.max(slowest, seconds);
            if (!error.isEmpty()) {
                errors.merge(error, 1, Integer::sum);
            }
        }

        double perSecond() {
            return puts * (double) SECOND_NANOS / (endNanos - startNanos);
        }

        synchronized double slowest() {
            return slowest;
        }

        synchronized double deviation() {
            double mean = sum / puts;
            return Math.sqrt(Math.max(0, sumOfSquares / puts - mean * mean));
        }
    }
}
