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

    /** Sends bytes and returns what comes back until a text was seen, the connection ends or ten seconds of silence pass. */
    String exchangeUntil(byte[] bytes, String text) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            var seen = new StringBuilder();
            try {
                while (seen.indexOf(text) < 0) {
                    int b = socket.getInputStream().read();
                    if (b < 0) {
                        break;
                    }
                    seen.append((char) b);
                }
            } catch (IOException _) {
                // A reset or silence: what was seen decides.
            }
            return seen.toString();
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
