package dev.quorate.verify.conform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.election.CampaignResponse;
import io.etcd.jetcd.kv.DeleteResponse;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.lease.LeaseTimeToLiveResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.CompactOption;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What jetcd, the Java client, offers. */
@Tag("interop")
final class JetcdTest {

    @TempDir static Path temp;

    private static Member member;
    private static Client client;

    @BeforeAll
    static void start() {
        member = Member.start(Toolchain.target(), temp.resolve("member"));
        client = Client.builder().endpoints(member.url()).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        member.close();
    }

    @Test
    void putGetDelete() throws Exception {
        KV kv = client.getKVClient();
        wait(kv.put(bytes("a"), bytes("1")));
        KeyValue previous =
                wait(kv.put(bytes("a"), bytes("2"), PutOption.builder().withPrevKV().build()))
                        .getPrevKv();
        assertThat(text(previous.getValue())).isEqualTo("1");
        GetResponse got = wait(kv.get(bytes("a")));
        assertThat(got.getCount()).isEqualTo(1);
        assertThat(got.getKvs().getFirst().getVersion()).isEqualTo(2);
        DeleteResponse deleted =
                wait(kv.delete(bytes("a"), DeleteOption.builder().withPrevKV(true).build()));
        assertThat(deleted.getDeleted()).isEqualTo(1);
        assertThat(text(deleted.getPrevKvs().getFirst().getValue())).isEqualTo("2");
        assertThat(wait(kv.get(bytes("a"))).getKvs()).isEmpty();
    }

    @Test
    void ranges() throws Exception {
        KV kv = client.getKVClient();
        for (int i = 0; i < 5; i++) {
            wait(kv.put(bytes("r/" + i), bytes("" + (4 - i))));
        }
        GetOption byValue =
                GetOption.builder()
                        .isPrefix(true)
                        .withSortField(GetOption.SortTarget.VALUE)
                        .withSortOrder(GetOption.SortOrder.ASCEND)
                        .withLimit(2)
                        .build();
        GetResponse got = wait(kv.get(bytes("r/"), byValue));
        assertThat(got.isMore()).isTrue();
        assertThat(got.getCount()).isEqualTo(5);
        assertThat(got.getKvs())
                .extracting(kvs -> text(kvs.getKey()))
                .containsExactly("r/4", "r/3");
        GetOption count = GetOption.builder().isPrefix(true).withCountOnly(true).build();
        assertThat(wait(kv.get(bytes("r/"), count)).getCount()).isEqualTo(5);
    }

    @Test
    void transactions() throws Exception {
        KV kv = client.getKVClient();
        wait(kv.put(bytes("t"), bytes("1")));
        TxnResponse done =
                wait(
                        kv.txn()
                                .If(new Cmp(bytes("t"), Cmp.Op.EQUAL, CmpTarget.value(bytes("1"))))
                                .Then(
                                        Op.put(bytes("t"), bytes("2"), PutOption.DEFAULT),
                                        Op.get(bytes("t"), GetOption.DEFAULT))
                                .Else(Op.delete(bytes("t"), DeleteOption.DEFAULT))
                                .commit());
        assertThat(done.isSucceeded()).isTrue();
        assertThat(text(done.getGetResponses().getFirst().getKvs().getFirst().getValue()))
                .isEqualTo("2");
    }

