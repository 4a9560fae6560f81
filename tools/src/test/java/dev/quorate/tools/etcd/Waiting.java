package dev.quorate.tools.etcd;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A main class for {@link LauncherTest}: the real command line in front of a program that waits for its end. */
public final class Waiting {
    private Waiting() {}

    public static void main(String[] arguments) {
        EtcdMain.run(arguments, _ -> new Server(new CountDownLatch(1)));
    }

    private record Server(CountDownLatch stopped) implements Program.Running {
        @Override
        public void awaitReady() {
            System.out.println("ready in " + System.getProperty("user.dir"));
        }

        @Override
        public Optional<Throwable> awaitStopped() throws InterruptedException {
            stopped.await();
            return Optional.empty();
        }

        @Override
        public void stop(Duration limit) {
            System.out.println("stopped");
            stopped.countDown();
        }
    }
}
