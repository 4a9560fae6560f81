package dev.quorate.client.rpc;

import dev.quorate.client.http2.Header;
import dev.quorate.client.http2.Http2Connection;
import dev.quorate.client.http2.Http2Stream;
import dev.quorate.client.http2.StreamListener;
import dev.quorate.proto.error.Code;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One call on one connection, in octets: messages are cut out of the stream as gRPC frames them.
 *
 * <p>Messages wait here until they are taken. While more than {@link #WAITING_BYTES_MAX} wait, the peer gets no new window: a slow reader
 * slows the server, not the memory. Safe for one sender, one taker and any number of cancellers.
 */
final class Call implements StreamListener {
    static final int WAITING_BYTES_MAX = 4 << 20;

    private static final int PREFIX_BYTES = 5;
    private static final String USER_AGENT = "quorate-client";

    private final int receiveBytesMax;

    private @Nullable Http2Stream stream;
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int owedBytes;
    private boolean early = true;
    private boolean cancelled;
    private @Nullable RpcException refused;
    private @Nullable RpcException end;
    private boolean ended;

    private final byte[] prefix = new byte[PREFIX_BYTES];
    private int prefixBytes;
    private byte @Nullable [] message;
    private int messageBytes;
    private int received;

    Call(int receiveBytesMax) {
        this.receiveBytesMax = receiveBytesMax;
    }

    /**
     * Sends the request's head and, where given, its first message.
     *
     * @param last whether no message follows
     */
    void start(
            Http2Connection connection,
            String authority,
            String path,
            CallOptions options,
            byte @Nullable [] first,
            boolean last)
            throws InterruptedException {
        Http2Stream opened;
        try {
            opened =
                    connection.open(
                            authority,
                            path,
                            fields -> head(fields, options),
                            first == null ? null : framed(first),
                            last,
                            this,
                            options.deadline().nanos());
        } catch (IOException e) {
            return; // told by failed()
        }
        if (opened == null) {
            throw new RpcException(
                    Code.UNAVAILABLE,
                    "the connection is closing",
                    "the connection is closing",
                    RpcException.Fate.UNSENT);
        }
        int give;
        boolean abandoned;
        synchronized (this) {
            stream = opened;
            give = repay();
            abandoned = cancelled;
        }
        opened.consumed(give);
        if (abandoned) {
            opened.cancel();
        }
    }

    private static void head(Http2Connection.Fields fields, CallOptions options) {
        fields.repeated("content-type", "application/grpc");
        fields.repeated("user-agent", USER_AGENT);
        fields.repeated("te", "trailers");
        if (options.deadline().isSet()) {
            fields.single("grpc-timeout", timeout(options.deadline().leftNanos()));
        }
        if (options.requireLeader()) {
            fields.repeated("hasleader", "true");
        }
        if (!options.token().isEmpty()) {
            fields.secret("token", options.token());
        }
    }

    /** At most eight digits and a unit. */
    private static String timeout(long nanos) {
        long micros = Math.max(1, nanos / 1000);
        if (micros < 100_000_000) {
            return micros + "u";
        }
        long millis = micros / 1000;
        return millis < 100_000_000 ? millis + "m" : Math.min(millis / 1000, 99_999_999) + "S";
    }

    private static byte[] framed(byte[] message) {
        byte[] framed = new byte[PREFIX_BYTES + message.length];
        int length = message.length;
        framed[1] = (byte) (length >>> 24);
        framed[2] = (byte) (length >>> 16);
        framed[3] = (byte) (length >>> 8);
        framed[4] = (byte) length;
        System.arraycopy(message, 0, framed, PREFIX_BYTES, length);
        return framed;
    }

    /** Sends one message more; false if the call has ended. */
    boolean send(byte[] next, Deadline deadline) throws InterruptedException {
        Http2Stream target;
        synchronized (this) {
            target = stream;
            if (ended || target == null) {
                return false;
            }
        }
        try {
            return target.send(framed(next), false, deadline.nanos());
        } catch (IOException e) {
            return false; // told by failed()
        }
    }

    /** Says that no message follows. */
    void closeSend(Deadline deadline) throws InterruptedException {
        Http2Stream target;
        synchronized (this) {
            target = stream;
        }
        if (target != null) {
            try {
                target.send(new byte[0], true, deadline.nanos());
            } catch (IOException e) {
                return; // told by failed()
            }
        }
    }

    /**
     * The next message; null when the call ended well.
     *
     * @throws RpcException when it did not, or the deadline passed
     */
    byte @Nullable [] next(Deadline deadline) throws InterruptedException {
        byte[] taken;
        int give;
        Http2Stream target;
        synchronized (this) {
            while (waiting.isEmpty() && !ended) {
                long left = deadline.leftNanos();
                if (left <= 0) {
                    break;
                }
                wait(Math.max(1, left / 1_000_000));
            }
            if (waiting.isEmpty()) {
                if (ended && end != null) {
                    throw end;
                }
                if (ended) {
                    return null;
                }
                taken = null;
                give = 0;
            } else {
                taken = waiting.remove();
                waitingBytes -= taken.length;
                give = repay();
            }
            target = stream;
        }
        if (taken == null) {
            cancel();
            throw RpcException.late("context deadline exceeded", RpcException.Fate.UNKNOWN);
        }
        if (target != null) {
            target.consumed(give);
        }
        return taken;
    }

    /** Gives up; whoever waits for a message gets an exception. */
    void cancel() {
        abandon(RpcException.cancelled());
    }

    private void abandon(RpcException status) {
        Http2Stream target;
        synchronized (this) {
            if (ended) {
                return;
            }
            cancelled = true;
            target = stream;
            finish(status);
        }
        if (target != null) {
            target.cancel();
        }
    }

    /** How much of its window the peer gets back now: all that is owed, if few enough octets wait. */
    private int repay() {
        if (stream == null || ended || waitingBytes >= WAITING_BYTES_MAX) {
            return 0;
        }
        int give = owedBytes;
        owedBytes = 0;
        return give;
    }

    @Override
    public void data(byte[] from, int offset, int length, boolean last) {
        RpcException refusal = null;
        int give;
        Http2Stream target;
        synchronized (this) {
            int at = offset;
            int stop = offset + length;
            while (at < stop && !ended && refusal == null) {
                at += message == null ? prefix(from, at, stop) : body(from, at, stop);
                refusal = refused;
            }
            owedBytes += length;
            give = repay();
            target = stream;
            if (last) {
                finish(
                        RpcException.answered(
                                Code.INTERNAL,
                                "server closed the stream without sending trailers"));
            }
        }
        if (refusal != null) {
            abandon(refusal);
        } else if (target != null) {
            target.consumed(give);
        }
    }

    private int prefix(byte[] from, int at, int stop) {
        int count = Math.min(stop - at, PREFIX_BYTES - prefixBytes);
        System.arraycopy(from, at, prefix, prefixBytes, count);
        prefixBytes += count;
        if (prefixBytes == PREFIX_BYTES) {
            begin();
        }
        return count;
    }

    private void begin() {
        prefixBytes = 0;
        int length =
                ((prefix[1] & 0xff) << 24)
                        | ((prefix[2] & 0xff) << 16)
                        | ((prefix[3] & 0xff) << 8)
                        | (prefix[4] & 0xff);
        if (prefix[0] != 0) {
            refused =
                    RpcException.answered(
                            Code.INTERNAL,
                            "grpc: compressed flag set with identity or empty encoding");
        } else if (length < 0 || length > receiveBytesMax) {
            refused =
                    RpcException.answered(
                            Code.RESOURCE_EXHAUSTED,
                            "grpc: received message larger than max ("
                                    + Integer.toUnsignedString(length)
                                    + " vs. "
                                    + receiveBytesMax
                                    + ")");
        } else {
            message = new byte[Math.min(length, WAITING_BYTES_MAX)];
            messageBytes = length;
            received = 0;
            complete();
        }
    }

    /** Copies into the message, which grows with what arrives: a length alone does not cost memory. */
    private int body(byte[] from, int at, int stop) {
        byte[] into = message;
        if (into == null) {
            return 0;
        }
        int count = Math.min(stop - at, messageBytes - received);
        if (received + count > into.length) {
            int room = (int) Math.min(messageBytes, Math.max(2L * into.length, received + count));
            into = Arrays.copyOf(into, room);
            message = into;
        }
        System.arraycopy(from, at, into, received, count);
        received += count;
        complete();
        return count;
    }

    private void complete() {
        byte[] whole = message;
        if (whole != null && received == messageBytes) {
            waiting.add(whole);
            waitingBytes += whole.length;
            message = null;
            notifyAll();
        }
    }

    @Override
    public void headers(List<Header> fields, boolean last) {
        String status = find(fields, ":status");
        synchronized (this) {
            boolean plain = early && !status.equals("200");
            early = false;
            if (!plain || !find(fields, "grpc-status").isEmpty()) {
                if (last) {
                    finish(Trailers.status(fields));
                }
                return;
            }
        }
        abandon(
                RpcException.answered(
                        codeOfHttp(status),
                        "unexpected HTTP status code received from server: " + status));
    }

    private static Code codeOfHttp(String status) {
        return switch (status) {
            case "400" -> Code.INTERNAL;
            case "401" -> Code.UNAUTHENTICATED;
            case "403" -> Code.PERMISSION_DENIED;
            case "404" -> Code.UNIMPLEMENTED;
            case "429", "502", "503", "504" -> Code.UNAVAILABLE;
            default -> Code.UNKNOWN;
        };
    }

    static String find(List<Header> fields, String name) {
        for (Header field : fields) {
            if (field.name().equals(name)) {
                return field.value();
            }
        }
        return "";
    }

    @Override
    public synchronized void failed(Failure failure) {
        finish(
                switch (failure.kind()) {
                    case UNPROCESSED ->
                            new RpcException(
                                    Code.UNAVAILABLE,
                                    failure.text(),
                                    failure.text(),
                                    RpcException.Fate.UNSENT);
                    case LOST ->
                            new RpcException(
                                    Code.UNAVAILABLE,
                                    failure.text(),
                                    failure.text(),
                                    RpcException.Fate.UNKNOWN);
                    case RESET ->
                            new RpcException(
                                    Trailers.codeOf(failure.code()),
                                    failure.text(),
                                    failure.text(),
                                    RpcException.Fate.UNKNOWN);
                });
    }

    private void finish(@Nullable RpcException status) {
        if (!ended) {
            ended = true;
            end = status;
            notifyAll();
        }
    }
}
