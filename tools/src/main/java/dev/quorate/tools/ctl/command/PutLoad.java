package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.client.Kv;
import dev.quorate.client.rpc.RpcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Puts of random keys by many clients, at a rate if one is given, and how long they took. */
final class PutLoad {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final Duration SHOWN_EVERY = Duration.ofMillis(200);
    private static final int BAR_COLUMNS = 50;

    private final Run run;
    private final Kv kv;
    private final int clients;
    private final long puts;
    private final int perSecond;
    private final int keyBytes;
    private final int valueBytes;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private volatile boolean stopped;

    /** Guarded by this object's monitor, as the sums are. */
    private final Map<String, Integer> errors = new TreeMap<>();

    private double sum;
    private double sumOfSquares;
    private double slowest;
    private long startNanos;
    private volatile long endNanos;

    /**
     * @param puts how many
     * @param perSecond at most how many are begun within a second; 0 for as many as the clients manage, each one at a time
     */
    PutLoad(Run run, Kv kv, int clients, long puts, int perSecond, int keyBytes, int valueBytes) {
        this.run = run;
        this.kv = kv;
        this.clients = clients;
        this.puts = puts;
        this.perSecond = perSecond;
        this.keyBytes = keyBytes;
        this.valueBytes = valueBytes;
    }

    /** Puts until all is done, or {@link #stop} is called. */
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
                while (!thread.join(SHOWN_EVERY)) {
                    showProgress();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CtlException(CtlException.INTERRUPTED, "context canceled");
        }
        if (!stopped) {
            endNanos = System.nanoTime();
            showProgress();
            run.err().text("\n").flush();
        }
    }

    /** Begins no further put; called by another thread. */
    void stop() {
        endNanos = System.nanoTime();
        stopped = true;
    }

    /** On standard error, so that the verdict can be read by a script; with a rate, what is counted are seconds. */
    private void showProgress() {
        if (stopped) {
            return;
        }
        long unit = Math.max(1, perSecond);
        long all = puts / unit;
        long some = done.get() / unit;
        int filled = (int) (some * BAR_COLUMNS / all);
        run.err()
                .text(
                        String.format(
                                Locale.ROOT,
                                "\r%d / %d [%s%s%s] %.2f%% %d p/s",
                                some,
                                all,
                                "-".repeat(Math.max(0, filled - 1)),
                                filled == 0 ? "" : ">",
                                "_".repeat(BAR_COLUMNS - filled),
                                some * 100.0 / all,
                                some * SECOND_NANOS / (System.nanoTime() - startNanos)))
                .flush();
    }

    private void work(SplittableRandom random) {
        ByteString prefix = Run.octets(run.values().text("prefix"));
        long number;
        while ((number = next.getAndIncrement()) < puts && awaitTurn(number)) {
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

    /** False if the load was stopped meanwhile. */
    private boolean awaitTurn(long number) {
        if (perSecond > 0) {
            long at = startNanos + number * SECOND_NANOS / perSecond;
            long left;
            while (!stopped && (left = at - System.nanoTime()) > 0) {
                LockSupport.parkNanos(left);
            }
        }
        return !stopped;
    }

    private synchronized void note(double seconds, String error) {
        sum += seconds;
        sumOfSquares += seconds * seconds;
        slowest = Math.max(slowest, seconds);
        if (!error.isEmpty()) {
            errors.merge(error, 1, Integer::sum);
        }
    }

    /** How often each error came. */
    synchronized Map<String, Integer> errors() {
        return new TreeMap<>(errors);
    }

    /** Puts per second, over all the time. */
    double perSecond() {
        return done.get() * (double) SECOND_NANOS / (endNanos - startNanos);
    }

    /** Seconds that the slowest put took. */
    synchronized double slowest() {
        return slowest;
    }

    /** The standard deviation of the puts' times, in seconds. */
    synchronized double deviation() {
        double count = Math.max(1, done.get());
        double mean = sum / count;
        return Math.sqrt(Math.max(0, sumOfSquares / count - mean * mean));
    }
}
