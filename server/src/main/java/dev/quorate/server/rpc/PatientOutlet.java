package dev.quorate.server.rpc;

import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Cancellation;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Sends from a thread that may block (a virtual one): waits while the client reads too slowly, fails once it is gone. */
final class PatientOutlet implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 250;

    private final Outlet outlet;
    private final Cancellation cancellation;
    private final Semaphore writable = new Semaphore(0);

    private final Consumer<PatientOutlet> closed;
    private volatile boolean ended;

    /** @param closed told at the end */
    PatientOutlet(Outlet outlet, Cancellation cancellation, Consumer<PatientOutlet> closed) {
        this.outlet = outlet;
        this.cancellation = cancellation;
        this.closed = closed;
    }

    /** Ends the stream in the midst of it; whoever sends learns of it with the next message. Any thread. */
    void end(StatusException why) {
        outlet.fail(why);
        ended = true;
        writable.release();
    }

    @Override
    public void close() {
        closed.accept(this);
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
        if (ended) {
            throw new IOException("the stream was ended");
        }
        if (cancellation.isCancelled()) {
            throw new IOException("the client went away");
        }
    }
}
