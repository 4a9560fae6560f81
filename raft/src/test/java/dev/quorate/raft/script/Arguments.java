package dev.quorate.raft.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The words after a command: plain ones by position, {@code key=value} ones by name. */
final class Arguments {
    private final List<String> words = new ArrayList<>();
    private final SortedMap<String, String> options = new TreeMap<>();

    Arguments(String text) {
        for (String word : text.split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                options.put(word.substring(0, equals), word.substring(equals + 1));
            } else if (!word.isEmpty()) {
                words.add(word);
            }
        }
    }

    String word(int position) {
        return words.get(position);
    }

    long id(int position) {
        return Long.parseUnsignedLong(words.get(position));
    }

    int number(int position, int standard) {
        return position < words.size() ? Integer.parseInt(words.get(position)) : standard;
    }

    List<String> from(int position) {
        return words.subList(position, words.size());
    }

    String rest(int position) {
        return String.join(" ", from(position));
    }

    /** The words that are numbers. */
    List<Long> ids() {
        return words.stream()
                .filter(word -> word.matches("[0-9]+"))
                .map(Long::parseUnsignedLong)
                .toList();
    }

    boolean has(String word) {
        return words.contains(word);
    }

    String option(String key, String standard) {
        return options.getOrDefault(key, standard);
    }

    boolean matches(String key, String value) {
        return option(key, value).equals(value);
    }

    long number(String key, long standard) {
        return options.containsKey(key) ? Long.parseLong(options.get(key)) : standard;
    }

    List<Long> list(String key) {
        return Arrays.stream(option(key, "").split(","))
                .filter(word -> !word.isEmpty())
                .map(Long::parseUnsignedLong)
                .toList();
    }

    /** {@code key=term/index} as a pair. */
    long[] place(String key) {
        String[] parts = option(key, "0/0").split("/");
        return new long[] {Long.parseLong(parts[0]), Long.parseLong(parts[1])};
    }

    /** {@code entries=term/index,term/index:data}. */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (String text : option("entries", "").split(",")) {
            if (!text.isEmpty()) {
                String[] parts = text.split("[/:]");
                byte[] data = parts.length > 2 ? parts[2].getBytes(UTF_8) : new byte[0];
                entries.add(
                        new Entry(
                                EntryType.NORMAL,
                                Long.parseLong(parts[0]),
                                Long.parseLong(parts[1]),
                                data));
            }
        }
        return entries;
    }
}
