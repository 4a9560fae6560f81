package dev.quorate.verify.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.verify.history.KvRequest;
import dev.quorate.verify.history.KvRequest.Compare;
import dev.quorate.verify.history.KvRequest.Relation;
import dev.quorate.verify.history.KvRequest.Target;
import dev.quorate.verify.history.KvResponse;
import dev.quorate.verify.history.KvResponse.Item;
import dev.quorate.verify.history.KvState;
import dev.quorate.verify.history.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongConsumer;

/** Reads and writes a handful of keys, one request after the other, at whichever member answers. */
final class KvClient {
    private static final long MILLI = 1_000_000;
    private static final int KEYS = 6;

    /** Refusals that promise that nothing has happened and nothing will. */
    private static final Set<EtcdError> HARMLESS =
            Set.of(
                    EtcdError.TOO_MANY_REQUESTS,
                    EtcdError.NO_LEADER,
                    EtcdError.NOT_SUPPORTED_FOR_LEARNER);

    private final World world;
    private final int number;
    private final Random random;
    private int server;
    private int writes;
    private long lastModified;
    private boolean stopped;
    private boolean busy;

    KvClient(World world, int number, Random random) {
        this.world = world;
        this.number = number;
        this.random = random;
        this.server = world.anyMember(random).slot - 1;
    }

    void start() {
        world.after(think(), this::next);
    }

    /** Sends nothing new. */
    void stop() {
        stopped = true;
    }

    boolean isIdle() {
        return !busy;
    }

    private long think() {
        return 1 + random.nextLong(2 * world.plan.thinkNanos());
    }

    private SimMember server() {
        return world.members().get(server);
    }

    private void next() {
        if (stopped) {
            return;
        }
        busy = true;
        KvRequest request = draw();
        boolean serializable = request instanceof KvRequest.Get && random.nextInt(3) == 0;
        if (serializable) {
            readLocally((KvRequest.Get) request);
        } else {
            ask(request);
        }
    }

    private void done() {
        busy = false;
        if (random.nextInt(10) == 0) {
            server = world.anyMember(random).slot - 1;
        }
        world.after(think(), this::next);
    }

    private String key() {
        return "k" + random.nextInt(KEYS);
    }

    private String value() {
        return "c" + number + "-" + ++writes;
    }

