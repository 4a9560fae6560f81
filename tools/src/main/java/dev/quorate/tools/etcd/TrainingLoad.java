package dev.quorate.tools.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Calls a member over gRPC as a client would, so that the training run passes through the hot path: plain HTTP/2 frames, headers as
 * literals, many calls under way on one connection.
 */
final class TrainingLoad {
    private static final int ROUNDS = 6;
    private static final int CALLS_PER_ROUND = 50;
    private static final int TIMEOUT_MILLIS = 20_000;

    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int WINDOW_BYTES = 1 << 30;
    private static final int VALUE_BYTES = 256;

    private final DataOutputStream out;
    private final DataInputStream in;
    private int nextStream = 1;

    private TrainingLoad(Socket socket) throws IOException {
        this.out = new DataOutputStream(socket.getOutputStream());
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Puts and gets a few hundred times. */
    static void run(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            TrainingLoad load = new TrainingLoad(socket);
            load.greet();
            ByteString value = ByteString.copyFrom(new byte[VALUE_BYTES]);
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < CALLS_PER_ROUND; i++) {
                    ByteString key = ByteString.copyFromUtf8("key" + round % 7 + "/" + i);
                    if (round % 2 == 0) {
                        load.call(
                                "Put", PutRequest.newBuilder().setKey(key).setValue(value).build());
                    } else {
                        load.call("Range", RangeRequest.newBuilder().setKey(key).build());
                    }
                }
                load.awaitAnswers(CALLS_PER_ROUND);
            }
        }
    }

    private void greet() throws IOException {
        out.write(PREFACE);
        frame(SETTINGS, 0, 0, new byte[0]);
        frame(
                WINDOW_UPDATE,
                0,
                0,
                new byte[] {
                    (byte) (WINDOW_BYTES >>> 24),
                    (byte) (WINDOW_BYTES >>> 16),
                    (byte) (WINDOW_BYTES >>> 8),
                    (byte) WINDOW_BYTES
                });
    }

    private void call(String method, MessageLite request) throws IOException {
        int stream = nextStream;
        nextStream += 2;
        var headers = new ByteArrayOutputStream();
        literal(headers, ":method", "POST");
        literal(headers, ":scheme", "http");
        literal(headers, ":path", "/etcdserverpb.KV/" + method);
        literal(headers, ":authority", "127.0.0.1");
        literal(headers, "content-type", "application/grpc");
        literal(headers, "te", "trailers");
        frame(HEADERS, END_HEADERS, stream, headers.toByteArray());
        byte[] message = request.toByteArray();
        var data = new ByteArrayOutputStream();
        var prefixed = new DataOutputStream(data);
        prefixed.writeByte(0);
        prefixed.writeInt(message.length);
        prefixed.write(message);
        frame(DATA, END_STREAM, stream, data.toByteArray());
    }

    private void awaitAnswers(int count) throws IOException {
        out.flush();
        int left = count;
        while (left > 0) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            in.readInt();
            if (in.readNBytes(length).length < length) {
                throw new EOFException("the server closed the connection");
            }
            if (type == SETTINGS && (flags & ACK) == 0) {
                frame(SETTINGS, ACK, 0, new byte[0]);
            } else if (type == HEADERS && (flags & END_STREAM) != 0) {
                left--;
            }
        }
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        out.writeByte(payload.length >>> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }

    /** A header field that is not indexed and not compressed: RFC 7541, section 6.2.2. */
    private static void literal(ByteArrayOutputStream to, String name, String value) {
        to.write(0);
        to.write(name.length());
        to.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        to.write(value.length());
        to.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }
}
