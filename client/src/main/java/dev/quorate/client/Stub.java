package dev.quorate.client;

import com.google.protobuf.MessageLite;
import dev.quorate.client.rpc.Channel;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.Method;
import java.time.Duration;

/**
 * What the services share: a channel and how calls are made on it.
 *
 * @param timeout of a request; zero for none
 * @param requireLeader whether members without a leader shall refuse
 */
record Stub(Channel channel, Duration timeout, boolean requireLeader) {

    <Q extends MessageLite, A extends MessageLite> A call(Method<Q, A> method, Q request) {
        return channel.call(method, request, deadline(), requireLeader);
    }

    Deadline deadline() {
        return timeout.isZero() ? Deadline.never() : Deadline.in(timeout);
    }

    Stub within(Duration other) {
        return new Stub(channel, other, requireLeader);
    }
}
