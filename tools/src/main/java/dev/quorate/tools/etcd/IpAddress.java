package dev.quorate.tools.etcd;

import java.net.InetAddress;

/** Tells addresses from names without asking anyone. */
final class IpAddress {
    private IpAddress() {}

    /** Whether a host is an IP address as it stands; zones of IPv6 are no part of one. */
    static boolean isLiteral(String host) {
        if (host.isEmpty() || host.indexOf('%') >= 0) {
            return false;
        }
        try {
            return !InetAddress.ofLiteral(host).getHostAddress().isEmpty()
                    && (host.indexOf(':') >= 0 || dots(host) == 3);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static long dots(String host) {
        return host.chars().filter(c -> c == '.').count();
    }
}
