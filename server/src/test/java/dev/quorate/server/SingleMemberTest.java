package dev.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.server.config.ServerConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SingleMemberTest {
    @TempDir Path directory;

    @Test
    void whatWasAcknowledgedIsThereAfterARestart() throws Exception {
        ServerConfig config = ServerConfig.loopback("one", directory.resolve("data"), 2380, 2379);
        try (var member = new RunningMember(config)) {
            for (int i = 0; i < 100; i++) {
                PutResponse put = member.call("Put", put("k" + i, "v" + i));
                assertThat(put.getHeader().getRevision()).isEqualTo(i + 2);
            }
            assertThat(value(member, "k7")).isEqualTo("v7");
        }
        try (var member = new RunningMember(config)) {
            assertThat(value(member, "k99")).isEqualTo("v99");
            PutResponse put = member.call("Put", put("k0", "again"));
            assertThat(put.getHeader().getRevision()).isEqualTo(102);
        }
    }

    private static PutRequest put(String key, String value) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    private static String value(RunningMember member, String key) throws Exception {
        RangeResponse response =
                member.call(
                        "Range",
                        RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build());
        return response.getKvs(0).getValue().toStringUtf8();
    }
}
