package dev.quorate.client.rpc;

/**
 * Where a member can be reached.
 *
 * @param text as it was given
 * @param security what its scheme says about TLS
 * @param host a name or an address without brackets; the path of a unix socket
 * @param port 0 for a unix socket, -1 if none was given
 */
public record Endpoint(String text, Security security, String host, int port) {

    /** What a scheme says about TLS. */
    public enum Security {
        /** {@code http} or {@code unix}: never. */
        NONE,
        /** {@code https} or {@code unixs}: always. */
        TLS,
        /** No scheme: if TLS is configured. */
        IF_CONFIGURED
    }

    private static final int PORT_MAX = 65_535;

    /**
     * Reads {@code host:port}, {@code http://host:port}, {@code https://host:port}, {@code unix://path} or {@code unixs://path}.
     *
     * <p>What cannot be dialled is taken too and fails when it is, as with etcd's own clients: one bad endpoint must not spoil the others.
     */
    public static Endpoint parse(String text) {
        int scheme = text.indexOf("://");
        if (scheme < 0) {
            return text.startsWith("unix:")
                    ? new Endpoint(text, Security.NONE, text.substring(5), 0)
                    : network(text, Security.IF_CONFIGURED, text);
        }
        String rest = text.substring(scheme + 3);
        return switch (text.substring(0, scheme)) {
            case "unix" -> new Endpoint(text, Security.NONE, rest, 0);
            case "unixs" -> new Endpoint(text, Security.TLS, rest, 0);
            case "https" -> network(text, Security.TLS, authority(rest));
            case "http" -> network(text, Security.NONE, authority(rest));
            default -> network(text, Security.IF_CONFIGURED, authority(rest));
        };
    }

    private static String authority(String rest) {
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
    }

    private static Endpoint network(String text, Security security, String address) {
        int colon = address.lastIndexOf(':');
        boolean bare = colon < 0 || address.indexOf(']') > colon;
        String host = bare ? address : address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new Endpoint(text, security, host, bare ? -1 : port(address.substring(colon + 1)));
    }

    private static int port(String digits) {
        try {
            int port = Integer.parseInt(digits);
            return port >= 0 && port <= PORT_MAX ? port : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Whether it is a socket file on this machine. */
    public boolean isUnix() {
        return port == 0 && !host.isEmpty() && text.startsWith("unix");
    }

    /** {@code host:port} as errors, logs and the request's authority show it. */
    public String address() {
        if (isUnix()) {
            return host;
        }
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port < 0 ? shown : shown + ":" + port;
    }
}
