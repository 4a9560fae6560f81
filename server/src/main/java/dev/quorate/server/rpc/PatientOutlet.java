package dev.quorate.server.rpc;

import dev.quorate.server.service.Cancellation;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Sends from a thread that may block (a virtual one): waits while the client reads too slowly, fails once it is gone. */
final class PatientOutlet {
    private static final long PATIENCE_MILLIS = 250;

    private final Outlet outlet;
    private final Cancellation cancellation;
    private final Semaphore writable = new Semaphore(0);

    PatientOutlet(Outlet outlet, Cancellation cancellation) {
        this.outlet = outlet;
        this.cancellation = cancellation;
    }

    /** Sends one message, waiting for room first. */
    void send(Payload message) throws IOException {
        while (!outlet.isWritable()) {
            checkConnected();
            outlet.onWritable(writable::release);
            try {
                if (writable.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                    writable.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while a client was reading", e);
            }
        }
        checkConnected();
        outlet.send(message);
    }

    private void checkConnected() throws IOException {
        if (cancellation.isCancelled()) {
            throw new IOException("the client went away");
        }
    }
}
