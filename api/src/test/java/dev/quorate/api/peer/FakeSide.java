package dev.quorate.api.peer;

import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.Propose;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.server.peer.PeerSide;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** A member that writes down what it is told. */
final class FakeSide implements PeerSide {
    final BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    final BlockingQueue<byte[]> databases = new LinkedBlockingQueue<>();
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    final Set<Long> members = ConcurrentHashMap.newKeySet();
    final Set<Long> removed = ConcurrentHashMap.newKeySet();
    private final long memberId;
    private final long clusterId;
    volatile List<String> urls = List.of();

    FakeSide(long memberId, long clusterId) {
        this.memberId = memberId;
        this.clusterId = clusterId;
    }

    @Override
    public long memberId() {
        return memberId;
    }

    @Override
    public long clusterId() {
        return clusterId;
    }

    @Override
    public List<String> urls() {
        return urls;
    }

    @Override
    public Acquaintance acquaintance(long id) {
        if (removed.contains(id)) {
            return Acquaintance.REMOVED;
        }
        return members.contains(id) ? Acquaintance.MEMBER : Acquaintance.STRANGER;
    }

    @Override
    public void receive(List<Message> messages) {
        received.addAll(messages);
    }

    @Override
    public void receiveSnapshot(InstallSnapshot message, InputStream content) throws IOException {
        databases.add(content.readAllBytes());
        received.add(message);
    }

    @Override
    public void gone(long id) {
        events.add("gone " + id);
    }

    @Override
    public void unreachable(long id) {
        events.add("unreachable " + id);
    }

    @Override
    public void undelivered(Propose message) {
        events.add("undelivered " + message.to());
    }

    @Override
    public void snapshotSent(long id, boolean arrived) {
        events.add("snapshot " + id + " " + arrived);
    }

    @Override
    public void expelled() {
        events.add("expelled");
    }

    @Override
    public void answer(PeerRequest request, Consumer<PeerResponse> done) {
        done.accept(
                PeerResponse.ok(
                        PeerResponse.JSON,
                        (request.method()
                                        + " "
                                        + request.path()
                                        + " "
                                        + new String(request.body(), StandardCharsets.UTF_8))
                                .getBytes(StandardCharsets.UTF_8)));
    }
}
