package dev.quorate.server;

import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.Propose;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.Url;
import dev.quorate.server.node.Node;
import dev.quorate.server.peer.Peer;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.server.peer.PeerSide;
import dev.quorate.server.rpc.PeerEndpoints;
import dev.quorate.store.member.Membership;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** This member towards the others: brings in what a transport carries, and keeps the transport's list of members up to date. */
final class Peers implements PeerSide {
    private final long memberId;
    private final long clusterId;
    private final List<String> urls;
    private final List<Peer> known;
    private final Membership membership;
    private final Node node;
    private final RaftFiles files;
    private final Transport transport;
    private final PeerEndpoints endpoints;
    private final Runnable onExpelled;
    private List<Peer> told = List.of();

    /**
     * @param known other members that the member was told of when it was made; its own list comes with the log
     * @param onExpelled what to do when another member says that this one was removed
     */
    Peers(
            ServerConfig config,
            long memberId,
            long clusterId,
            List<Peer> known,
            Membership membership,
            Node node,
            RaftFiles files,
            Transport transport,
            PeerEndpoints endpoints,
            Runnable onExpelled) {
        this.memberId = memberId;
        this.clusterId = clusterId;
        this.urls = config.urls().advertisePeer().stream().map(Url::text).toList();
        this.known = List.copyOf(known);
        this.membership = membership;
        this.node = node;
        this.files = files;
        this.transport = transport;
        this.endpoints = endpoints;
        this.onExpelled = onExpelled;
    }

    /** Lets the transport carry. */
    void start() {
        transport.start(this);
        membersChanged();
    }

    /** Tells the transport of the members as they are now; at the start, then on the apply loop. */
    synchronized void membersChanged() {
        List<Peer> others = new ArrayList<>();
        for (Member member : membership.members()) {
            if (member.getID() != memberId) {
                others.add(new Peer(member.getID(), member.getPeerURLsList()));
            }
        }
        for (Peer peer : known) {
            // The entries that add the first members are applied one by one.
            if (peer.id() != memberId
                    && membership.member(peer.id()) == null
                    && !membership.isRemoved(peer.id())) {
                others.add(peer);
            }
        }
        if (!others.equals(told)) {
            told = others;
            transport.members(others);
        }
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
        if (membership.isRemoved(id)) {
            return Acquaintance.REMOVED;
        }
        boolean isKnown =
                membership.member(id) != null || known.stream().anyMatch(peer -> peer.id() == id);
        return isKnown ? Acquaintance.MEMBER : Acquaintance.STRANGER;
    }

    @Override
    public void receive(List<Message> messages) {
        node.receive(messages);
    }

    @Override
    public void receiveSnapshot(InstallSnapshot message, InputStream content) throws IOException {
        // One after the other: two leaders may send the same at the same time.
        synchronized (files) {
            files.receive(message.snapshot().index(), content);
        }
        node.receive(List.of(message));
    }

    @Override
    public void unreachable(long id) {
        node.unreachable(id);
    }

    @Override
    public void gone(long id) {
        node.gone(id);
    }

    @Override
    public void undelivered(Propose message) {
        if (message.from() == memberId) {
            node.undelivered(message);
        }
    }

    @Override
    public void snapshotSent(long id, boolean arrived) {
        node.snapshotSent(id, arrived);
    }

    @Override
    public void expelled() {
        onExpelled.run();
    }

    @Override
    public void answer(PeerRequest request, Consumer<PeerResponse> done) {
        endpoints.answer(request, done);
    }
}
