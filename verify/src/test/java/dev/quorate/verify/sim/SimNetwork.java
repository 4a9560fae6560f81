package dev.quorate.verify.sim;

import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.Propose;
import dev.quorate.server.Transport;
import dev.quorate.server.peer.Peer;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.server.peer.PeerSide;
import dev.quorate.server.peer.SnapshotContent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages between members, late, twice, in another order or not at all. A connection is a pair of slots; either direction can be
 * cut for itself.
 */
final class SimNetwork {
    private static final int SNAPSHOT_FACTOR = 20;

    /** One direction. */
    private record Link(int from, int to) implements Comparable<Link> {
        @Override
        public int compareTo(Link other) {
            return from != other.from
                    ? Integer.compare(from, other.from)
                    : Integer.compare(to, other.to);
        }
    }

    private final World world;
    private final Random random;
    private final TreeSet<Link> cut = new TreeSet<>();
    private final TreeMap<Link, Long> lastArrival = new TreeMap<>();
    private int lossPerMille;
    private int repeatPerMille;
    private boolean reorders;
    long delivered;
    long lost;
    long snapshots;

    SimNetwork(World world, Random random) {
        this.world = world;
        this.random = random;
        lossPerMille = world.plan.lossPerMille();
        repeatPerMille = world.plan.repeatPerMille();
        reorders = world.plan.reorders();
    }

    // What the nemesis does

    void cut(int from, int to) {
        cut.add(new Link(from, to));
    }

    void heal() {
        cut.clear();
    }

    /** No more faults. */
    void calm() {
        heal();
        lossPerMille = 0;
        repeatPerMille = 0;
        reorders = false;
    }

    private boolean isCut(int from, int to) {
        return cut.contains(new Link(from, to));
    }

    private long delay(int factor) {
        long typical = world.plan.latencyNanos() * factor;
        // Mostly near the typical time, now and then much later.
        return random.nextInt(50) == 0
                ? typical + random.nextLong(20 * typical)
                : typical / 2 + random.nextLong(typical);
    }

    private long arrival(Link link, int factor) {
        long at = world.now() + delay(factor);
        if (!reorders) {
            at = Math.max(at, lastArrival.getOrDefault(link, 0L) + 1);
            lastArrival.put(link, at);
        }
        return at;
    }

    /** The way out of one life of a member. */
    Transport transport(SimMember sender, int life) {
        return new Out(sender, life);
    }

    private final class Out implements Transport {
        private final SimMember sender;
        private final int life;
        private final TreeMap<Long, List<String>> peers = new TreeMap<>();

        Out(SimMember sender, int life) {
            this.sender = sender;
            this.life = life;
        }

        private boolean isDead() {
            return !sender.isAlive(life);
        }

        @Override
        public void start(PeerSide self) {}

        @Override
        public void members(List<Peer> others) {
            peers.clear();
            others.forEach(peer -> peers.put(peer.id(), peer.urls()));
        }

        private @Nullable SimMember find(long id) {
            return peers.containsKey(id) ? world.member(id) : null;
        }

        @Override
        public void send(List<Message> messages) {
            if (isDead()) {
                return;
            }
            for (Message message : messages) {
                world.judgeSent(sender, message);
                SimMember receiver = find(message.to());
                if (receiver != null) {
                    send(message, receiver);
                }
            }
        }

        private void send(Message message, SimMember receiver) {
            Link link = new Link(sender.slot, receiver.slot);
            boolean vanishes = random.nextInt(1000) < lossPerMille;
            if (vanishes || cut.contains(link) || !receiver.isUp()) {
                lose(message, receiver);
                return;
            }
            // A request that was forwarded must not become two.
            boolean repeats =
                    !(message instanceof Propose) && random.nextInt(1000) < repeatPerMille;
            for (int i = 0; i < (repeats ? 2 : 1); i++) {
                world.at(arrival(link, 1), () -> deliver(message, receiver));
            }
        }

        private void lose(Message message, SimMember receiver) {
            lost++;
            world.trace.note(
                    world.now(), "lose", sender.slot, message.term(), receiver.slot, message);
            if (random.nextInt(4) == 0) {
                unreachable(receiver);
            }
        }

