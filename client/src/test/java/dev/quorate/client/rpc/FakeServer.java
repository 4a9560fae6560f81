package dev.quorate.client.rpc;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

/** The other side of a connection, frame by frame: does to each request what it was told to do. */
final class FakeServer implements AutoCloseable {
    /** What to do with one request. */
    enum Act {
        ANSWER,
        /** Trailers with status Unavailable. */
        UNAVAILABLE,
        /** RST_STREAM with REFUSED_STREAM. */
        REFUSE,
        /** GOAWAY that leaves the request out, and the end of the connection. */
        GO_AWAY,
        /** The end of the connection, when the whole request has come. */
        HANG_UP,
        /** Nothing at all. */
        SILENCE
    }

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;

    private final ServerSocket socket;
    private final Queue<Act> script = new ArrayDeque<>();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger bodyBytes = new AtomicInteger();
    private final byte[] answer;

    /**
     * @param answer the message with which requests are answered
     */
    FakeServer(byte[] answer, Act... acts) throws IOException {
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.answer = answer;
        script.addAll(List.of(acts));
        Thread.ofPlatform().daemon(true).start(this::accept);
    }

    String endpoint() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket one = socket.accept();
                Thread.ofPlatform().daemon(true).start(() -> serve(one));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket one) {
        try (one) {
            DataInputStream in = new DataInputStream(one.getInputStream());
            DataOutputStream out = new DataOutputStream(one.getOutputStream());
            in.readNBytes(24);
            frame(out, SETTINGS, 0, 0, new byte[0]);
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                in.readNBytes(length);
                if (type == DATA) {
                    bodyBytes.addAndGet(length);
                    if (length > 0) {
                        window(out, 0, length);
                        window(out, stream, length);
                    }
                }
                if (type == DATA && (flags & 1) != 0 && !act(out, stream)) {
                    return;
                }
            }
        } catch (IOException e) {
            return; // the client is gone
        }
    }

    private synchronized Act next() {
        Act act = script.poll();
        return act == null ? Act.ANSWER : act;
    }

    private boolean act(DataOutputStream out, int stream) throws IOException {
        requests.incrementAndGet();
        switch (next()) {
            case ANSWER -> answer(out, stream);
            case UNAVAILABLE -> {
                ByteArrayOutputStream fields = new ByteArrayOutputStream();
                literal(fields, ":status", "200");
                literal(fields, "grpc-status", "14");
                literal(fields, "grpc-message", "etcdserver: no leader");
                frame(out, HEADERS, 5, stream, fields.toByteArray());
            }
            case REFUSE -> frame(out, RST_STREAM, 0, stream, new byte[] {0, 0, 0, 7});
            case GO_AWAY -> {
                frame(out, GOAWAY, 0, 0, new byte[8]);
                return false;
            }
            case HANG_UP -> {
                return false;
            }
            case SILENCE -> {}
        }
        return true;
    }

    private void answer(DataOutputStream out, int stream) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        literal(head, ":status", "200");
        frame(out, HEADERS, 4, stream, head.toByteArray());
        byte[] message = new byte[5 + answer.length];
        message[3] = (byte) (answer.length >> 8);
        message[4] = (byte) answer.length;
        System.arraycopy(answer, 0, message, 5, answer.length);
        for (int at = 0; at < message.length; at += 7) { // cut where it hurts
            byte[] piece = Arrays.copyOfRange(message, at, Math.min(message.length, at + 7));
            frame(out, DATA, 0, stream, piece);
        }
        ByteArrayOutputStream tail = new ByteArrayOutputStream();
        literal(tail, "grpc-status", "0");
        frame(out, HEADERS, 5, stream, tail.toByteArray());
    }

    private static void window(DataOutputStream out, int stream, int more) throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        new DataOutputStream(payload).writeInt(more);
        frame(out, WINDOW_UPDATE, 0, stream, payload.toByteArray());
    }

    private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] payload)
            throws IOException {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
        out.flush();
    }

    private static void literal(ByteArrayOutputStream to, String name, String value) {
        to.write(0);
        to.write(name.length());
        to.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        to.write(value.length());
        to.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
