package dev.quorate.server.config;

import java.time.Duration;
import java.util.List;

/**
 * A discovery service of v3: an etcd cluster that collects the members of a new one.
 *
 * @param token names the cluster to be made
 * @param endpoints of the service; empty if none is used
 * @param insecureTransport speak plain text
 * @param insecureSkipTlsVerify accept any certificate
 * @param certFile client certificate, or empty
 * @param keyFile its key, or empty
 * @param caFile who may have signed the service's certificate, or empty
 * @param user user name, or empty for none
 * @param password of the user
 */
public record Discovery(
        String token,
        List<String> endpoints,
        Duration dialTimeout,
        Duration requestTimeout,
        Duration keepaliveTime,
        Duration keepaliveTimeout,
        boolean insecureTransport,
        boolean insecureSkipTlsVerify,
        String certFile,
        String keyFile,
        String caFile,
        String user,
        String password) {

    public Discovery {
        endpoints = List.copyOf(endpoints);
    }

    /** No discovery, with etcd's timeouts. */
    public static Discovery none() {
        return new Discovery(
                "",
                List.of(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofSeconds(6),
                true,
                false,
                "",
                "",
                "",
                "",
                "");
    }

    @Override
    public String toString() {
        return "Discovery[token="
                + token
                + ", endpoints="
                + endpoints
                + ", user="
                + user
                + "]"; // never the password
    }
}
