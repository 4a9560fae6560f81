package dev.quorate.tools.etcd;

import dev.quorate.log.Log;
import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.Tls;
import dev.quorate.server.config.Url;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What etcd looks at when it opens its listeners and bootstraps, before anything is written. */
public final class StartChecks {
    private static final Log log = Log.of(StartChecks.class);

    private StartChecks() {}

    /** Whether this member has a WAL; then everything that begins with {@code initial} is ignored. */
    static boolean isInitialized(ServerConfig config) {
        return Files.isDirectory(config.walDir());
    }

    /**
     * Addresses against certificates.
     *
     * @throws StartException in etcd's words
     */
    static void listeners(ServerConfig config) throws StartException {
        log.info("configuring peer listeners", "listen-peer-urls", config.urls().listenPeer());
        for (Url url : config.urls().listenPeer()) {
            warnOfUnusedTls(url, config.peerTls(), "peer");
            if (url.isSecure() && !config.peerTls().isEnabled()) {
                throw new StartException(
                        "cannot listen on TLS for "
                                + url.text().substring(url.text().indexOf("://") + 3)
                                + ": KeyFile and CertFile are not presented");
            }
        }
        log.info(
                "configuring client listeners", "listen-client-urls", config.urls().listenClient());
        Tls clientTls = config.clientTls();
        if (clientTls.autoTls() && !clientTls.certFile().isEmpty()) {
            log.warn("ignoring client auto TLS since certs given");
        }
        for (List<Url> urls :
                List.of(config.urls().listenClient(), config.urls().listenClientHttp())) {
            for (Url url : urls) {
                warnOfUnusedTls(url, config.clientTls(), "client");
                if (url.isSecure() && !config.clientTls().isEnabled()) {
                    throw new StartException(
                            "TLS key/cert (--cert-file, --key-file) must be provided for client url "
                                    + url
                                    + " with HTTPS scheme");
                }
            }
        }
        for (Url url : config.urls().listenMetrics()) {
            if (url.isSecure() && !config.clientTls().isEnabled()) {
                throw new StartException(
                        "client TLS key/cert (--cert-file, --key-file) must be provided for metrics secure url");
            }
        }
    }

    private static void warnOfUnusedTls(Url url, Tls tls, String side) {
        if (url.isSecure()) {
            return;
        }
        if (tls.isEnabled()) {
            log.warn(
                    "scheme is HTTP while key and cert files are present; ignoring key and cert files",
                    side + "-url",
                    url.text());
        }
        if (tls.clientCertAuth()) {
            log.warn(
                    "scheme is HTTP while --"
                            + (side.equals("peer") ? "peer-" : "")
                            + "client-cert-auth is enabled; ignoring client cert auth for this URL",
                    side + "-url",
                    url.text());
        }
    }

    /**
     * This member against the list of members that it is told to start with. Only for a member without a WAL, and only if the list
     * is given: what a discovery finds is checked by whoever asks it.
     *
     * @throws StartException in etcd's words
     */
    static void membership(ServerConfig config) throws StartException {
        List<Bootstrap.Member> members = config.bootstrap().initialCluster();
        Bootstrap.Member self =
                members.stream()
                        .filter(member -> member.name().equals(config.name()))
                        .findFirst()
                        .orElseThrow(() ->
                                new StartException(
                                        "couldn't find local name \""
                                                + config.name()
                                                + "\" in the initial cluster configuration"));
        if (config.bootstrap().state() == Bootstrap.State.NEW) {
            // The addresses of one that joins were told when its place was made.
            advertised(self, config.urls().advertisePeer());
        }
        Set<String> seen = new TreeSet<>();
        for (Bootstrap.Member member : members) {
            for (Url url : member.peerUrls()) {
                if (!seen.add(url.text())) {
                    throw new StartException(
                            "initial cluster "
                                    + config.bootstrap().initialClusterText()
                                    + " has duplicate url");
                }
            }
        }
    }

    /**
     * The addresses of {@code --initial-cluster} for this member against those that it advertises.
     *
     * @throws StartException in etcd's words
     */
    public static void advertised(Bootstrap.Member self, List<Url> advertise)
            throws StartException {
        advertised(self, advertise, PatientResolver.ofSystem());
    }

    static void advertised(Bootstrap.Member self, List<Url> advertise, PatientResolver resolver)
            throws StartException {
        Set<String> listed = texts(self.peerUrls());
        Set<String> told = texts(advertise);
        if (listed.equals(told)) {
            return;
        }
        String difference =
                told.size() == listed.size()
                        ? difference(self.peerUrls(), advertise, resolver)
                        : "len(" + quoted(told) + ") != len(" + quoted(listed) + ")";
        if (difference.isEmpty()) {
            return;
        }
        TreeSet<String> missing = new TreeSet<>(listed);
        missing.removeAll(told);
        if (!missing.isEmpty()) {
            throw new StartException(
                    "--initial-cluster has "
                            + withName(self.name(), missing)
                            + " but missing from --initial-advertise-peer-urls="
                            + String.join(",", told)
                            + " ("
                            + difference
                            + ")");
        }
        TreeSet<String> unlisted = new TreeSet<>(told);
        unlisted.removeAll(listed);
        // What etcd shows as --initial-cluster here is what would have been right.
        throw new StartException(
                "--initial-advertise-peer-urls has "
                        + String.join(",", unlisted)
                        + " but missing from --initial-cluster="
                        + withName(self.name(), told));
    }

    /** The first two that differ once their hosts are numbers, why they are not found, or nothing. */
    private static String difference(
            List<Url> listedUrls, List<Url> toldUrls, PatientResolver resolver) {
        List<String> told;
        List<String> listed;
        try {
            told = resolver.resolve(toldUrls);
            listed = resolver.resolve(listedUrls);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        if (told.equals(listed)) {
            return "";
        }
        int at = 0;
        while (told.get(at).equals(listed.get(at))) {
            at++;
        }
        return "resolved urls: \"" + told.get(at) + "\" != \"" + listed.get(at) + "\"";
    }

    private static String quoted(Set<String> urls) {
        return "[\"" + String.join("\" \"", urls) + "\"]";
    }

    private static String withName(String name, Set<String> urls) {
        return name + "=" + String.join("," + name + "=", urls);
    }

    private static Set<String> texts(List<Url> urls) {
        Set<String> texts = new TreeSet<>();
        urls.forEach(url -> texts.add(url.text()));
        return texts;
    }
}
