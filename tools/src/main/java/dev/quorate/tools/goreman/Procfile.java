package dev.quorate.tools.goreman;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The entries of a Procfile in the order of the file: one {@code name: command} per line, split at the first colon. Lines without a
 * colon and names that start with {@code #} are passed over. The command is for the shell and is not looked at.
 */
record Procfile(List<Entry> entries) {

    /** One line: what to run under which name, and its place among the entries of the file from 0 on. */
    record Entry(String name, String command, int position) {}

    Procfile {
        entries = List.copyOf(entries);
    }

    /**
     * Reads a file.
     *
     * @param shown the path as the user gave it, for messages
     * @throws GoremanException if the file cannot be read, names an entry twice or has none
     */
    static Procfile read(Path file, String shown) throws GoremanException {
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new GoremanException("open " + shown + ": no such file or directory");
        } catch (IOException e) {
            throw new GoremanException("open " + shown + ": " + e.getMessage());
        }
        return parse(text, shown);
    }

    static Procfile parse(String text, String shown) throws GoremanException {
        SequencedMap<String, Entry> entries = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String name = line.substring(0, colon).strip();
            if (name.isEmpty() || name.startsWith("#")) {
                continue;
            }
            Entry entry = new Entry(name, line.substring(colon + 1).strip(), entries.size());
            if (entries.put(name, entry) != null) {
                throw new GoremanException(shown + " has two entries named " + name);
            }
        }
        if (entries.isEmpty()) {
            throw new GoremanException("no valid entry");
        }
        return new Procfile(new ArrayList<>(entries.values()));
    }

    /**
     * The entries of these names in their order; all entries for no name.
     *
     * @throws GoremanException for a name that is not there
     */
    List<Entry> select(List<String> names) throws GoremanException {
        if (names.isEmpty()) {
            return entries;
        }
        SequencedMap<String, Entry> selected = new LinkedHashMap<>();
        for (String name : names) {
            Entry found =
                    entries.stream().filter(e -> e.name().equals(name)).findFirst().orElse(null);
            if (found == null) {
                throw new GoremanException("unknown proc: " + name);
            }
            selected.put(name, found);
        }
        return List.copyOf(selected.values());
    }

    /** The names in alphabetical order. */
    List<String> sortedNames() {
        return entries.stream().map(Entry::name).sorted().toList();
    }
}
