package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.Kv;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.tools.command.ExitCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts of random keys by many clients, each on a connection of its own with one put at a time, and how long they took. */
final class PutLoad implements Turns.Time {
    /** How long a client may take to reach a member before the load begins. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

    private static final double SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Octets of a key that are drawn; the rest are zeros. */
    private static final int RANDOM_BYTES = 10;

    private final ByteString prefix;
    private final int clients;
    private final int keyBytes;
    private final ByteString value;
    private final Turns turns;
    private final AtomicLong ended = new AtomicLong();
    private final AtomicReference<String> unconnected = new AtomicReference<>("");
    private final AtomicLong seeds = new AtomicLong();
    private volatile boolean stopped;

    /** Guarded by this object's monitor, as the sums are. */
    private final Map<String, Integer> errors = new TreeMap<>();

    private long succeeded;
    private double sum;
    private double sumOfSquares;
    private double slowest;
    private long startNanos;
    private long endNanos;

    PutLoad(ByteString prefix, int clients, int keyBytes, int valueBytes, Turns turns) {
        this.prefix = prefix;
        this.clients = clients;
        this.keyBytes = keyBytes;
        this.value = ByteString.copyFrom(new byte[valueBytes]);
        this.turns = turns;
    }

    /** Puts until there are no more turns, or {@link #stop} is called. */
    void go(Client client, ProgressBar bar) {
        List<Client> all = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                all.add(client.at(client.endpoints()));
            }
            await(all, this::connect, null);
            String problem = unconnected.get();
            if (!problem.isEmpty()) {
                throw new CtlException(
                        ExitCode.BAD_CONNECTION,
                        "not all of " + clients + " clients could connect: " + problem);
            }
            startNanos = System.nanoTime();
            await(all, this::work, bar);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CtlException(ExitCode.INTERRUPTED, "context canceled");
        } finally {
            endNanos = System.nanoTime();
            all.forEach(Client::close);
        }
        if (!stopped) {
            bar.finish();
        }
    }

    /** Lets each client do something, at the same time, and waits for all of them. */
    private void await(List<Client> all, Consumer<Kv> task, @Nullable ProgressBar bar)
            throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Client one : all) {
            threads.add(Thread.ofVirtual().name("check").start(() -> task.accept(one.kv())));
        }
        for (Thread thread : threads) {
            while (!thread.join(ProgressBar.SHOWN_EVERY)) {
                if (bar != null && !stopped) {
                    bar.show(this);
                }
            }
        }
    }

    /** Makes the connection, lest the first puts be measured with it. */
    private void connect(Kv kv) {
        try {
            kv.within(CONNECT_LIMIT)
                    .range(
                            RangeRequest.newBuilder()
                                    .setKey(prefix)
                                    .setCountOnly(true)
                                    .setSerializable(true)
                                    .build());
        } catch (RpcException e) {
            // Whoever may write and not read has a connection all the same.
            if (e.code() == Code.UNAVAILABLE || e.code() == Code.DEADLINE_EXCEEDED) {
                unconnected.set(Failures.text(e));
            }
        }
    }

    /** Begins no further put; called by another thread. */
    void stop() {
        stopped = true;
    }

    private void work(Kv kv) {
        SplittableRandom random = new SplittableRandom(startNanos + seeds.incrementAndGet());
        byte[] key = new byte[keyBytes];
        byte[] drawn = new byte[RANDOM_BYTES];
        while (!stopped && turns.await(this)) {
            random.nextBytes(drawn);
            System.arraycopy(drawn, 0, key, 0, drawn.length);
            long start = System.nanoTime();
            String error = "";
            try {
                kv.put(prefix.concat(ByteString.copyFrom(key)), value);
            } catch (RpcException e) {
                error = Failures.text(e);
            }
            note((System.nanoTime() - start) / SECOND_NANOS, error);
            ended.incrementAndGet();
        }
    }

    @Override
    public long elapsedNanos() {
        return System.nanoTime() - startNanos;
    }

    @Override
    public boolean sleepUntil(long nanos) {
        long left;
        while (!stopped && (left = nanos - elapsedNanos()) > 0) {
            LockSupport.parkNanos(left);
        }
        return !stopped;
    }

    private synchronized void note(double seconds, String error) {
        if (error.isEmpty()) {
            succeeded++;
            sum += seconds;
            sumOfSquares += seconds * seconds;
            slowest = Math.max(slowest, seconds);
        } else {
            errors.merge(error, 1, Integer::sum);
        }
    }

    /** How many puts have ended. */
    long ended() {
        return ended.get();
    }

    /** How often each error came. */
    synchronized Map<String, Integer> errors() {
        return new TreeMap<>(errors);
    }

    /** Puts that succeeded per second, over all the time. */
    synchronized double perSecond() {
        return succeeded * SECOND_NANOS / (endNanos - startNanos);
    }

    /** Seconds that the slowest put took that succeeded. */
    synchronized double slowest() {
        return slowest;
    }

    /** The standard deviation of the times of puts that succeeded, in seconds. */
    synchronized double deviation() {
        double count = Math.max(1, succeeded);
        double mean = sum / count;
        return Math.sqrt(Math.max(0, sumOfSquares / count - mean * mean));
    }
}
