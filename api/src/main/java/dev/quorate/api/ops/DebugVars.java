package dev.quorate.api.ops;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The variables of {@code /debug/vars}, each a piece of JSON. etcd publishes {@code cmdline}, {@code file_descriptor_limit}, {@code memstats}
 * and {@code raft.status}. Made once, before listeners start; read by any thread.
 */
public final class DebugVars {
    private final TreeMap<String, Supplier<String>> byName;

    /** @param byName sources of JSON text, asked on event loops, so they must not block */
    public DebugVars(Map<String, Supplier<String>> byName) {
        this.byName = new TreeMap<>(byName);
        this.byName.putIfAbsent("memstats", DebugVars::memstats);
        this.byName.putIfAbsent(
                "file_descriptor_limit", () -> Long.toString(ProcessMetrics.maxFileDescriptors()));
    }

    private static String memstats() {
        var runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        return "{\"Alloc\":%d,\"Sys\":%d,\"HeapAlloc\":%d,\"HeapSys\":%d,\"HeapIdle\":%d,\"HeapInuse\":%d}"
                .formatted(
                        used,
                        runtime.totalMemory(),
                        used,
                        runtime.totalMemory(),
                        runtime.freeMemory(),
                        used);
    }

    /** @param raftStatus the one variable that another thread had to be asked for */
    String text(String raftStatus) {
        var values = new TreeMap<String, String>();
        byName.forEach((name, value) -> values.put(name, value.get()));
        values.put("raft.status", raftStatus);
        var text = new StringBuilder("{\n");
        values.forEach((name, value) -> {
            if (text.length() > 2) {
                text.append(",\n");
            }
            text.append('"').append(name).append("\": ").append(value);
        });
        return text.append("\n}\n").toString();
    }
}
