package dev.quorate.tools.etcd;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;

/**
 * What the JVM watches when the build makes the AOT cache of {@code bin/etcd}: the program itself, started as its launcher starts it, until
 * a client has put and got some keys. What no start needs is left out on purpose, for the JVM loads the whole cache at every start.
 */
public final class EtcdTraining {
    private static final int ATTEMPTS = 1000;
    private static final long PAUSE_MILLIS = 10;

    private EtcdTraining() {}

    /** Takes an empty directory for the member's data; ends the process. */
    public static void main(String[] arguments) throws IOException {
        int clientPort = freePort();
        Thread.ofPlatform().name("training").daemon(true).start(() -> serve(clientPort));
        String client = "http://127.0.0.1:" + clientPort;
        String peer = "http://127.0.0.1:" + freePort();
        Etcd.main(
                new String[] {
                    "--name=training",
                    "--data-dir=" + arguments[0],
                    "--listen-client-urls=" + client,
                    "--advertise-client-urls=" + client,
                    "--listen-peer-urls=" + peer,
                    "--initial-advertise-peer-urls=" + peer,
                    "--initial-cluster=training=" + peer
                });
    }

    private static void serve(int clientPort) {
        int code = 1;
        try {
            for (int i = 0; i < ATTEMPTS && code != 0; i++) {
                code = tryLoad(clientPort) ? 0 : 1;
            }
        } catch (IOException _) {
            code = 2;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(code);
    }

    private static boolean tryLoad(int clientPort) throws IOException, InterruptedException {
        try {
            TrainingLoad.run(clientPort);
            return true;
        } catch (ConnectException _) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
