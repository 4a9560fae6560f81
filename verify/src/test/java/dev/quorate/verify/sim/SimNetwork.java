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
    private static final long KNOCK_NANOS = 300_000_000;

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
    private final TreeMap<Link, Long> lastCut = new TreeMap<>();
    private final TreeMap<Integer, Out> ways = new TreeMap<>();
    private int lossPerMille;
    private int repeatPerMille;
    private boolean reorders;
    long delivered;
    long lost;
    long snapshots;
    long undelivered;

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
        cut.forEach(link -> lastCut.put(link, world.now()));
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

    /** A process has ended. Some of the others hear that nobody listens there, some of them when another one does again. */
    void ended(SimMember member) {
        long id = member.memberId();
        for (SimMember other : world.members()) {
            Out there = ways.get(other.slot);
            if (there != null
                    && !there.isDead()
                    && there.peers.containsKey(id)
                    && !isCut(member.slot, other.slot)
                    && random.nextBoolean()) {
                world.after(
                        delay(1 + random.nextInt(20)),
                        () -> {
                            if (!there.isDead()) {
                                other.peerSide().gone(id);
                                other.poke();
                            }
                        });
            }
        }
    }

    /** The way out of one life of a member. */
    Transport transport(SimMember sender, int life) {
        Out out = new Out(sender, life);
        ways.put(sender.slot, out);
        return out;
    }

    /** Whether a process can find out that it does not belong: not if it was away until nobody was left whom it knew. */
    boolean seesAnybody(SimMember member) {
        Out out = ways.get(member.slot);
        return out != null && !out.isDead() && out.seesAnybody();
    }

    private final class Out implements Transport {
        private final SimMember sender;
        private final int life;
        private final TreeMap<Long, List<String>> peers = new TreeMap<>();

        /** Members that have knocked here, by which this one may answer them. */
        private final TreeMap<Long, List<String>> strangers = new TreeMap<>();

        Out(SimMember sender, int life) {
            this.sender = sender;
            this.life = life;
        }

        private boolean isDead() {
            return !sender.isAlive(life);
        }

        @Override
        public void start(PeerSide self) {
            knock();
        }

        @Override
        public void members(List<Peer> others) {
            peers.clear();
            others.forEach(peer -> peers.put(peer.id(), peer.urls()));
        }

        /** Where the addresses of a member lead, whoever is there now. */
        private @Nullable SimMember find(long id) {
            List<String> urls = peers.getOrDefault(id, strangers.get(id));
            return urls == null ? null : world.place(SimMember.slotOf(urls.getFirst()));
        }

        /** As long as a process lives it tries to keep connections, and may be told that it does not belong. */
        private void knock() {
            world.after(
                    KNOCK_NANOS,
                    () -> {
                        if (!isDead()) {
                            for (long id : List.copyOf(peers.keySet())) {
                                knock(id);
                            }
                            knock();
                        }
                    });
        }

        private void knock(long id) {
            SimMember other = find(id);
            Out there = other == null ? null : ways.get(other.slot);
            if (other != null
                    && there != null
                    && reaches(other)
                    && checkWelcome(other)
                    && other.memberId() == id) {
                // Whoever was away for long may not have heard of the members of today.
                there.strangers.put(sender.memberId(), sender.peerSide().urls());
            }
        }

        /** Whether anybody listens where this process believes other members to be. */
        private boolean seesAnybody() {
            return peers.keySet().stream()
                    .map(this::find)
                    .anyMatch(other -> other != null && other.isUp());
        }

        private boolean reaches(SimMember other) {
            return other.isUp()
                    && !other.isPaused()
                    && !isCut(sender.slot, other.slot)
                    && !isCut(other.slot, sender.slot);
        }

        /** Whoever was removed is told so. */
        private boolean checkWelcome(SimMember other) {
            boolean gone =
                    other.peerSide().acquaintance(sender.memberId())
                            == PeerSide.Acquaintance.REMOVED;
            if (gone) {
                world.after(
                        delay(1),
                        () -> {
                            if (!isDead()) {
                                world.trace.note(world.now(), "expelled", sender.slot, life, 0, "");
                                sender.whenAwake(() -> sender.peerSide().expelled());
                            }
                        });
            }
            return !gone;
        }

        @Override
        public void send(List<Message> messages) {
            if (isDead()) {
                return;
            }
            for (Message message : messages) {
                world.judgeSent(sender, message);
                SimMember receiver = find(message.to());
                if (receiver == null) {
                    undelivered(message);
                } else {
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
                unreachable(message.to());
            }
            if (random.nextBoolean()) {
                undelivered(message);
            }
        }

        /** A transport that knows that a request never arrived says so. */
        private void undelivered(Message message) {
            if (message instanceof Propose propose) {
                world.after(
                        delay(1),
                        () -> {
                            if (!isDead()) {
                                undelivered++;
                                sender.peerSide().undelivered(propose);
                                sender.poke();
                            }
                        });
            }
        }

        private void unreachable(long receiver) {
            world.after(
                    delay(1),
                    () -> {
                        if (!isDead()) {
                            sender.peerSide().unreachable(receiver);
                            sender.poke();
                        }
                    });
        }

        private void deliver(Message message, SimMember receiver) {
            if (!receiver.isUp() || isCut(sender.slot, receiver.slot)) {
                lost++;
                if (random.nextBoolean()) {
                    undelivered(message);
                }
                return;
            }
            if (!checkWelcome(receiver) || receiver.memberId() != message.to()) {
                lost++;
                return;
            }
            delivered++;
            world.trace.note(
                    world.now(), "deliver", receiver.slot, message.term(), sender.slot, message);
            receiver.peerSide().receive(List.of(message));
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
                    || !checkWelcome(receiver)
                    || receiver.memberId() != message.to()
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
                    || other.memberId() != memberId
                    || isCut(sender.slot, other.slot)
                    || isCut(other.slot, sender.slot)) {
                return NOT_CONNECTED;
            }
            long since = Math.max(sender.startedAt(), other.startedAt());
            since = Math.max(since, lastCut.getOrDefault(new Link(sender.slot, other.slot), 0L));
            since = Math.max(since, lastCut.getOrDefault(new Link(other.slot, sender.slot), 0L));
            return sender.clock().nanos()
                    - (world.now() - since)
                    - world.plan.connectedSinceNanos();
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
                        if (other.isUp()
                                && other.memberId() == memberId
                                && !isCut(sender.slot, other.slot)) {
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
            SimMember other = world.place(SimMember.slotOf(url));
            if (reaches(other)) {
                PeerResponse[] response = new PeerResponse[1];
                other.peerSide().answer(request, answer -> response[0] = answer);
                other.poke();
                if (response[0] != null) {
                    return response[0];
                }
            }
            throw new IOException("no answer from " + url);
        }
    }
}
