package dev.quorate.verify.conform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sequence of gRPC calls that is played against one fresh member, for what no program of etcd would send.
 *
 * <pre>
 *   # a comment
 *   &#64;flags --auth-token=...
 *   [name] KV/Put key: "a" value: "1"       protobuf's text form; 3*{text} repeats, $x inserts what was kept
 *   [name keep=x] Lease/LeaseGrant TTL: 5   keeps the answer's ID, token or key as $x
 *   [name token=x] KV/Put ...               sends what was kept as token
 *   [name meta=hasleader:true] KV/Put ...   sends metadata; bytes beyond ASCII as %ff
 *   [name] Watch/Watch                      a call with a stream of requests, and what happens on it in turn:
 *       &gt; create_request { key: "a" }        sends
 *       &lt; 2                                  waits for so many answers
 *       &lt; 2 sorted                           the same, when their order is nobody's promise
 *       ! KV/Put key: "a" value: "2"          another call meanwhile
 *       .                                    the client has no more to say
 *       end                                  waits for the end: more answers, and the status
 *   [name] ?service/Method                  something that is not there
 *   [-] KV/Put ...                          prepares something; its outcome is not compared
 * </pre>
 */
record Calls(String name, List<String> flags, List<Call> calls) {

    /** One call; {@code events} only where there are streams. */
    record Call(Unary first, List<Event> events) {
        boolean compared() {
            return !first.name().equals("-");
        }
    }

    /**
     * A call's head and its first request.
     *
     * @param options {@code keep}, {@code token}, {@code meta}
     */
    record Unary(String name, Map<String, String> options, String method, String text) {}

    /** What happens on a stream. */
    sealed interface Event {}

    record Send(String text) implements Event {}

    record Await(int answers, boolean sorted) implements Event {}

    record Meanwhile(Unary call) implements Event {}

    record HalfClose() implements Event {}

    record End() implements Event {}

    private static final Pattern REPEATED = Pattern.compile("(\\d+)\\*\\{");

    static Calls read(Path file) throws IOException {
        List<String> flags = new ArrayList<>();
        List<Call> calls = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String said = line.strip();
            if (said.isEmpty() || said.startsWith("#")) {
                continue;
            }
            if (said.startsWith("@flags ")) {
                flags.addAll(List.of(said.substring(7).split(" +")));
            } else if (said.startsWith("[")) {
                calls.add(new Call(head(said), new ArrayList<>()));
            } else {
                calls.getLast().events().add(event(said));
            }
        }
        return new Calls(file.getFileName().toString().replace(".calls", ""), flags, calls);
    }

    private static Unary head(String line) {
        int close = line.indexOf("] ");
        String[] words = line.substring(1, close).split(" ");
        Map<String, String> options = new TreeMap<>();
        for (int i = 1; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            options.put(words[i].substring(0, equals), words[i].substring(equals + 1));
        }
        return unary(words[0], options, line.substring(close + 2).strip());
    }

    private static Unary unary(String name, Map<String, String> options, String call) {
        String[] parts = call.split(" ", 2);
        return new Unary(name, options, parts[0], parts.length == 1 ? "" : repeated(parts[1]));
    }

    private static Event event(String said) {
        String rest = said.length() < 2 ? "" : said.substring(1).strip();
        return switch (said.charAt(0)) {
            case '>' -> new Send(repeated(rest));
            case '<' -> new Await(Integer.parseInt(rest.split(" ")[0]), rest.endsWith(" sorted"));
            case '!' -> new Meanwhile(unary("", Map.of(), rest));
            case '.' -> new HalfClose();
            case 'e' -> new End();
            default -> throw new IllegalArgumentException("cannot read line: " + said);
        };
    }

    /** Replaces every {@code N*{text}} by N times the text, which may hold braces itself. */
    private static String repeated(String text) {
        Matcher found = REPEATED.matcher(text);
        if (!found.find()) {
            return text;
        }
        int end = found.end();
        for (int depth = 1; depth > 0; end++) {
            depth += text.charAt(end) == '{' ? 1 : text.charAt(end) == '}' ? -1 : 0;
        }
        String inner = text.substring(found.end(), end - 1);
        return text.substring(0, found.start())
                + inner.repeat(Integer.parseInt(found.group(1)))
                + repeated(text.substring(end));
    }
}
