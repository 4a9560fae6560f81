package dev.quorate.client.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.ClientConfig;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is sent again and what is not, and who is asked, against a server that misbehaves on demand. */
final class ChannelTest {
    private static final byte[] PUT =
            PutResponse.newBuilder()
                    .setHeader(ResponseHeader.newBuilder().setRevision(77).setMemberId(-5))
                    .build()
                    .toByteArray();
    private static final byte[] RANGE =
            RangeResponse.newBuilder().setCount(3).build().toByteArray();

    private static Client client(Duration timeout, String... endpoints) {
        return Client.connect(
                ClientConfig.builder(List.of(endpoints)).requestTimeout(timeout).seed(1).build());
    }

    private static Client client(FakeServer server) {
        return client(Duration.ofSeconds(20), server.endpoint());
    }

    @Test
    void readsAnAnswerInSmallPieces() throws IOException {
        try (FakeServer server = new FakeServer(PUT);
                Client client = client(server)) {
            assertThat(client.kv().put("a", "b").getHeader().getRevision()).isEqualTo(77);
            assertThat(client.kv().put("a", "b").getHeader().getMemberId()).isEqualTo(-5);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FakeServer.Act.class,
            names = {"REFUSE", "GO_AWAY"})
    void writesAreSentAgainIfNobodyLookedAtThem(FakeServer.Act act) throws IOException {
        try (FakeServer server = new FakeServer(PUT, act, act);
                Client client = client(server)) {
            assertThat(client.kv().put("a", "b").getHeader().getRevision()).isEqualTo(77);
            assertThat(server.requests).hasValue(3);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FakeServer.Act.class,
            names = {"HANG_UP", "UNAVAILABLE"})
    void writesAreNotSentAgainIfTheyMayHaveBeenDone(FakeServer.Act act) throws IOException {
        try (FakeServer server = new FakeServer(PUT, act);
                Client client = client(server)) {
            assertThatThrownBy(() -> client.kv().put("a", "b"))
                    .isInstanceOfSatisfying(
                            RpcException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.UNAVAILABLE));
            assertThat(server.requests).hasValue(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FakeServer.Act.class,
            names = {"REFUSE", "GO_AWAY", "HANG_UP", "UNAVAILABLE"})
    void readsAreSentAgain(FakeServer.Act act) throws IOException {
        try (FakeServer server = new FakeServer(RANGE, act, act, act);
                Client client = client(server)) {
            assertThat(client.kv().get("a").getCount()).isEqualTo(3);
            assertThat(server.requests).hasValue(4);
        }
    }

    @Test
    void aDeadlineEndsTheWait() throws IOException {
        try (FakeServer server = new FakeServer(RANGE, FakeServer.Act.SILENCE);
                Client client = client(Duration.ofMillis(200), server.endpoint())) {
            assertThatThrownBy(() -> client.kv().get("a")).hasMessage("context deadline exceeded");
            assertThat(client.kv().get("a").getCount())
                    .as("the connection is as good as before")
                    .isEqualTo(3);
        }
    }

    @Test
    void goesOnToAMemberThatAnswers() throws IOException {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FakeServer server = new FakeServer(PUT)) {
            String closed = "127.0.0.1:" + unusedPort();
            String silent = "127.0.0.1:" + deaf.getLocalPort();
            for (long seed = 0; seed < 4; seed++) {
                try (Client client =
                        Client.connect(
                                ClientConfig.builder(List.of(closed, silent, server.endpoint()))
                                        .requestTimeout(Duration.ofSeconds(20))
                                        .seed(seed)
                                        .build())) {
                    assertThat(client.kv().put("a", "b").getHeader().getRevision()).isEqualTo(77);
                }
            }
        }
    }

    @Test
    void saysWhyNobodyCanBeReached() throws IOException {
        String closed = "127.0.0.1:" + unusedPort();
        try (Client client = client(Duration.ofMillis(300), closed)) {
            assertThatThrownBy(() -> client.kv().get("a"))
                    .isInstanceOfSatisfying(
                            RpcException.class,
                            e ->
                                    assertThat(e.goText())
                                            .isEqualTo(
                                                    "rpc error: code = DeadlineExceeded desc ="
                                                            + " latest balancer error: connection"
                                                            + " error: desc = \"transport: Error"
                                                            + " while dialing: dial tcp "
                                                            + closed
                                                            + ": connect: connection refused\""));
        }
    }

    @Test
    void largeRequestsWaitForTheWindow() throws IOException {
        try (FakeServer server = new FakeServer(PUT);
                Client client = client(server)) {
            ByteString value = ByteString.copyFrom(new byte[1_500_000]);
            client.kv().put(ByteString.copyFromUtf8("big"), value);
            assertThat(server.bodyBytes.get()).isGreaterThan(value.size());
        }
    }

    @Test
    void tooLargeRequestsAreNotSent() throws IOException {
        try (FakeServer server = new FakeServer(PUT);
                Client client = client(server)) {
            PutRequest request =
                    PutRequest.newBuilder()
                            .setValue(ByteString.copyFrom(new byte[3 << 20]))
                            .build();
            assertThatThrownBy(() -> client.kv().put(request))
                    .hasMessageStartingWith("trying to send message larger than max");
            assertThat(server.requests).hasValue(0);
        }
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