        private void unreachable(SimMember receiver) {
            world.after(
                    delay(1),
                    () -> {
                        if (!isDead()) {
                            sender.peerSide().unreachable(receiver.memberId());
                            sender.poke();
                        }
                    });
        }

        private void deliver(Message message, SimMember receiver) {
            if (!receiver.isUp() || isCut(sender.slot, receiver.slot)) {
                lost++;
                return;
            }
            delivered++;
            world.trace.note(
                    world.now(), "deliver", receiver.slot, message.term(), sender.slot, message);
            receiver.peerSide().receive(message);
            receiver.poke();
        }

        @Override
        public void sendSnapshot(InstallSnapshot message, SnapshotContent content) {
            if (isDead()) {
                return;
            }
            world.judgeSent(sender, message);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (content) {
                content.writeTo(bytes);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            SimMember receiver = find(message.to());
            world.after(
                    delay(SNAPSHOT_FACTOR),
                    () -> {
                        boolean arrived = receiver != null && arrive(message, bytes, receiver);
                        world.after(delay(1), () -> report(message.to(), arrived));
                    });
        }

        private boolean arrive(
                InstallSnapshot message, ByteArrayOutputStream bytes, SimMember receiver) {
            if (!receiver.isUp()
                    || isCut(sender.slot, receiver.slot)
                    || random.nextInt(1000) < lossPerMille) {
                lost++;
                return false;
            }
            world.trace.note(
                    world.now(),
                    "snapshot",
                    receiver.slot,
                    message.term(),
                    message.snapshot().index(),
                    bytes.size());
            snapshots++;
            boolean taken =
                    receiver.guarded(() ->
                            receiver.peerSide()
                                    .receiveSnapshot(
                                            message,
                                            new ByteArrayInputStream(bytes.toByteArray())));
            receiver.poke();
            return taken;
        }

        private void report(long receiver, boolean arrived) {
            if (!isDead()) {
                sender.peerSide().snapshotSent(receiver, arrived);
                sender.poke();
            }
        }

        @Override
        public long connectedNanos(long memberId) {
            SimMember other = find(memberId);
            if (other == null
                    || !other.isUp()
                    || isCut(sender.slot, other.slot)
                    || isCut(other.slot, sender.slot)) {
                return NOT_CONNECTED;
            }
            // Old enough for every rule that asks how long it has held.
            return sender.clock().nanos() - Duration.ofMinutes(1).toNanos();
        }

        @Override
        public void call(
                long memberId, PeerRequest request, Duration limit, Consumer<PeerResponse> done) {
            SimMember other = find(memberId);
            if (isDead()) {
                return;
            }
            boolean[] answered = {false};
            Consumer<PeerResponse> once =
                    response -> {
                        if (!answered[0] && !isDead()) {
                            answered[0] = true;
                            done.accept(response);
                            sender.poke();
                        }
                    };
            world.after(limit.toNanos(), () -> once.accept(PeerResponse.NONE));
            if (other == null || isCut(sender.slot, other.slot)) {
                return;
            }
            world.after(
                    delay(1),
                    () -> {
                        if (other.isUp() && !isCut(sender.slot, other.slot)) {
                            other.whenAwake(() ->
                                    other.peerSide()
                                            .answer(
                                                    request,
                                                    response -> answer(other, response, once)));
                        } else {
                            once.accept(PeerResponse.NONE);
                        }
                    });
        }

        private void answer(SimMember other, PeerResponse response, Consumer<PeerResponse> once) {
            world.after(
                    delay(1),
                    () -> {
                        if (!isCut(other.slot, sender.slot)) {
                            once.accept(response);
                        }
                    });
        }

        @Override
        public PeerResponse ask(String url, PeerRequest request, Duration limit)
                throws IOException {
            for (SimMember other : new ArrayList<>(world.members())) {
                if (other.isUp()
                        && other.peerSide().urls().contains(url)
                        && !isCut(sender.slot, other.slot)
                        && !isCut(other.slot, sender.slot)) {
                    PeerResponse[] response = new PeerResponse[1];
                    other.peerSide().answer(request, answer -> response[0] = answer);
                    other.poke();
                    if (response[0] != null) {
                        return response[0];
                    }
                }
            }
            throw new IOException("no answer from " + url);
        }
    }
}
