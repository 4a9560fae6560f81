package dev.quorate.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A bare socket. */
final class Raw {
    private final int port;

    Raw(int port) {
        this.port = port;
    }

    /** Sends bytes and returns what comes back until the connection ends or falls silent. */
    String exchange(String text) throws IOException {
        return new String(
                exchange(text.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
    }

    byte[] exchange(byte[] bytes) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(300);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return readAll(socket.getInputStream());
        }
    }

    private static byte[] readAll(InputStream in) throws IOException {
        var out = new java.io.ByteArrayOutputStream();
        var buffer = new byte[8192];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (SocketTimeoutException _) {
            // Silence ends the answer.
        } catch (IOException _) {
            // So does a reset.
        }
        return out.toByteArray();
    }
}
