package dev.quorate.api.tls;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PemPairTest {

    @TempDir Path dir;

    /** The texts were seen of etcd 3.7.1, which has them from Go's crypto/tls. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-            | PRIVATE KEY   | failed to find any PEM data in certificate input",
                "CERTIFICATE  | -             | failed to find any PEM data in key input",
                "PRIVATE KEY  | CERTIFICATE   | failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched",
                "CERTIFICATE  | CERTIFICATE   | found a certificate rather than a key in the PEM for the private key",
                "EC PARAMETERS | PRIVATE KEY  | failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following types: [EC PARAMETERS]",
                "CERTIFICATE  | EC PARAMETERS | failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of the following types: [EC PARAMETERS]"
            })
    void saysWhatIsMissing(String certificate, String key, String reason) throws IOException {
        Path first = pem("first", certificate);
        Path second = pem("second", key);

        assertThatThrownBy(() -> PemPair.check(first, second))
                .isInstanceOf(IOException.class)
                .hasMessage("tls: " + reason);
    }

    @Test
    void aCertificateThatIsNoneIsMalformed() throws IOException {
        Path certificate = pem("first", "CERTIFICATE");
        Path key = pem("second", "RSA PRIVATE KEY");

        assertThatThrownBy(() -> PemPair.check(certificate, key))
                .hasMessage("x509: malformed certificate");
        assertThatThrownBy(() -> PemPair.checkAuthorities(certificate))
                .hasMessage("x509: malformed certificate");
    }

    @Test
    void aFileThatIsMissingIsNamed() throws IOException {
        Path missing = dir.resolve("missing");
        Path key = pem("second", "PRIVATE KEY");

        assertThatThrownBy(() -> PemPair.check(missing, key))
                .hasMessage("open " + missing + ": no such file or directory");
        assertThatThrownBy(() -> PemPair.checkAuthorities(missing))
                .hasMessage("open " + missing + ": no such file or directory");
    }

    private Path pem(String name, String type) throws IOException {
        String text =
                type.equals("-")
                        ? "nonsense\n"
                        : "-----BEGIN " + type + "-----\nAAAA\n-----END " + type + "-----\n";
        return Files.writeString(dir.resolve(name), text);
    }
}
