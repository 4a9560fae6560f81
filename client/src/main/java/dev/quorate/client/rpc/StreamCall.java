package dev.quorate.client.rpc;

import com.google.protobuf.MessageLite;
import dev.quorate.client.rpc.ChannelConfig.Peer;
import org.jspecify.annotations.Nullable;

/** A stream of requests and responses on one connection. Safe for one sender, one receiver, and any number of cancellers. */
public final class StreamCall<Q extends MessageLite, A extends MessageLite>
        implements AutoCloseable {
    private final Method<Q, A> method;
    private final Call call;
    private final Deadline deadline;
    private final Peer peer;
    private final String token;

    StreamCall(Method<Q, A> method, Call call, Deadline deadline, Peer peer, String token) {
        this.method = method;
        this.call = call;
        this.deadline = deadline;
        this.peer = peer;
        this.token = token;
    }

    /** Who answers. */
    public Peer peer() {
        return peer;
    }

    /** The token with which the stream was opened, or empty. */
    public String token() {
        return token;
    }

    /** Sends a request; false if the stream has ended, and {@link #next} says why. */
    public boolean send(Q request) {
        try {
            return call.send(request.toByteArray(), deadline);
        } catch (InterruptedException e) {
            throw RpcException.interrupted();
        }
    }

    /** Says that no more requests follow. */
    public void closeSend() {
        try {
            call.closeSend(deadline);
        } catch (InterruptedException e) {
            throw RpcException.interrupted();
        }
    }

    /**
     * Waits for the next response; null when the server ended the stream well.
     *
     * @throws RpcException if it ended otherwise, or the stream's deadline passed
     */
    public @Nullable A next() {
        return next(deadline);
    }

    /** The same, with a deadline of its own; when it passes, the stream is given up. */
    public @Nullable A next(Deadline deadline) {
        try {
            byte[] answer = call.next(deadline);
            return answer == null ? null : Channel.parsed(method, answer);
        } catch (InterruptedException e) {
            call.cancel();
            throw RpcException.interrupted();
        }
    }

    /** Gives the stream up; whoever waits in {@link #next} gets an exception. */
    @Override
    public void close() {
        call.cancel();
    }
}
