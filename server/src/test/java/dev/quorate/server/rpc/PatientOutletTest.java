package dev.quorate.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.SnapshotResponse;
import dev.quorate.server.service.Cancellation;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PatientOutletTest {
    private final CountDownLatch waits = new CountDownLatch(1);
    private final List<String> refusals = new ArrayList<>();
    private final List<PatientOutlet> closed = new ArrayList<>();

    @Test
    void endsWhoeverWaitsForASlowClient() throws Exception {
        PatientOutlet patient = new PatientOutlet(new Stuck(), new Cancellation(), closed::add);
        CompletableFuture<String> sender =
                CompletableFuture.supplyAsync(() -> {
                    try (patient) {
                        patient.send(Payload.of(SnapshotResponse.getDefaultInstance()));
                        return "sent";
                    } catch (IOException e) {
                        return e.getMessage();
                    }
                });
        assertThat(waits.await(10, TimeUnit.SECONDS)).isTrue();
        patient.end(EtcdError.NO_LEADER.exception());
        assertThat(sender.get(10, TimeUnit.SECONDS)).isEqualTo("the stream was ended");
        assertThat(refusals).containsExactly("etcdserver: no leader");
        assertThat(closed).containsExactly(patient);
    }

    /** A client that reads nothing. */
    private final class Stuck implements Outlet {
        @Override
        public void send(Payload message) {
            throw new AssertionError("there is no room");
        }

        @Override
        public boolean isWritable() {
            return false;
        }

        @Override
        public void onWritable(Runnable action) {
            waits.countDown();
        }

        @Override
        public void finish() {}

        @Override
        public void fail(StatusException refusal) {
            refusals.add(refusal.description());
        }
    }
}
