package dev.quorate.tools.ctl.command;

import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.Values;
import dev.quorate.tools.flag.Quote;
import dev.quorate.tools.print.NameServer;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

/** Endpoints from DNS: records {@code _etcd-client-ssl._tcp} and {@code _etcd-client._tcp} of a domain. */
final class ServiceRecords {
    private ServiceRecords() {}

    /**
     * The endpoints of a domain; only those with TLS where plain ones are not to be trusted, which a line on standard error then names.
     *
     * @throws CtlException if there is no record at all
     */
    static List<String> endpoints(Run run, String domain) {
        Values values = run.values();
        String name = values.text("discovery-srv-name");
        String suffix = name.isEmpty() ? "" : "-" + name;
        List<String> endpoints = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (String scheme : List.of("https", "http")) {
            String service = (scheme.equals("https") ? "etcd-client-ssl" : "etcd-client") + suffix;
            try {
                for (String host : lookUp("_" + service + "._tcp." + domain)) {
                    endpoints.add(scheme + "://" + host);
                }
            } catch (NamingException e) {
                String asked = "_" + service + "._tcp." + domain;
                failures.add(
                        e instanceof NameNotFoundException
                                ? NameServer.noSuchHost(asked)
                                : "lookup " + asked + NameServer.on() + ": " + e.getMessage());
            }
        }
        if (endpoints.isEmpty()) {
            throw new CtlException(
                    ExitCode.ERROR, "dns lookup errors: " + String.join(" and ", failures));
        }
        List<String> trusted = new ArrayList<>();
        for (String endpoint : endpoints) {
            if (values.bool("insecure-discovery") || endpoint.startsWith("https://")) {
                trusted.add(endpoint.replace(".:", ":")); // no certificate names the root
            } else {
                run.err().line("ignoring discovered insecure endpoint " + Quote.go(endpoint));
            }
        }
        return trusted;
    }

    @SuppressWarnings({
        "BanJNDI",
        "JdkObsolete"
    }) // its DNS provider gives texts, and wants such a table
    private static List<String> lookUp(String name) throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
        DirContext context = new InitialDirContext(environment);
        try {
            Attribute records = context.getAttributes(name, new String[] {"SRV"}).get("SRV");
            List<String> hosts = new ArrayList<>();
            if (records == null) {
                return hosts;
            }
            NamingEnumeration<?> all = records.getAll();
            while (all.hasMore()) {
                String[] fields = all.next().toString().split(" ");
                if (fields.length == 4) {
                    hosts.add(fields[3] + ":" + fields[2]);
                }
            }
            return hosts;
        } finally {
            context.close();
        }
    }
}
