package dev.quorate.api.ops;

import dev.quorate.metrics.Kind;
import dev.quorate.metrics.Registry;
import dev.quorate.metrics.TextWriter;
import dev.quorate.server.metrics.ServerMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The {@code process_*} families that every Prometheus client publishes, and those of {@code go_*} that dashboards read, filled with what
 * the JVM has in their place (threads for goroutines, the heap for the heap). Where the system has no {@code /proc}, families are left out.
 */
public final class ProcessMetrics {
    private static final Path PROC = Path.of("/proc/self");
    private static final long PAGE_SIZE_BYTES = 4096;
    private static final double TICKS_PER_SECOND = 100;
    private static final double NO_LIMIT = 0x1p64;

    // Positions after the command name in /proc/self/stat, from proc(5).
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int THREADS = 17;
    private static final int VIRTUAL_BYTES = 20;
    private static final int RESIDENT_PAGES = 21;

    private ProcessMetrics() {}

    /** Adds the families to the registry. */
    public static void register(Registry registry, ServerMetrics.Member member) {
        registry.collector("go_goroutines", ProcessMetrics::collectRuntime);
        registry.collector("process_cpu_seconds_total", ProcessMetrics::collectProcess);
        member.osFdLimit.follow(() -> (double) maxFileDescriptors());
        member.osFdUsed.follow(() -> (double) openFileDescriptors());
    }

    private static void collectRuntime(TextWriter out) {
        var runtime = Runtime.getRuntime();
        double used = runtime.totalMemory() - runtime.freeMemory();
        one(out, "go_goroutines", "Number of goroutines that currently exist.", threads());
        out.family("go_info", Kind.GAUGE, "Information about the Go environment.");
        out.sample("go_info", "version=\"java" + Runtime.version().feature() + "\"", 1);
        one(
                out,
                "go_memstats_alloc_bytes",
                "Number of bytes allocated in heap and currently in use.",
                used);
        one(
                out,
                "go_memstats_heap_alloc_bytes",
                "Number of heap bytes allocated and currently in use.",
                used);
        one(
                out,
                "go_memstats_heap_idle_bytes",
                "Number of heap bytes waiting to be used.",
                (double) runtime.freeMemory());
        one(out, "go_memstats_heap_inuse_bytes", "Number of heap bytes that are in use.", used);
        one(
                out,
                "go_memstats_heap_sys_bytes",
                "Number of heap bytes obtained from system.",
                (double) runtime.totalMemory());
        one(
                out,
                "go_memstats_sys_bytes",
                "Number of bytes obtained from system.",
                (double) runtime.totalMemory());
        one(
                out,
                "go_sched_gomaxprocs_threads",
                "Number of processors that the process may use.",
                runtime.availableProcessors());
        one(out, "go_threads", "Number of OS threads created.", threads());
    }

    private static void collectProcess(TextWriter out) {
        String @Nullable [] stat = stat();
        if (stat == null) {
            return;
        }
        out.family(
                "process_cpu_seconds_total",
                Kind.COUNTER,
                "Total user and system CPU time spent in seconds.");
        out.sample(
                "process_cpu_seconds_total",
                "",
                (number(stat, USER_TICKS) + number(stat, SYSTEM_TICKS)) / TICKS_PER_SECOND);
        one(
                out,
                "process_max_fds",
                "Maximum number of open file descriptors.",
                (double) maxFileDescriptors());
        one(
                out,
                "process_open_fds",
                "Number of open file descriptors.",
                (double) openFileDescriptors());
        one(
                out,
                "process_resident_memory_bytes",
                "Resident memory size in bytes.",
                number(stat, RESIDENT_PAGES) * PAGE_SIZE_BYTES);
        one(
                out,
                "process_start_time_seconds",
                "Start time of the process since unix epoch in seconds.",
                startSeconds());
        one(
                out,
                "process_virtual_memory_bytes",
                "Virtual memory size in bytes.",
                number(stat, VIRTUAL_BYTES));
        one(
                out,
                "process_virtual_memory_max_bytes",
                "Maximum amount of virtual memory available in bytes.",
                NO_LIMIT);
    }

    private static void one(TextWriter out, String name, String help, double value) {
        out.family(name, Kind.GAUGE, help);
        out.sample(name, "", value);
    }

    private static double startSeconds() {
        return ProcessHandle.current().info().startInstant().map(Instant::toEpochMilli).orElse(0L)
                / 1000.0;
    }

    private static double threads() {
        String @Nullable [] stat = stat();
        return stat == null ? Thread.activeCount() : number(stat, THREADS);
    }

    private static double number(String[] stat, int position) {
        return position < stat.length ? Double.parseDouble(stat[position]) : 0;
    }

    /** The fields after the command name, which may itself hold spaces and brackets. */
    private static String @Nullable [] stat() {
        try {
            String line = Files.readString(PROC.resolve("stat"), StandardCharsets.ISO_8859_1);
            return line.substring(line.lastIndexOf(')') + 2).trim().split(" ");
        } catch (IOException _) {
            return null;
        }
    }

    /** The soft limit of open files, 0 when the system does not say. */
    static long maxFileDescriptors() {
        try (var lines = Files.lines(PROC.resolve("limits"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.substring("Max open files".length()).trim().split(" ")[0])
                    .filter(text -> !text.equals("unlimited"))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (IOException _) {
            return 0;
        }
    }

    /** How many files are open, 0 when the system does not say. */
    static long openFileDescriptors() {
        String @Nullable [] names = PROC.resolve("fd").toFile().list();
        return names == null ? 0 : names.length;
    }
}
