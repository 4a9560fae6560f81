package dev.quorate.server;

import com.google.protobuf.MessageLite;
import dev.quorate.server.boot.StartException;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.loop.Worker;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.wal.WalOptions;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * One life of a member, from its start to a crash, on whatever disk and engine it is given: one thread, a clock that only moves when the
 * member works, and a seed that decides who works next.
 */
final class Life {
    /** Segments so small that a few dozen writes fill one. */
    static final WalOptions SMALL_LOG = new WalOptions(2048, 512);

    private static final long TURN_NANOS = 50_000;
    private static final int TURNS_MAX = 200_000;

    private final EtcdServer server;
    private final Map<String, Worker> workers;
    private final List<String> names;
    private final Random random;
    private long nowNanos = 1;

    Life(ServerConfig config, Disk disk, Engine engine, long seed)
            throws IOException, StartException {
        random = new Random(seed);
        server =
                EtcdServer.open(
                        config,
                        new EtcdServer.World(
                                disk,
                                _ -> engine,
                                Transport.NONE,
                                () -> nowNanos,
                                InstantSource.fixed(
                                        Instant.ofEpochSecond(1_700_000_000 + (seed & 0xffffff))),
                                random,
                                random,
                                Runnable::run,
                                SMALL_LOG));
        workers = server.startByHand();
        names = new ArrayList<>(workers.keySet());
    }

    /** Works until the member serves. */
    Life serving() throws Exception {
        workUntil(() -> server.ready().isDone());
        return this;
    }

    /** Works until the condition holds. */
    void workUntil(BooleanSupplier condition) throws Exception {
        for (int turn = 0; !condition.getAsBoolean(); turn++) {
            checkTurn(turn);
            work(nextName());
        }
    }

    private static void checkTurn(int turn) {
        if (turn > TURNS_MAX) {
            throw new AssertionError("the member makes no progress");
        }
    }

    private String nextName() {
        return names.get(random.nextInt(names.size()));
    }

    private void work(String name) throws Exception {
        nowNanos += TURN_NANOS;
        workers.get(name).work(nowNanos);
    }

    /** Calls a unary method; the reply comes while the member works. */
    @SuppressWarnings("unchecked")
    void call(String method, MessageLite request, Reply reply) {
        for (Rpc rpc : server.services().all()) {
            if (rpc.method().equals(method) && rpc instanceof Rpc.Unary<?> unary) {
                ((Rpc.UnaryHandler<MessageLite>) unary.handler())
                        .handle(Call.internal(), request, reply);
                return;
            }
        }
        throw new IllegalArgumentException("no method " + method);
    }
}
