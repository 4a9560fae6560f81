package dev.quorate.tools.goreman;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The protocol between {@code goreman run} and the goreman that supervises: one request and one answer per connection, in UTF-8.
 *
 * <pre>
 *   request    goreman/1 VERB LF                 start stop stop-all restart restart-all list status
 *              (NAME LF)*                        what to act on; for status also -v
 *              LF
 *   answer     ok LF text...                     the text is what the client prints
 *              error MESSAGE LF
 * </pre>
 *
 * The first word keeps out whatever else may be pointed at the port: a browser's request, for one, is refused at its first line.
 */
final class Control {
    static final String MAGIC = "goreman/1 ";
    static final String OK = "ok";
    static final String ERROR = "error ";

    /** Of a request or an answer. */
    private static final int MAX_CHARS = 1 << 20;

    private Control() {}

    /** A request as it is on the wire. */
    record Request(String verb, List<String> arguments) {
        Request {
            arguments = List.copyOf(arguments);
        }
    }

    static void write(Socket socket, Request request) throws IOException {
        StringBuilder text = new StringBuilder(MAGIC).append(request.verb()).append('\n');
        request.arguments().forEach(argument -> text.append(argument).append('\n'));
        write(socket, text.append('\n').toString());
    }

    static void write(Socket socket, String text) throws IOException {
        Writer out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
        out.write(text);
        out.flush();
    }

    /**
     * Reads a request.
     *
     * @throws IOException if it is none
     */
    static Request readRequest(Socket socket) throws IOException {
        BufferedReader in = reader(socket);
        int chars = 0;
        String first = line(in);
        if (!first.startsWith(MAGIC)) {
            throw new IOException("not a request of goreman");
        }
        List<String> arguments = new ArrayList<>();
        String argument = line(in);
        while (!argument.isEmpty()) {
            chars += argument.length() + 1;
            if (chars > MAX_CHARS) {
                throw new IOException("request too long");
            }
            arguments.add(argument);
            argument = line(in);
        }
        return new Request(first.substring(MAGIC.length()), arguments);
    }

    /** Everything up to the end of the stream. */
    static String readAnswer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(MAX_CHARS), StandardCharsets.UTF_8);
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** One line, which readLine of the JDK would read without any bound. */
    private static String line(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        while (c != '\n') {
            if (c < 0) {
                throw new IOException("request ends early");
            }
            if (line.length() == MAX_CHARS) {
                throw new IOException("request too long");
            }
            line.append((char) c);
            c = in.read();
        }
        return line.toString();
    }
}
