package dev.quorate.tools.goreman;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Variables from {@code .env} files.
 *
 * <pre>
 *   # comment
 *   export A=plain text   # comment after a blank
 *   B: "two\nlines, $A, ${A}"
 *   C='as it $stands'
 * </pre>
 *
 * A variable in a value is taken from the lines above, else from the environment. A double-quoted value may span lines.
 */
final class DotEnv {
    private final String text;
    private final Map<String, String> environment;
    private final SequencedMap<String, String> values = new LinkedHashMap<>();
    private int at;

    private DotEnv(String text, Map<String, String> environment) {
        this.text = text;
        this.environment = environment;
    }

    /**
     * Variables of several files, without those that the environment has. The first file to name a variable wins; the first file
     * that is missing ends the list, as {@code -env} always did.
     *
     * @throws GoremanException for a line that is no assignment, with file and line
     */
    static SequencedMap<String, String> load(
            List<String> files, Path directory, Map<String, String> environment)
            throws GoremanException {
        SequencedMap<String, String> result = new LinkedHashMap<>();
        for (String file : files) {
            String text;
            try {
                text =
                        new String(
                                Files.readAllBytes(directory.resolve(file)),
                                StandardCharsets.UTF_8);
            } catch (IOException _) {
                break;
            }
            parse(text, file, environment).forEach(result::putIfAbsent);
        }
        result.keySet().removeAll(environment.keySet());
        return result;
    }

    static SequencedMap<String, String> parse(
            String text, String shown, Map<String, String> environment) throws GoremanException {
        DotEnv reader = new DotEnv(text.replace("\r\n", "\n"), environment);
        try {
            reader.read();
        } catch (IllegalArgumentException e) {
            long line = reader.text.substring(0, reader.at).chars().filter(c -> c == '\n').count();
            throw new GoremanException(shown + " line " + (line + 1) + ": " + e.getMessage());
        }
        return reader.values;
    }

    private void read() {
        while (at < text.length()) {
            skipBlanks();
            if (end() || text.charAt(at) == '\n') {
                at++;
            } else if (text.charAt(at) == '#') {
                skipLine();
            } else {
                assignment();
            }
        }
    }

    private void assignment() {
        int start = at;
        while (!end() && "=:\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        if (end() || text.charAt(at) == '\n') {
            at = start;
            throw new IllegalArgumentException("expected NAME=value");
        }
        String name = text.substring(start, at++).strip();
        if (name.startsWith("export ")) {
            name = name.substring("export ".length()).strip();
        }
        skipBlanks();
        char first = end() ? '\n' : text.charAt(at);
        String value =
                switch (first) {
                    case '\'' -> quoted('\'');
                    case '"' -> expand(quoted('"'), true);
                    default -> expand(plain(), false);
                };
        values.putIfAbsent(name, value);
        if (first == '\'' || first == '"') {
            skipLine();
        }
    }

    private String quoted(char quote) {
        int close = at + 1;
        while (close < text.length() && text.charAt(close) != quote) {
            close += text.charAt(close) == '\\' && quote == '"' ? 2 : 1;
        }
        if (close >= text.length()) {
            throw new IllegalArgumentException("a quoted value does not end");
        }
        String inside = text.substring(at + 1, close);
        at = close + 1;
        return inside;
    }

    private String plain() {
        int start = at;
        skipLine();
        String line = text.substring(start, Math.min(at, text.length()));
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '#' && (i == 0 || Character.isWhitespace(line.charAt(i - 1)))) {
                return line.substring(0, i).strip();
            }
        }
        return line.strip();
    }

    private String expand(String value, boolean escapes) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < value.length()) {
            char c = value.charAt(i++);
            if (c == '\\' && i < value.length() && (escapes || value.charAt(i) == '$')) {
                char escaped = value.charAt(i++);
                out.append(
                        switch (escaped) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            default -> escaped;
                        });
            } else if (c == '$') {
                i = variable(value, i, out);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** Appends what the variable behind a dollar sign stands for; returns where the text goes on. */
    private int variable(String value, int start, StringBuilder out) {
        boolean braced = start < value.length() && value.charAt(start) == '{';
        int from = braced ? start + 1 : start;
        int to = from;
        while (to < value.length()
                && (Character.isLetterOrDigit(value.charAt(to)) || value.charAt(to) == '_')) {
            to++;
        }
        boolean closed = !braced || (to < value.length() && value.charAt(to) == '}');
        if (to == from || !closed) {
            out.append('$');
            return start;
        }
        String name = value.substring(from, to);
        out.append(values.getOrDefault(name, environment.getOrDefault(name, "")));
        return braced ? to + 1 : to;
    }

    private void skipBlanks() {
        while (!end() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private void skipLine() {
        int newline = text.indexOf('\n', at);
        at = newline < 0 ? text.length() : newline + 1;
    }

    private boolean end() {
        return at >= text.length();
    }
}
