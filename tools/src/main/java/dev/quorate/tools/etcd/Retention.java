package dev.quorate.tools.etcd;

import dev.quorate.log.GoDuration;
import dev.quorate.server.config.Compaction;
import java.time.Duration;

/** The value of {@code --auto-compaction-retention}: hours or a duration, or a number of revisions. */
final class Retention {
    private Retention() {}

    /**
     * The retention; in revision mode one nanosecond stands for one revision, as etcd counts (so {@code 1h} there means
     * 3,600,000,000,000 revisions).
     *
     * @throws InvalidConfigException in etcd's words
     */
    static Duration parse(Compaction.Mode mode, String text) throws InvalidConfigException {
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            try {
                long number = Long.parseLong(text);
                return mode == Compaction.Mode.PERIODIC
                        ? Duration.ofHours(number)
                        : Duration.ofNanos(number);
            } catch (NumberFormatException | ArithmeticException _) {
                throw invalid(text);
            }
        }
        return GoDuration.parse(text).orElseThrow(() -> invalid(text));
    }

    private static InvalidConfigException invalid(String text) {
        boolean noUnit = text.chars().allMatch(c -> c == '-' || c == '.' || (c >= '0' && c <= '9'));
        String problem =
                noUnit && !text.isEmpty() ? "missing unit in duration" : "invalid duration";
        return new InvalidConfigException(
                "error parsing CompactionRetention: time: " + problem + " \"" + text + "\"");
    }
}
