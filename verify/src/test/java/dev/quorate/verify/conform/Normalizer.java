package dev.quorate.verify.conform;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces what may differ between two correct runs: ports, directories, generated ids, times and file sizes.
 *
 * <p>A generated id becomes {@code id#N}, numbered in the order in which the session showed it first, whether it was
 * written in hex or in decimal: two outcomes that confuse ids still differ. Ids that are derived from addresses and
 * names (cluster, member) are equal on both sides and stay. HTTP headers are sorted, JSON bodies lose the spaces that
 * Go's encoder adds at random.
 */
final class Normalizer {

    private static final Pattern LONG_ID =
            Pattern.compile("(?<![0-9A-Za-z.])([0-9]{16,20}|[0-9a-f]{15,16})(?![0-9A-Za-z])");

    /** An id in hex that begins with a zero is padded with a space. */
    private static final Pattern PADDED_ID = Pattern.compile(" {2,}(id#\\d+)");

    private static final Pattern BASE64 = Pattern.compile("\"([A-Za-z0-9+/]{20,}={0,2})\"");
    private static final Pattern TIME =
            Pattern.compile(
                    "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d{4}|[+-]\\d\\d:\\d\\d)?");
    private static final Pattern GO_LOG_TIME =
            Pattern.compile("\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d");
    private static final Pattern TOOK =
            Pattern.compile(
                    "(?i)(took\"?( = |:| )\\s*\"?|Elapsed\" : |ago |-)\\d[0-9.µmnsh]*[µmn]?s");
    private static final Pattern TOOK_NANOS =
            Pattern.compile("\"(Took|took)\"( :|:)\\s?\"?[0-9.]+[a-zµ]*\"?");
    private static final Pattern DURATION = Pattern.compile("\\b\\d+(\\.\\d+)?(ns|µs|ms)\\b");
    private static final Pattern CALLER = Pattern.compile("\"caller\":\"[^\"]*\"");
    private static final Pattern STACK =
            Pattern.compile(",\"stacktrace\":\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern POINTER = Pattern.compile("0x[0-9a-f]{8,12}");
    private static final Pattern UUID =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern LOCAL_ADDRESS = Pattern.compile("LocalAddr: '127.0.0.1:\\d+'");
    private static final Pattern SIZE = Pattern.compile("\\b\\d+(\\.\\d+)? ([kMG]i?)?B\\b");
    private static final Pattern SIZE_FIELD =
            Pattern.compile(
                    "(\"(?:dbSize|dbSizeInUse|db_size|db_size_in_use|totalSize|DBSize|DBSizeInUse|DB Size|Size)\"\\s?:\\s?\"?)\\d+");
    private static final Pattern REMAINING = Pattern.compile("remaining\\((\\d+)s\\)");
    private static final Pattern TTL_FIELD = Pattern.compile("(\"(?:ttl|TTL)\"\\s?:\\s?\"?)(\\d+)");
    private static final Pattern PERCENT = Pattern.compile("\\b\\d+%");
    private static final Pattern TABLE_PAD = Pattern.compile(" {2,}");
    private static final Pattern TABLE_RULE = Pattern.compile("[-─┼┬┴]{3,}");

    private final List<String[]> literals;
    private final List<Long> stableIds;
    private final Map<Long, Integer> ids = new TreeMap<>();

    /**
     * @param literals pairs of a text and what stands for it, such as a port
     * @param stableIds ids that are equal on both sides
     */
    Normalizer(List<String[]> literals, List<Long> stableIds) {
        this.literals = literals;
        this.stableIds = stableIds;
    }

    Outcome apply(Outcome raw) {
        return new Outcome(raw.exit(), text(raw.stdout()), text(raw.stderr()));
    }

    private String text(String raw) {
        if (raw.startsWith("HTTP/1.")) {
            return http(raw);
        }
        return values(squeezed(raw));
    }

    private String http(String raw) {
        String text = raw.replace("\r\n", "\n");
        int gap = text.indexOf("\n\n");
        if (gap < 0) {
            return values(text);
        }
        String body = text.substring(gap + 2);
        List<String> head = new ArrayList<>(text.substring(0, gap).lines().toList());
        String status = head.removeFirst();
        List<String> headers = new ArrayList<>();
        for (String line : head) {
            headers.add(header(line, raw));
        }
        Collections.sort(headers);
        return status + "\n" + String.join("\n", headers) + "\n\n" + values(squeezed(body)) + "\n";
    }

    private String header(String line, String raw) {
        int colon = line.indexOf(':');
        String name = line.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
        String value = line.substring(colon + 1).strip();
        if (name.equals("date")) {
            return "date: DATE";
        }
        if (name.equals("x-raft-index") || name.equals("x-raft-term")) {
            return name + ": N";
        }
        if (name.equals("content-length") && !raw.endsWith("\r\n\r\n")) {
            int body = raw.indexOf("\r\n\r\n") + 4;
            int length = raw.substring(body).getBytes(StandardCharsets.UTF_8).length;
            return "content-length: " + (value.equals("" + length) ? "LENGTH" : value + " wrong");
        }
        return name + ": " + values(value);
    }

    /** With lines that are JSON objects freed of the white space outside of their strings. */
    private static String squeezed(String text) {
        if (!text.contains("{\"")) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        for (String line : text.split("(?<=\n)")) {
            out.append(line.startsWith("{\"") ? withoutSpaces(line) : line);
        }
        return out.toString();
    }

    private static String withoutSpaces(String json) {
        StringBuilder out = new StringBuilder(json.length());
        boolean quoted = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '"' && (i == 0 || json.charAt(i - 1) != '\\')) {
                quoted = !quoted;
            }
            if (quoted || c != ' ') {
                out.append(c);
            }
        }
        return out.toString();
    }

    private String values(String raw) {
        String text = raw;
        for (String[] literal : literals) {
            text = text.replace(literal[0], literal[1]);
        }
        text = BASE64.matcher(text).replaceAll(match -> quote(decoded(match)));
        text = LONG_ID.matcher(text).replaceAll(match -> quote(id(match.group(1))));
        text = PADDED_ID.matcher(text).replaceAll(" $1");
        text = TIME.matcher(text).replaceAll("TIME");
        text = GO_LOG_TIME.matcher(text).replaceAll("TIME");
        text = TOOK_NANOS.matcher(text).replaceAll("\"$1\"$2 T");
        text = TOOK.matcher(text).replaceAll("$1T");
        text = UUID.matcher(text).replaceAll("UUID");
        text = LOCAL_ADDRESS.matcher(text).replaceAll("LocalAddr");
        text = CALLER.matcher(text).replaceAll("\"caller\":\"WHERE\"");
        text = STACK.matcher(text).replaceAll("");
        text = POINTER.matcher(text).replaceAll("POINTER");
        text = SIZE.matcher(text).replaceAll("SIZE");
        text = SIZE_FIELD.matcher(text).replaceAll("$1SIZE");
        text = PERCENT.matcher(text).replaceAll("PERCENT");
        text = REMAINING.matcher(text).replaceAll(m -> "remaining(" + roundUp(m.group(1)) + "s)");
        text = TTL_FIELD.matcher(text).replaceAll(m -> quote(m.group(1) + roundUp(m.group(2))));
        text = DURATION.matcher(text).replaceAll("T");
        if (text.contains(" │ ") || text.contains(" | ")) {
            // A size of another width moves the columns.
            text = TABLE_RULE.matcher(TABLE_PAD.matcher(text).replaceAll(" ")).replaceAll("---");
        }
        return text;
    }

    private static String quote(String replacement) {
        return Matcher.quoteReplacement(replacement);
    }

    /** Remaining seconds that are a moment old count as what was granted. */
    private static long roundUp(String seconds) {
        long value = Long.parseUnsignedLong(seconds);
        if (value < 10 || value > 1_000_000) {
            return value;
        }
        long step = value < 100 ? 5 : value < 10_000 ? 50 : 1_000;
        return (value + step - 1) / step * step;
    }

    private String decoded(MatchResult match) {
        String whole = match.group();
        try {
            String plain =
                    new String(Base64.getDecoder().decode(match.group(1)), StandardCharsets.UTF_8);
            boolean hasId =
                    plain.chars().allMatch(c -> c >= ' ' && c < 127)
                            && LONG_ID.matcher(plain).find();
            return hasId ? "\"base64(" + plain + ")\"" : whole;
        } catch (IllegalArgumentException e) {
            return whole;
        }
    }

    private String id(String digits) {
        long value;
        try {
            // Sixteen digits could be either; a generated id in decimal has more.
            value =
                    digits.length() > 16
                            ? Long.parseUnsignedLong(digits)
                            : Long.parseUnsignedLong(digits, 16);
        } catch (NumberFormatException e) {
            return digits;
        }
        if (stableIds.contains(value) || value == Long.MAX_VALUE || value == Long.MIN_VALUE) {
            return digits;
        }
        return "id#" + ids.computeIfAbsent(value, _ -> ids.size() + 1);
    }
}