    private KvRequest draw() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> KvRequest.get(key());
            case 3 -> new KvRequest.Get("k", "l");
            case 4 -> KvRequest.delete(key());
            case 5 ->
                    new KvRequest.Txn(
                            List.of(),
                            List.of(
                                    new KvRequest.Put("k0", value()),
                                    new KvRequest.Put("k1", value()),
                                    KvRequest.delete("k2")),
                            List.of());
            case 6 -> KvRequest.putIfUnchanged(key(), lastModified, value());
            case 7 ->
                    new KvRequest.Txn(
                            List.of(new Compare(key(), Target.VERSION, Relation.LESS, "", 3)),
                            List.of(new KvRequest.Put("k3", value())),
                            List.of(new KvRequest.Put("k4", value()), new KvRequest.Get("k", "l")));
            default -> new KvRequest.Put(key(), value());
        };
    }

    private static String method(KvRequest request) {
        return switch (request) {
            case KvRequest.Get _ -> "Range";
            case KvRequest.Put _ -> "Put";
            case KvRequest.Delete _ -> "DeleteRange";
            case KvRequest.Txn _ -> "Txn";
        };
    }

    private void ask(KvRequest request) {
        long ticket = world.recorder.called(number, request);
        boolean[] over = {false};
        long patience = 500 * MILLI + random.nextLong(4000 * MILLI);
        boolean sent =
                server().call(
                                method(request),
                                Wire.message(request),
                                patience,
                                new SimMember.Answer() {
                                    @Override
                                    public void answered(MessageLite response) {
                                        if (!over[0]) {
                                            over[0] = true;
                                            KvResponse seen = Wire.response(response);
                                            world.recorder.answered(ticket, seen);
                                            judge(request, seen);
                                            done();
                                        }
                                    }

                                    @Override
                                    public void refused(StatusException why) {
                                        note(why);
                                        if (!over[0]) {
                                            over[0] = true;
                                            if (HARMLESS.stream()
                                                    .anyMatch(e -> e.exception() == why)) {
                                                world.recorder.refused(ticket);
                                            } else {
                                                world.recorder.lost(ticket);
                                            }
                                            elsewhere();
                                        }
                                    }

                                    @Override
                                    public void lost() {
                                        if (!over[0]) {
                                            over[0] = true;
                                            world.recorder.lost(ticket);
                                            elsewhere();
                                        }
                                    }
                                });
        if (!sent) {
            world.recorder.refused(ticket);
            elsewhere();
            return;
        }
        world.after(
                patience,
                () -> {
                    if (!over[0]) {
                        over[0] = true;
                        world.recorder.lost(ticket);
                        elsewhere();
                    }
                });
    }

    private void note(StatusException why) {
        world.trace.note(
                world.now(), "refused", server + 1, number, why.code().ordinal(), why.getMessage());
    }

    private void nextServer() {
        do {
            server = (server + 1) % world.members().size();
        } while (!server().isEmployed());
    }

    private void elsewhere() {
        nextServer();
        done();
    }

    /** What can be said of one answer alone: it fits the committed state at its revision. */
    private void judge(KvRequest request, KvResponse seen) {
        for (Item item : items(seen.body())) {
            lastModified = Math.max(lastModified, item.modRevision());
        }
        world.trace.note(world.now(), "answer", server + 1, number, seen.revision(), request);
        world.oracle.whenRevision(
                seen.revision(),
                () -> {
                    List<String> written = new ArrayList<>();
                    if (request instanceof KvRequest.Put put) {
                        written.add(put.key() + "=" + put.value());
                    }
                    for (String one : written) {
                        assertThat(world.oracle.events(seen.revision()))
                                .as("acknowledged write %s at revision %s", one, seen.revision())
                                .anyMatch(event ->
                                        event.item() != null
                                                && one.equals(
                                                        event.key() + "=" + event.item().value()));
                    }
                    if (request instanceof KvRequest.Get get) {
                        agrees(get, seen);
                    }
                });
    }

    private static List<Item> items(KvResponse.Body body) {
        return switch (body) {
            case KvResponse.Got got -> got.items();
            case KvResponse.Stored _, KvResponse.Deleted _ -> List.of();
            case KvResponse.Decided decided ->
                    decided.bodies().stream().flatMap(one -> items(one).stream()).toList();
        };
    }

    private void agrees(KvRequest.Get get, KvResponse seen) {
        KvState state = world.oracle.at(seen.revision());
        assertThat(items(seen.body()))
                .as("read of %s at revision %s", get, seen.revision())
                .isEqualTo(
                        new ArrayList<>(
                                KvState.within(state.items(), get.key(), get.end()).values()));
    }

    /** A read without a quorum may be old, but must show a state that was. */
    private void readLocally(KvRequest.Get get) {
        boolean[] over = {false};
        Runnable once =
                () -> {
                    if (!over[0]) {
                        over[0] = true;
                        done();
                    }
                };
        boolean sent =
                server().call(
                                "Range",
                                Wire.get(get, true),
                                MILLI * 1000,
                                new SimMember.Answer() {
                                    @Override
                                    public void answered(MessageLite response) {
                                        KvResponse seen = Wire.response((RangeResponse) response);
                                        world.oracle.whenRevision(
                                                seen.revision(), () -> agrees(get, seen));
                                        once.run();
                                    }

                                    @Override
                                    public void refused(StatusException why) {
                                        once.run();
                                    }

                                    @Override
                                    public void lost() {
                                        once.run();
                                    }
                                });
        if (!sent) {
            elsewhere();
            return;
        }
        world.after(1000 * MILLI, once::run);
    }

    /** Writes a key again and again until one write is acknowledged; tells its revision. */
    void writeUntilAnswered(String key, LongConsumer then) {
        boolean[] over = {false};
        KvRequest.Put put = new KvRequest.Put(key, value());
        long ticket = world.recorder.called(number, put);
        Runnable again =
                () -> {
                    if (!over[0]) {
                        over[0] = true;
                        world.recorder.lost(ticket);
                        nextServer();
                        world.after(100 * MILLI, () -> writeUntilAnswered(key, then));
                    }
                };
        boolean sent =
                server().call(
                                "Put",
                                Wire.put(put),
                                3000 * MILLI,
                                new SimMember.Answer() {
                                    @Override
                                    public void answered(MessageLite response) {
                                        if (!over[0]) {
                                            over[0] = true;
                                            KvResponse seen = Wire.response(response);
                                            world.recorder.answered(ticket, seen);
                                            judge(put, seen);
                                            then.accept(seen.revision());
                                        }
                                    }

                                    @Override
                                    public void refused(StatusException why) {
                                        note(why);
                                        again.run();
                                    }

                                    @Override
                                    public void lost() {
                                        again.run();
                                    }
                                });
        if (sent) {
            world.after(3000 * MILLI, again::run);
        } else {
            again.run();
        }
    }
}
