package dev.quorate.verify.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One planted fault.
 *
 * @param name of it, for the list and for {@code -Dmutation.only}
 * @param reason what is wrong with it
 * @param judge which simulation has to notice
 * @param edits in order
 */
record Mutation(String name, String reason, Judge judge, List<Edit> edits) {
    /** Which simulation judges. */
    enum Judge {
        /** Of whole members. */
        WORLD("dev.quorate.verify.sim.SimulationProgram", "SimulationTest"),
        /** Of the raft core alone. */
        RAFT("dev.quorate.raft.sim.SimulationProgram", "raft's SimulationTest");

        final String program;
        final String test;

        Judge(String program, String test) {
            this.program = program;
            this.test = test;
        }
    }

    /** Text that must stand in a file exactly once, and what takes its place. */
    record Edit(String file, String find, String replace) {}

    Mutation {
        edits = List.copyOf(edits);
    }

    /** Reads the list; see its first lines for the form. */
    static List<Mutation> parse(String text) {
        List<Mutation> mutations = new ArrayList<>();
        String[] blocks = ("\n" + text).split("\n=== ", -1);
        for (int i = 1; i < blocks.length; i++) {
            mutations.add(parseOne(blocks[i]));
        }
        return mutations;
    }

    private static Mutation parseOne(String block) {
        String[] lines = block.split("\n", -1);
        List<Edit> edits = new ArrayList<>();
        String file = "";
        Judge judge = Judge.WORLD;
        int at = 2;
        while (at < lines.length) {
            String line = lines[at++];
            if (line.equals("by raft")) {
                judge = Judge.RAFT;
            } else if (line.startsWith("file ")) {
                file = line.substring("file ".length());
            } else if (line.equals("---")) {
                StringBuilder find = new StringBuilder();
                while (!lines[at].equals("+++")) {
                    find.append(lines[at++]).append('\n');
                }
                at++;
                StringBuilder replace = new StringBuilder();
                while (at < lines.length
                        && !lines[at].equals("---")
                        && !lines[at].startsWith("file ")) {
                    replace.append(lines[at++]).append('\n');
                }
                edits.add(
                        new Edit(
                                file,
                                find.toString().stripTrailing(),
                                replace.toString().stripTrailing()));
            } else if (!line.isBlank()) {
                throw new IllegalArgumentException(lines[0] + ": unexpected line: " + line);
            }
        }
        return new Mutation(lines[0].strip(), lines[1].strip(), judge, edits);
    }

    /**
     * The changed files by path.
     *
     * @throws AssertionError when an edit does not fit the sources any more
     */
    Map<Path, String> apply(Path root) throws IOException {
        Map<Path, String> changed = new LinkedHashMap<>();
        for (Edit edit : edits) {
            Path path = root.resolve(edit.file);
            String source = changed.containsKey(path) ? changed.get(path) : Files.readString(path);
            int first = source.indexOf(edit.find);
            if (first < 0 || source.indexOf(edit.find, first + 1) >= 0) {
                throw new AssertionError(
                        name
                                + ": the text to replace stands "
                                + (first < 0 ? "not" : "more than once")
                                + " in "
                                + edit.file
                                + ":\n"
                                + edit.find);
            }
            changed.put(
                    path,
                    source.substring(0, first)
                            + edit.replace
                            + source.substring(first + edit.find.length()));
        }
        return changed;
    }
}
