package dev.quorate.verify.conform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of commands that is played against one fresh member.
 *
 * <pre>
 *   # a comment
 *   &#64;reference etcd37          what the target is compared with
 *   &#64;ctl etcd37                whose etcdctl and etcdutl run
 *   &#64;flags --quota-backend-bytes=16777216
 *   &#64;members 3                 a cluster of so many, $E, $E2, $E3, and $NAMES for sed; without it a lone member
 *   [name] command             through sh, with $E (client URL), $P (peer URL), etcdctl and etcdutl
 *   [name lines=3] command     a command that goes on: ended when it has written three lines
 *       meanwhile command      run beside it
 *   [-] command                prepares something; its outcome is not compared
 * </pre>
 */
record Script(
        String name,
        Toolchain.Origin reference,
        Toolchain.Origin ctl,
        List<String> flags,
        int members,
        List<Step> steps) {

    /**
     * One command.
     *
     * @param lines zero, or how many lines of output end a command that goes on
     * @param meanwhile a command to run beside it
     */
    record Step(String name, String command, int lines, @Nullable String meanwhile) {
        boolean compared() {
            return !name.equals("-");
        }
    }

    static Script read(Path file) throws IOException {
        Toolchain.Origin reference = Toolchain.Origin.ETCD_37;
        Toolchain.Origin ctl = Toolchain.Origin.ETCD_37;
        List<String> flags = new ArrayList<>();
        int members = 1;
        List<Step> steps = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("@reference ")) {
                reference = Toolchain.Origin.of(line.substring(11).strip());
            } else if (line.startsWith("@ctl ")) {
                ctl = Toolchain.Origin.of(line.substring(5).strip());
            } else if (line.startsWith("@flags ")) {
                flags.addAll(List.of(line.substring(7).strip().split(" +")));
            } else if (line.startsWith("@members ")) {
                members = Integer.parseInt(line.substring(9).strip());
            } else if (line.startsWith("[")) {
                steps.add(step(line));
            } else if (line.strip().startsWith("meanwhile ")) {
                Step last = steps.removeLast();
                String command = line.strip().substring(10);
                steps.add(new Step(last.name(), last.command(), last.lines(), command));
            } else {
                throw new IOException(file + ": cannot read line: " + line);
            }
        }
        String name = file.getFileName().toString().replace(".script", "");
        return new Script(name, reference, ctl, flags, members, steps);
    }

    private static Step step(String line) {
        int close = line.indexOf(']');
        String[] head = line.substring(1, close).split(" ");
        int lines = 0;
        for (int i = 1; i < head.length; i++) {
            if (head[i].startsWith("lines=")) {
                lines = Integer.parseInt(head[i].substring(6));
            } else {
                throw new IllegalArgumentException("unknown option in: " + line);
            }
        }
        return new Step(head[0], line.substring(close + 1).strip(), lines, null);
    }
}
