package dev.quorate.tools.etcd;

import java.time.Duration;

/**
 * Settings of the v2 proxy, which 3.4 has and later versions have not.
 *
 * @param failureWait time for which a failed endpoint is left alone
 * @param refreshInterval between looks at the member list
 * @param readTimeout zero for none
 */
public record ProxyOptions(
        Mode mode,
        Duration failureWait,
        Duration refreshInterval,
        Duration dialTimeout,
        Duration writeTimeout,
        Duration readTimeout) {

    /** The values of {@code --proxy}. */
    public enum Mode {
        OFF,
        READONLY,
        ON
    }
}
