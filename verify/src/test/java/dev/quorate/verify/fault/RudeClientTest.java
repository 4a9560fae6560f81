package dev.quorate.verify.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that send what no client should: the member refuses them, serves the others, and does not grow. */
class RudeClientTest {
    private static final int SOCKETS = 100;
    private static final int IDLE = 10_000;

    /** The heap of the program is 96 MiB; code, threads and buffers come on top. */
    private static final long RESIDENT_KIB_MAX = 700L << 10;

    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path home;

    private final List<Socket> sockets = new ArrayList<>();
    private final Random random = new Random(1);
    private Victim victim;
    private Gateway member;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        victim = Victim.launch(home).serving();
        member = new Gateway(victim.clientPort());
        channel =
                ManagedChannelBuilder.forAddress("127.0.0.1", victim.clientPort())
                        .usePlaintext()
                        .build();
        member.put("polite", "1");
    }

    @AfterEach
    void stop() throws Exception {
        try (Victim last = victim;
                Gateway gateway = member) {
            for (Socket socket : sockets) {
                socket.close();
            }
            channel.shutdownNow();
            assertThat(gateway.put("polite", "last")).isPositive();
            assertThat(residentKib()).isLessThan(RESIDENT_KIB_MAX);
            assertThat(last.fatalLines()).isEmpty();
            assertThat(last.isAlive()).isTrue();
        }
    }

    @Test
    void largeRequestsAreRefused() throws Exception {
        String large = "x".repeat(2 << 20);
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> member.put("large", large))
                    .isInstanceOf(Gateway.RefusedException.class);
        }
        assertThat(member.range("large", "largf").found()).isEmpty();
    }

    @Test
    void garbageOnThePortHarmsNobody() throws Exception {
        for (int i = 0; i < SOCKETS; i++) {
            byte[] garbage = new byte[1 + random.nextInt(4096)];
            random.nextBytes(garbage);
            Socket socket = connect();
            try {
                if (i % 2 == 0) {
                    socket.getOutputStream().write(PREFACE);
                }
                socket.getOutputStream().write(garbage);
            } catch (IOException _) {
                continue; // cut off in the middle, as it should be
            }
        }
    }

    @Test
    void halfOpenStreamsHarmNobody() throws Exception {
        byte[] half =
                "POST /v3/kv/put HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n{"
                        .getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < SOCKETS; i++) {
            byte[] said = i % 2 == 0 ? half : PREFACE;
            connect().getOutputStream().write(said, 0, said.length - i % 7);
        }
        assertThat(member.put("polite", "2")).isPositive();
    }

    @Test
    void unknownFieldsAreIgnored() {
        // key = "k", value = "v", and field 1000 of a later version
        byte[] put = {0x0a, 1, 'k', 0x12, 1, 'v', (byte) 0xc0, 0x3e, 7};
        assertThat(call("etcdserverpb.KV/Put", put)).isNotEmpty();
    }

    @Test
    void whatDoesNotParseIsRefusedInWordsOfEtcd() {
        byte[] cutOff = {0x0a, 100, 'k'};
        assertThat(refusal("etcdserverpb.KV/Put", cutOff))
                .isEqualTo(
                        "INTERNAL: grpc: error unmarshalling request: proto: cannot parse invalid wire-format data");
        byte[] notUtf8 = {0x0a, 2, (byte) 0xff, (byte) 0xfe};
        assertThat(refusal("etcdserverpb.Auth/UserAdd", notUtf8))
                .isEqualTo(
                        "INTERNAL: grpc: error unmarshalling request: string field contains invalid UTF-8");
        assertThat(refusal("etcdserverpb.KV/Nothing", new byte[0]))
                .isEqualTo("UNIMPLEMENTED: unknown method Nothing for service etcdserverpb.KV");
    }

    @Test
    @Tag("slow")
    void idleConnectionsHarmNobody() throws Exception {
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        assumeTrue(
                system.getMaxFileDescriptorCount() > IDLE + 1000,
                "needs " + IDLE + " file descriptors; raise the hard limit with ulimit -Hn");
        for (int i = 0; i < IDLE; i++) {
            connect();
        }
        assertThat(member.put("polite", "3")).isPositive();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), victim.clientPort());
        sockets.add(socket);
        return socket;
    }

    private String refusal(String method, byte[] request) {
        try {
            call(method, request);
        } catch (StatusRuntimeException e) {
            Status status = e.getStatus();
            return status.getCode() + ": " + status.getDescription();
        }
        return "OK";
    }

    private byte[] call(String method, byte[] request) {
        MethodDescriptor<byte[], byte[]> descriptor =
                MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName(method)
                        .build();
        return ClientCalls.blockingUnaryCall(channel, descriptor, CallOptions.DEFAULT, request);
    }

    private long residentKib() throws IOException {
        Path status = Path.of("/proc", Long.toString(victim.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new AssertionError("no VmRSS");
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
