package dev.quorate.tools.ctl.command;

import dev.quorate.client.rpc.TlsSettings;
import dev.quorate.client.tls.PemTls;
import dev.quorate.tools.command.ExitCode;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** TLS of the files that flags name. Apart, so that commands without TLS load nothing of it. */
final class TlsFiles {
    private TlsFiles() {}

    static TlsSettings read(String authorities, String certificate, String key, boolean trustAll) {
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new CtlException(
                    ExitCode.BAD_ARGUMENTS,
                    "KeyFile and CertFile must both be present[key: "
                            + key
                            + ", cert: "
                            + certificate
                            + "]");
        }
        try {
            return PemTls.of(
                    octets(authorities),
                    octets(certificate),
                    octets(key),
                    trustAll,
                    InstantSource.system());
        } catch (GeneralSecurityException e) {
            throw new CtlException(ExitCode.BAD_ARGUMENTS, String.valueOf(e.getMessage()));
        }
    }

    private static byte @Nullable [] octets(String name) {
        return name.isEmpty() ? null : Connect.file(name);
    }
}
