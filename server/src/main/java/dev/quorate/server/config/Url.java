package dev.quorate.server.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The address of a member as it appears in flags, in the member list and in the hash that makes a member's id.
 *
 * <p>Not {@link java.net.URI}, which finds no host in names with underscores (usual among container names).
 *
 * @param scheme {@code http}, {@code https}, {@code unix} or {@code unixs}
 * @param host name or IP, IPv6 without brackets; for the unix schemes the path of the socket
 * @param port 0 to 65535, or -1 for the unix schemes
 * @param text the whole as it was written, {@code scheme://host:port}; this alone decides equality of members
 */
public record Url(String scheme, String host, int port, String text) implements Comparable<Url> {

    /** An address in its usual form; IPv6 hosts get brackets in the text. */
    public static Url of(String scheme, String host, int port) {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return new Url(scheme, host, port, scheme + "://" + shown + ":" + port);
    }

    /** {@code http} on the loopback address: what a test wants. */
    public static Url loopback(int port) {
        return of("http", "127.0.0.1", port);
    }

    /**
     * Reads one address under the rules of etcd's member lists: a known scheme, a port, no path.
     *
     * @throws IllegalArgumentException with the sentence that etcd prints
     */
    public static Url parse(String text) {
        String url = text.strip();
        int colon = schemeEnd(url);
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(java.util.Locale.ROOT);
        switch (scheme) {
            case "http", "https" -> {}
            case "unix", "unixs" -> {
                return unix(scheme, url, colon);
            }
            default ->
                    throw new IllegalArgumentException(
                            "URL scheme must be http, https, unix, or unixs: " + url);
        }
        return inet(scheme, url, colon);
    }

    /**
     * Reads a list; the result is sorted by text, as the hash of a member's id wants it.
     *
     * @throws IllegalArgumentException with the sentence that etcd prints, also for an empty list
     */
    public static List<Url> parseAll(List<String> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("no valid URLs given");
        }
        List<Url> urls = new ArrayList<>(texts.size());
        for (String text : texts) {
            urls.add(parse(text));
        }
        Collections.sort(urls);
        return List.copyOf(urls);
    }

    /** Index of the colon that ends the scheme, or -1 if there is none; refuses what Go's URL reader refuses. */
    private static int schemeEnd(String url) {
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c < ' ' || c == 0x7f) {
                throw new IllegalArgumentException(
                        "parse " + quote(url) + ": net/url: invalid control character in URL");
            }
        }
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean inner = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
            if (c == ':') {
                if (i == 0) {
                    throw new IllegalArgumentException(
                            "parse " + quote(url) + ": missing protocol scheme");
                }
                return i;
            }
            if (!letter && (i == 0 || !inner)) {
                break;
            }
        }
        int slash = url.indexOf('/');
        String segment = slash < 0 ? url : url.substring(0, slash);
        if (segment.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "parse " + quote(url) + ": first path segment in URL cannot contain colon");
        }
        return -1;
    }

    private static Url unix(String scheme, String url, int colon) {
        String rest = url.substring(colon + 1);
        String path = rest.startsWith("//") ? rest.substring(2) : rest;
        return new Url(scheme, path, -1, scheme + "://" + path);
    }

    private static Url inet(String scheme, String url, int colon) {
        String rest = url.substring(colon + 1);
        int end = rest.startsWith("//") ? pathStart(rest) : 0;
        String authority = rest.startsWith("//") ? rest.substring(2, end) : "";
        String host = host(authority, url);
        int port = Integer.parseInt(authority.substring(authority.lastIndexOf(':') + 1));
        if (end < rest.length()) {
            throw new IllegalArgumentException("URL must not contain a path: " + url);
        }
        return new Url(scheme, host, port, scheme + "://" + authority);
    }

    private static int pathStart(String rest) {
        for (int i = 2; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (c == '/' || c == '?' || c == '#') {
                return i;
            }
        }
        return rest.length();
    }

    /** The host of {@code host:port}, without brackets. */
    private static String host(String authority, String url) {
        int colon = authority.lastIndexOf(':');
        boolean bracketed = authority.startsWith("[");
        int close = authority.indexOf(']');
        boolean noPort = colon < 0 || (bracketed && colon < close);
        if (!noPort && !isNumber(authority.substring(colon + 1))) {
            throw new IllegalArgumentException(
                    "parse "
                            + quote(url)
                            + ": invalid port "
                            + quote(authority.substring(colon))
                            + " after host");
        }
        if (noPort
                || colon == authority.length() - 1
                || (!bracketed && authority.indexOf(':') != colon)) {
            throw new IllegalArgumentException(
                    "URL address does not have the form \"host:port\": " + url);
        }
        return bracketed ? authority.substring(1, close) : authority.substring(0, colon);
    }

    private static boolean isNumber(String digits) {
        return digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default ->
                        out.append(
                                c < ' ' || c == 0x7f
                                        ? String.format("\\x%02x", (int) c)
                                        : String.valueOf(c));
            }
        }
        return out.append('"').toString();
    }

    /** Whether connections to this address are encrypted. */
    public boolean isSecure() {
        return scheme.equals("https") || scheme.equals("unixs");
    }

    /** Whether this names a socket file instead of an IP address and port. */
    public boolean isUnix() {
        return scheme.startsWith("unix");
    }

    @Override
    public int compareTo(Url other) {
        return text.compareTo(other.text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Url url && text.equals(url.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
