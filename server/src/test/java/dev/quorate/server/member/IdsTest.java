package dev.quorate.server.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Ids that real etcd gave to members with these flags. */
class IdsTest {
    @Test
    void membersOfAStaticClusterHaveEtcdsIds() {
        assertThat(idOf("http://127.0.0.1:12380")).isEqualTo("8211f1d0f64f3269");
        assertThat(idOf("http://127.0.0.1:22380")).isEqualTo("91bc3c398fb3c146");
        assertThat(idOf("http://127.0.0.1:32380")).isEqualTo("fd422379fda50e48");
    }

    private static String idOf(String peerUrl) {
        return Ids.text(Ids.bootstrapMember(List.of(peerUrl), "etcd-cluster-1"));
    }
}
