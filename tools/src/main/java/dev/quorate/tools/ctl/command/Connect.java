package dev.quorate.tools.ctl.command;

import dev.quorate.client.Client;
import dev.quorate.client.ClientConfig;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.client.rpc.TlsSettings;
import dev.quorate.storage.disk.GoErrors;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a client of the global flags and the environment. */
final class Connect {
    private Connect() {}

    static Client connect(Run run, Duration timeout) {
        ClientConfig config = config(run, timeout);
        try {
            return Client.connect(config);
        } catch (RpcException e) {
            throw new CtlException(ExitCode.BAD_CONNECTION, Failures.text(e));
        }
    }

    /** The configuration of the global flags. */
    static ClientConfig config(Run run, Duration timeout) {
        Values values = run.values();
        List<String> endpoints = Endpoints.of(run);
        ClientConfig.Builder config =
                ClientConfig.builder(endpoints)
                        .dialTimeout(values.duration("dial-timeout"))
                        .keepalive(
                                values.duration("keepalive-time"),
                                values.duration("keepalive-timeout"))
                        .requestTimeout(timeout)
                        .observer(new FailedAttempts(run));
        long send = values.integer("max-request-bytes");
        if (send > 0) {
            config.sendBytesMax((int) Math.min(send, Integer.MAX_VALUE));
        }
        long receive = values.integer("max-recv-bytes");
        if (receive > 0) {
            config.receiveBytesMax((int) Math.min(receive, Integer.MAX_VALUE));
        }
        TlsSettings tls = tls(values);
        if (tls != null) {
            config.tls(tls);
        }
        login(run, config);
        return config.build();
    }

    private static @Nullable TlsSettings tls(Values values) {
        for (String name : List.of("cert", "key", "cacert")) {
            if (values.isSet(name) && values.text(name).isEmpty()) {
                throw CtlException.badArguments("empty string is passed to --" + name + " option");
            }
        }
        String domain = values.text("discovery-srv");
        boolean named = !domain.isEmpty() && !values.bool("insecure-discovery");
        TlsSettings settings =
                tls(
                        values.text("cacert"),
                        values.text("cert"),
                        values.text("key"),
                        values.bool("insecure-skip-tls-verify"),
                        values.bool("insecure-transport") && !named);
        // Records of DNS can be forged, so what they lead to must prove to belong to the domain.
        return settings != null && named ? settings.withServerName(domain) : settings;
    }

    /** TLS from files; null where none is asked for. */
    static @Nullable TlsSettings tls(
            String authorities,
            String certificate,
            String key,
            boolean trustAll,
            boolean insecureTransport) {
        boolean wanted =
                trustAll
                        || !insecureTransport
                        || !authorities.isEmpty()
                        || !certificate.isEmpty()
                        || !key.isEmpty();
        return wanted ? TlsFiles.read(authorities, certificate, key, trustAll) : null;
    }

    /** Reads a file that a flag names. */
    static byte[] file(String name) {
        try {
            return Files.readAllBytes(Path.of(name));
        } catch (IOException | java.nio.file.InvalidPathException e) {
            throw new CtlException(ExitCode.BAD_ARGUMENTS, GoErrors.text("open", name, e));
        }
    }

    private static void login(Run run, ClientConfig.Builder config) {
        Values values = run.values();
        String token = values.text("auth-jwt-token");
        String user = values.text("user");
        if (!token.isEmpty()) {
            if (!user.isEmpty()) {
                throw new CtlException(
                        ExitCode.BAD_ARGUMENTS,
                        "--user and --password should not be set when --auth-jwt-token is used");
            }
            config.token(token);
        } else if (!user.isEmpty()) {
            String password = values.text("password");
            int colon = user.indexOf(':');
            if (!password.isEmpty()) {
                config.user(user, password);
            } else if (colon == user.length() - 1) {
                return; // etcdctl does not log in with an empty password
            } else if (colon >= 0) {
                config.user(user.substring(0, colon), user.substring(colon + 1));
            } else {
                String typed = Passwords.ask(run, "Password: ");
                if (!typed.isEmpty()) {
                    config.user(user, typed);
                }
            }
        }
    }
}
