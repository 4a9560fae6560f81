package dev.quorate.tools.goreman;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Answers {@code goreman run}. Listens on loopback unless the user says otherwise: whoever reaches the port may stop processes. */
final class ControlServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 16;
    private static final Duration READ_LIMIT = Duration.ofSeconds(5);

    /** At the end, for answers that are on their way. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final ServerSocket listener;
    private final Supervisor supervisor;
    private final Semaphore free = new Semaphore(MAX_CONNECTIONS);

    /**
     * Listens and starts to answer.
     *
     * @throws GoremanException if the address cannot be had, saying what to do
     */
    ControlServer(String host, int port, Supervisor supervisor) throws GoremanException {
        this.supervisor = supervisor;
        try {
            listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (BindException e) {
            throw new GoremanException(
                    String.format(
                            Locale.ROOT,
                            "cannot listen for `goreman run` on %s:%d: %s; another goreman may be running there:"
                                    + " choose a port with -p or GOREMAN_RPC_PORT, or do without by -rpc-server=false",
                            host,
                            port,
                            lowerFirst(String.valueOf(e.getMessage()))));
        } catch (IOException | IllegalArgumentException e) {
            throw new GoremanException(
                    "cannot listen for `goreman run` on "
                            + host
                            + ":"
                            + port
                            + ": "
                            + e.getMessage());
        }
        Thread.ofPlatform().name("control").daemon().start(this::accept);
    }

    private static String lowerFirst(String text) {
        return text.isEmpty()
                ? text
                : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    /** The port that it got. */
    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                free.acquire();
                Socket socket = listener.accept();
                Thread.ofVirtual().name("run").start(() -> serve(socket));
            }
        } catch (IOException | InterruptedException _) {
            free.release(); // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout((int) READ_LIMIT.toMillis());
            Control.write(socket, answer(Control.readRequest(socket)));
        } catch (IOException _) {
            // Whoever it was is gone, or is no goreman.
        } finally {
            free.release();
        }
    }

    private String answer(Control.Request request) {
        try {
            return Control.OK + "\n" + perform(request);
        } catch (GoremanException e) {
            return Control.ERROR + e.getMessage() + "\n";
        }
    }

    private String perform(Control.Request request) throws GoremanException {
        List<String> names = request.arguments();
        switch (request.verb()) {
            case "start" -> supervisor.start(names);
            case "stop" -> supervisor.stop(names);
            case "restart" -> supervisor.restart(names);
            case "stop-all" -> supervisor.stop(supervisor.names());
            case "restart-all" -> supervisor.restart(supervisor.names());
            case "list" -> {
                return lines(supervisor.names());
            }
            case "status" -> {
                List<Child.Status> status = supervisor.status();
                return names.contains("-v") ? StatusTable.text(status) : lines(marks(status));
            }
            default -> throw new GoremanException("unknown command");
        }
        return "";
    }

    private static List<String> marks(List<Child.Status> all) {
        List<String> lines = new ArrayList<>();
        for (Child.Status status : all) {
            lines.add((status.running() ? "*" : " ") + status.name());
        }
        return lines;
    }

    private static String lines(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    /** Stops listening, after the answers that are being made; a {@code run stop} of the last process is one. */
    @Override
    public void close() {
        try {
            listener.close();
            if (free.tryAcquire(MAX_CONNECTIONS, CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                free.release(MAX_CONNECTIONS);
            }
        } catch (IOException _) {
            // It is closed anyway when the process ends.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
