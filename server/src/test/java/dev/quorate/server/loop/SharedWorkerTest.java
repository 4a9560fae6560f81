package dev.quorate.server.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedWorkerTest {
    private static final long SOON_SECONDS = 20;

    /** What the worker does with an item. */
    private interface Deed {
        void of(String item) throws Exception;
    }

    private final Mailbox<String> mailbox = new Mailbox<>();
    private final List<String> done = new ArrayList<>();
    private Deed deed = done::add;
    private final SharedWorker shared =
            new SharedWorker(
                    new Worker() {
                        @Override
                        public long work(long nowNanos) throws Exception {
                            for (String item = mailbox.poll();
                                    item != null;
                                    item = mailbox.poll()) {
                                deed.of(item);
                            }
                            return UNTIL_INPUT;
                        }

                        @Override
                        public Mailbox<?> mailbox() {
                            return mailbox;
                        }
                    },
                    System::nanoTime,
                    false);
    private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
    private final OwnerThread owner =
            new OwnerThread("owner", shared, System::nanoTime, failed::complete);

    @AfterEach
    void stop() throws InterruptedException {
        owner.stop();
    }

    @Test
    void whoeverBringsAnItemTakesTheTurn() {
        mailbox.add("one");
        assertThat(shared.tryTurn()).isTrue();
        assertThat(done).containsExactly("one");
    }

    @Test
    void aTurnLooksAgainAtWhatItLeftItself() {
        deed =
                item -> {
                    done.add(item);
                    if (item.length() < 3) {
                        assertThat(shared.isWorking()).isTrue();
                        assertThat(shared.tryTurn()).as("no turn inside a turn").isFalse();
                        mailbox.add(item + "+");
                    }
                };
        mailbox.add("a");
        assertThat(shared.tryTurn()).isTrue();
        assertThat(done).containsExactly("a", "a+", "a++");
        assertThat(shared.isWorking()).isFalse();
    }

    @Test
    void whatComesDuringATurnIsLeftToTheOwner() throws Exception {
        var inside = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var second = new CompletableFuture<Thread>();
        deed =
                item -> {
                    if (item.equals("first")) {
                        inside.countDown();
                        goOn.await();
                    } else {
                        second.complete(Thread.currentThread());
                    }
                };
        owner.start();
        mailbox.add("first");
        Thread guest = Thread.ofPlatform().start(shared::tryTurn);
        assertThat(inside.await(SOON_SECONDS, TimeUnit.SECONDS)).isTrue();
        mailbox.add("second");
        assertThat(shared.tryTurn()).isFalse();
        mailbox.wake();
        assertThat(second).isNotDone();
        goOn.countDown();
        assertThat(second.get(SOON_SECONDS, TimeUnit.SECONDS)).isNotNull();
        guest.join();
    }

    @Test
    void aFailureOfAGuestEndsTheOwner() throws Exception {
        var broken = new IllegalStateException("broken");
        deed =
                _ -> {
                    throw broken;
                };
        owner.start();
        mailbox.add("one");
        // Whether the owner or this thread gets there first, the owner has to tell.
        shared.tryTurn();
        assertThat(failed.get(SOON_SECONDS, TimeUnit.SECONDS)).isSameAs(broken);
        assertThat(shared.tryRun(() -> done.add("after"))).isFalse();
        assertThat(done).isEmpty();
    }

    @Test
    void byHandAFailureReachesWhoeverWorks() {
        var broken = new SharedWorker(throwing(), System::nanoTime, true);
        assertThatThrownBy(broken::tryTurn).hasMessage("broken");
        assertThatThrownBy(() -> broken.work(0)).hasMessage("broken");
    }

    private static Worker throwing() {
        return new Worker() {
            private final Mailbox<String> empty = new Mailbox<>();

            @Override
            public long work(long nowNanos) {
                throw new IllegalStateException("broken");
            }

            @Override
            public Mailbox<?> mailbox() {
                return empty;
            }
        };
    }

    @Test
    void closingWaitsForAGuestAndLetsNobodyIn() throws Exception {
        var inside = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        Thread guest =
                Thread.ofPlatform()
                        .start(() ->
                                shared.tryRun(() -> {
                                    inside.countDown();
                                    goOn.await();
                                    return done.add("guest");
                                }));
        assertThat(inside.await(SOON_SECONDS, TimeUnit.SECONDS)).isTrue();
        Thread closer = Thread.ofPlatform().start(shared::close);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SOON_SECONDS);
        while (closer.getState() != Thread.State.WAITING && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(closer.getState()).isEqualTo(Thread.State.WAITING);
        goOn.countDown();
        closer.join();
        assertThat(done).containsExactly("guest");
        assertThat(shared.tryRun(() -> done.add("late"))).isFalse();
        guest.join();
    }
}
