package dev.quorate.server.config;

import java.time.Duration;

/**
 * What a server looks at periodically, and when it warns.
 *
 * @param corruptCheckInterval between comparisons of hashes with all peers, zero for none
 * @param compactHashCheckInterval between comparisons of compaction hashes by the leader
 * @param downgradeCheckInterval between looks at the state of a downgrade
 * @param warningApply an apply that takes longer is logged
 * @param warningUnaryRequest a request that takes longer is logged
 * @param watchProgressNotifyInterval between progress notifications of an idle watch
 */
public record Checks(
        Duration corruptCheckInterval,
        Duration compactHashCheckInterval,
        Duration downgradeCheckInterval,
        Duration warningApply,
        Duration warningUnaryRequest,
        Duration watchProgressNotifyInterval) {

    public static Checks defaults() {
        return new Checks(
                Duration.ZERO,
                Duration.ofMinutes(1),
                Duration.ofSeconds(5),
                Duration.ofMillis(100),
                Duration.ofMillis(300),
                Duration.ofMinutes(10));
    }

    public Checks withWatchProgressNotifyInterval(Duration next) {
        return new Checks(
                corruptCheckInterval,
                compactHashCheckInterval,
                downgradeCheckInterval,
                warningApply,
                warningUnaryRequest,
                next);
    }
}