    @Test
    void watchAndCompaction() throws Exception {
        KV kv = client.getKVClient();
        BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
        long first = wait(kv.put(bytes("w/1"), bytes("a"))).getHeader().getRevision();
        WatchOption from =
                WatchOption.builder().isPrefix(true).withRevision(first).withPrevKV(true).build();
        Watch.Listener listener =
                Watch.listener(
                        (WatchResponse response) -> seen.addAll(response.getEvents()), seen::add);
        try (Watch.Watcher _ = client.getWatchClient().watch(bytes("w/"), from, listener)) {
            wait(kv.put(bytes("w/2"), bytes("b")));
            wait(kv.delete(bytes("w/1")));
            WatchEvent one = (WatchEvent) poll(seen);
            WatchEvent two = (WatchEvent) poll(seen);
            WatchEvent three = (WatchEvent) poll(seen);
            assertThat(text(one.getKeyValue().getKey())).isEqualTo("w/1");
            assertThat(text(two.getKeyValue().getKey())).isEqualTo("w/2");
            assertThat(three.getEventType()).isEqualTo(WatchEvent.EventType.DELETE);
            assertThat(text(three.getPrevKV().getValue())).isEqualTo("a");
        }
        wait(kv.compact(first + 1, CompactOption.builder().withCompactPhysical(true).build()));
        try (Watch.Watcher _ = client.getWatchClient().watch(bytes("w/"), from, listener)) {
            assertThat(poll(seen))
                    .isInstanceOf(io.etcd.jetcd.common.exception.CompactedException.class);
        }
    }

    @Test
    void leases() throws Exception {
        Lease leases = client.getLeaseClient();
        long id = wait(leases.grant(60)).getID();
        PutOption attached = PutOption.builder().withLeaseId(id).build();
        wait(client.getKVClient().put(bytes("l"), bytes("x"), attached));
        LeaseTimeToLiveResponse left =
                wait(leases.timeToLive(id, LeaseOption.builder().withAttachedKeys().build()));
        assertThat(left.getGrantedTTL()).isEqualTo(60);
        assertThat(left.getTTL()).isBetween(50L, 60L);
        assertThat(left.getKeys()).hasSize(1);
        assertThat(wait(leases.keepAliveOnce(id)).getTTL()).isEqualTo(60);
        wait(leases.revoke(id));
        assertThat(wait(client.getKVClient().get(bytes("l"))).getKvs()).isEmpty();
        assertThatThrownBy(() -> wait(leases.revoke(id)))
                .hasMessageContaining("requested lease not found");
    }

    @Test
    void lockAndElection() throws Exception {
        long id = wait(client.getLeaseClient().grant(60)).getID();
        ByteSequence key = wait(client.getLockClient().lock(bytes("lock"), id)).getKey();
        assertThat(text(key)).isEqualTo("lock/" + Long.toHexString(id));
        wait(client.getLockClient().unlock(key));
        CampaignResponse won =
                wait(client.getElectionClient().campaign(bytes("election"), id, bytes("me")));
        assertThat(
                        text(
                                wait(client.getElectionClient().leader(bytes("election")))
                                        .getKv()
                                        .getValue()))
                .isEqualTo("me");
        wait(client.getElectionClient().proclaim(won.getLeader(), bytes("still me")));
        wait(client.getElectionClient().resign(won.getLeader()));
    }

    @Test
    void maintenanceAndMembers() throws Exception {
        assertThat(wait(client.getMaintenanceClient().statusMember(member.url())).getVersion())
                .isEqualTo("3.7.1");
        assertThat(wait(client.getMaintenanceClient().listAlarms()).getAlarms()).isEmpty();
        assertThat(wait(client.getMaintenanceClient().hashKV(member.url(), 0)).getHash())
                .isNotZero();
        assertThat(wait(client.getClusterClient().listMember()).getMembers())
                .extracting(m -> m.getName())
                .isEqualTo(List.of(Member.NAME));
        java.io.ByteArrayOutputStream file = new java.io.ByteArrayOutputStream();
        wait(client.getMaintenanceClient().snapshot(file));
        assertThat(file.size() % 512).as("a database and its SHA-256").isEqualTo(32);
    }

    private static Object poll(BlockingQueue<Object> queue) throws InterruptedException {
        Object next = queue.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("an event within ten seconds").isNotNull();
        return next;
    }

    private static <T> T wait(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, UTF_8);
    }

    private static String text(ByteSequence bytes) {
        return bytes.toString(UTF_8);
    }
}
