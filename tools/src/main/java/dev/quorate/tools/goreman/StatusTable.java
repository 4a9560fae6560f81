package dev.quorate.tools.goreman;

import java.util.ArrayList;
import java.util.List;

/** The long form of {@code goreman run status -v}: columns that line up, a dash for what there is not. */
final class StatusTable {
    private static final List<String> HEADER =
            List.of("NAME", "STATE", "PID", "PORT", "UPTIME", "EXIT", "RESTARTS");

    private StatusTable() {}

    static String text(List<Child.Status> all) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        all.forEach(status -> rows.add(row(status)));
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = row.get(i);
                line.append(cell).append(" ".repeat(widths[i] - cell.length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static List<String> row(Child.Status status) {
        return List.of(
                status.name(),
                status.state(),
                status.pid().isPresent() ? Long.toString(status.pid().getAsLong()) : "-",
                status.port().isPresent() ? Integer.toString(status.port().getAsInt()) : "-",
                status.running() ? duration(status.uptimeSeconds()) : "-",
                status.exitStatus().isPresent()
                        ? Integer.toString(status.exitStatus().getAsInt())
                        : "-",
                Integer.toString(status.restarts()));
    }

    static String duration(long seconds) {
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m" + seconds % 60 + "s";
        }
        return seconds / 3600 + "h" + seconds % 3600 / 60 + "m";
    }
}
