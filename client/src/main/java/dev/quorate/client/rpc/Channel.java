package dev.quorate.client.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.quorate.client.http2.Http2Connection;
import dev.quorate.client.http2.Wire;
import dev.quorate.client.rpc.ChannelConfig.Peer;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.EtcdError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Calls to the members of one cluster: connects when there is something to send, spreads calls over the members that can be reached, and
 * sends a call again where that is safe.
 *
 * <p>A call is repeated as etcd's own client does it: when it never left, always; when a member answered {@code Unavailable} or the
 * connection broke, only if the method is {@linkplain Method#repeatable repeatable}; when the token was not taken, after a new login. Calls
 * wait for a member until their deadline. Safe for use by any thread.
 */
public final class Channel implements AutoCloseable {
    /** As many attempts as etcd's client makes. */
    private static final int ATTEMPTS_MAX = 100;

    private static final Duration RETRY_WAIT = Duration.ofMillis(25);

    private final ChannelConfig config;
    private final TokenSource tokens;
    private final Connections connections;

    public Channel(ChannelConfig config, TokenSource tokens) {
        this.config = config;
        this.tokens = tokens;
        this.connections = new Connections(config);
    }

    public ChannelConfig config() {
        return config;
    }

    /**
     * Sends a request and waits for the response.
     *
     * @throws RpcException if there is none
     */
    public <Q extends MessageLite, A extends MessageLite> A call(
            Method<Q, A> method, Q request, Deadline deadline, boolean requireLeader) {
        byte[] body = request.toByteArray();
        int attempt = 0;
        boolean renewed = false;
        while (true) {
            String token = tokens.token();
            CallOptions options = new CallOptions(deadline, token, requireLeader);
            @Nullable Peer[] peer = new Peer[1];
            try {
                return once(method, body, options, peer);
            } catch (RpcException e) {
                config.observer()
                        .failed(config.endpoints().getFirst(), method.path(), attempt, peer[0], e);
                attempt++;
                if (deadline.isOver() || attempt >= ATTEMPTS_MAX) {
                    throw e;
                }
                if (!renewed && isAboutToken(e) && tokens.renew(token, deadline)) {
                    renewed = true;
                } else if (e.code() == Code.UNAVAILABLE
                        && (method.repeatable() || e.fate() == RpcException.Fate.UNSENT)) {
                    pause(attempt, deadline);
                } else {
                    throw e;
                }
            }
        }
    }

    private void requireSendable(byte[] body) {
        if (body.length > config.sendBytesMax()) {
            String text =
                    "trying to send message larger than max ("
                            + body.length
                            + " vs. "
                            + config.sendBytesMax()
                            + ")";
            throw new RpcException(Code.RESOURCE_EXHAUSTED, text, text, RpcException.Fate.UNSENT);
        }
    }

    private <Q extends MessageLite, A extends MessageLite> A once(
            Method<Q, A> method, byte[] body, CallOptions options, @Nullable Peer[] peer) {
        try {
            Connections.Ready ready = connections.acquire(options.deadline());
            peer[0] = peer(ready.connection());
            requireSendable(body);
            Call call = new Call(config.receiveBytesMax());
            call.start(ready.connection(), ready.authority(), method.path(), options, body, true);
            byte[] answer = call.next(options.deadline());
            if (answer == null || call.next(options.deadline()) != null) {
                throw RpcException.answered(
                        Code.INTERNAL, "not exactly one response to a unary call");
            }
            return parsed(method, answer);
        } catch (InterruptedException e) {
            throw RpcException.interrupted();
        }
    }

    static <A extends MessageLite> A parsed(Method<?, A> method, byte[] answer) {
        try {
            return method.parser().parseFrom(answer);
        } catch (InvalidProtocolBufferException e) {
            throw RpcException.answered(
                    Code.INTERNAL, "grpc: failed to unmarshal the received message: " + e);
        }
    }

    private static Peer peer(Http2Connection connection) {
        Wire wire = connection.wire();
        return new Peer(wire.remote(), wire.local(), wire.isSecure());
    }

    /** Whether a new login may help: the three answers at which etcd's client gets a new token. */
    public static boolean isAboutToken(RpcException failure) {
        String text = failure.description();
        return text.equals(EtcdError.INVALID_AUTH_TOKEN.text())
                || text.equals(EtcdError.AUTH_OLD_REVISION.text())
                || text.equals(EtcdError.USER_EMPTY.text());
    }

    /** Waits only when a majority of the members was asked since the last wait. */
    private void pause(int attempt, Deadline deadline) {
        int quorum = config.endpoints().size() / 2 + 1;
        if (attempt % quorum == 0) {
            pause(deadline);
        }
    }

    /** Waits as long as before any other attempt. */
    public void pause(Deadline deadline) {
        try {
            connections.pause(RETRY_WAIT, deadline);
        } catch (InterruptedException e) {
            throw RpcException.interrupted();
        }
    }

    /** Gets another token in place of one that a member did not take; false if there is none to get. */
    public boolean renewToken(String refused) {
        return tokens.renew(refused, Deadline.in(config.dialTimeout()));
    }

    /**
     * Opens a stream that lasts until one side ends it. It is never repeated: its user knows what has been said on it.
     *
     * @param openBy when a member must have been reached
     * @throws RpcException if no member could be reached in time
     */
    public <Q extends MessageLite, A extends MessageLite> StreamCall<Q, A> stream(
            Method<Q, A> method, Deadline openBy, boolean requireLeader) {
        return open(method, null, openBy, Deadline.never(), requireLeader);
    }

    /** Opens a stream on which only the server has more than one thing to say. */
    public <Q extends MessageLite, A extends MessageLite> StreamCall<Q, A> serverStream(
            Method<Q, A> method, Q request, Deadline deadline) {
        byte[] body = request.toByteArray();
        requireSendable(body);
        return open(method, body, deadline, deadline, false);
    }

    private <Q extends MessageLite, A extends MessageLite> StreamCall<Q, A> open(
            Method<Q, A> method,
            byte @Nullable [] only,
            Deadline openBy,
            Deadline deadline,
            boolean requireLeader) {
        try {
            while (true) {
                Connections.Ready ready = connections.acquire(openBy);
                Call call = new Call(config.receiveBytesMax());
                String token = tokens.token();
                try {
                    call.start(
                            ready.connection(),
                            ready.authority(),
                            method.path(),
                            new CallOptions(deadline, token, requireLeader),
                            only,
                            only != null);
                } catch (RpcException e) {
                    if (e.fate() == RpcException.Fate.UNSENT && !openBy.isOver()) {
                        continue;
                    }
                    throw e;
                }
                return new StreamCall<>(method, call, deadline, peer(ready.connection()), token);
            }
        } catch (InterruptedException e) {
            throw RpcException.interrupted();
        }
    }

    /** Ends all connections; calls that are under way fail. */
    @Override
    public void close() {
        connections.close();
    }
}
