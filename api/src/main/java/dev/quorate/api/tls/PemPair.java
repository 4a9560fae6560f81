package dev.quorate.api.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a certificate and its key as PEM files, in the words of Go's {@code tls.X509KeyPair}, which etcd's users know. */
final class PemPair {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";

    static final String TYPES_DIFFER = "tls: private key type does not match public key type";

    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN ([^\\n]*?)-----\\s*(?:[\\w-]+:[^\\n]*\\n)*([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private record Block(String type, String base64) {}

    private PemPair() {}

    /**
     * Looks for a certificate in the one file and a key in the other.
     *
     * @throws IOException if a file cannot be read, or holds something else
     */
    static void check(Path certificate, Path key) throws IOException {
        List<Block> certificates = blocks(certificate);
        List<Block> keys = blocks(key);
        Block shown = find(certificates, CERTIFICATE, "certificate");
        Block secret = find(keys, PRIVATE_KEY, "key");
        String shownType = parse(shown).getPublicKey().getAlgorithm();
        boolean elliptic = secret.type.equals("EC " + PRIVATE_KEY) && !shownType.equals("EC");
        boolean rsa = secret.type.equals("RSA " + PRIVATE_KEY) && !shownType.equals("RSA");
        if (elliptic || rsa) {
            throw new IOException(TYPES_DIFFER);
        }
    }

    /**
     * Parses every certificate of a file.
     *
     * @throws IOException if the file cannot be read, or a certificate in it is none
     */
    static void checkAuthorities(Path file) throws IOException {
        for (Block block : blocks(file)) {
            if (block.type.equals(CERTIFICATE)) {
                parse(block);
            }
        }
    }

    private static List<Block> blocks(Path file) throws IOException {
        List<Block> found = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text(file));
        while (matcher.find()) {
            found.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return found;
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new IOException("open " + file + ": no such file or directory", e);
        } catch (AccessDeniedException e) {
            throw new IOException("open " + file + ": permission denied", e);
        }
    }

    private static Block find(List<Block> blocks, String type, String what) throws IOException {
        List<String> passed = new ArrayList<>();
        for (Block block : blocks) {
            if (block.type.equals(type)
                    || (type.equals(PRIVATE_KEY) && block.type.endsWith(" " + type))) {
                return block;
            }
            passed.add(block.type);
        }
        throw new IOException("tls: " + missing(type, what, passed));
    }

    private static String missing(String type, String what, List<String> passed) {
        if (passed.isEmpty()) {
            return "failed to find any PEM data in " + what + " input";
        }
        boolean one = passed.size() == 1;
        if (type.equals(PRIVATE_KEY)) {
            return one && passed.getFirst().equals(CERTIFICATE)
                    ? "found a certificate rather than a key in the PEM for the private key"
                    : "failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of the following types: "
                            + go(passed);
        }
        return one && passed.getFirst().endsWith(PRIVATE_KEY)
                ? "failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched"
                : "failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following types: "
                        + go(passed);
    }

    private static String go(List<String> list) {
        return "[" + String.join(" ", list) + "]";
    }

    private static Certificate parse(Block block) throws IOException {
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.base64);
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | IllegalArgumentException e) {
            throw new IOException("x509: malformed certificate", e);
        }
    }
}
