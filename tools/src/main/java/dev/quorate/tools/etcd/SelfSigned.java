package dev.quorate.tools.etcd;

import dev.quorate.log.Log;
import dev.quorate.server.config.Url;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A certificate that signs itself, and its key, as etcd makes them for {@code --auto-tls} and {@code --peer-auto-tls}: P-521, of the
 * organization {@code etcd}, valid for the hosts that are listened on. It keeps eavesdroppers out, and proves nothing to anybody.
 *
 * @param certificateFile in PEM form
 * @param keyFile in PEM form, readable for its owner only
 */
record SelfSigned(Path certificateFile, Path keyFile) {
    private static final Log LOG = Log.of(SelfSigned.class);

    private static final int SERIAL_BITS = 128;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int INTEGER = 0x02;
    private static final int BITS = 0x03;
    private static final int OCTETS = 0x04;
    private static final int OBJECT = 0x06;
    private static final int BOOLEAN = 0x01;
    private static final int TEXT = 0x0c;
    private static final int TIME = 0x18;
    private static final int CONTEXT_0 = 0xa0;
    private static final int CONTEXT_3 = 0xa3;
    private static final int NAME_DNS = 0x82;
    private static final int NAME_IP = 0x87;
    private static final int LONG_FORM = 0x80;
    private static final int SHORT_LENGTH_MAX = 127;
    private static final int BYTE_LENGTH_MAX = 255;
    private static final int BYTE_BITS = 8;
    private static final int PEM_LINE = 64;
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'");

    /** Object identifiers, encoded: 2.5.4.10, 1.2.840.10045.4.3.4, and those of extensions. */
    private static final byte[] ORGANIZATION = {0x55, 0x04, 0x0a};

    private static final byte[] ECDSA_SHA512 = {
        0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x04
    };
    private static final byte[] KEY_USAGE = {0x55, 0x1d, 0x0f};
    private static final byte[] EXTENDED_KEY_USAGE = {0x55, 0x1d, 0x25};
    private static final byte[] BASIC_CONSTRAINTS = {0x55, 0x1d, 0x13};
    private static final byte[] ALTERNATIVE_NAMES = {0x55, 0x1d, 0x11};
    private static final byte[] SERVER_AUTHENTICATION = {
        0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01
    };

    /** Digital signature, key encipherment, signing of revocation lists. */
    private static final byte[] USES = {1, (byte) 0b1010_0010};

    /**
     * Those in a directory; made now if they are not there.
     *
     * @param urls whose hosts the certificate names
     * @param years of its life
     */
    static SelfSigned in(Path directory, List<Url> urls, int years) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        SelfSigned files =
                new SelfSigned(absolute.resolve("cert.pem"), absolute.resolve("key.pem"));
        if (Files.exists(files.certificateFile) && Files.exists(files.keyFile)) {
            return files;
        }
        Instant now = Instant.now();
        Instant end = now.atZone(ZoneOffset.UTC).plusYears(years).toInstant();
        LOG.warn(
                "automatically generate certificates", "certificate-validity-bound-not-after", end);
        Files.createDirectories(
                absolute,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Set<String> hosts = new LinkedHashSet<>();
        urls.forEach(url -> hosts.add(url.isUnix() ? "localhost" : url.host()));
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp521r1"));
            KeyPair keys = generator.generateKeyPair();
            Files.writeString(
                    files.certificateFile, pem("CERTIFICATE", certificate(keys, hosts, now, end)));
            LOG.info("created cert file", "path", files.certificateFile);
            Files.deleteIfExists(files.keyFile);
            Files.createFile(
                    files.keyFile,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(files.keyFile, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
            LOG.info("created key file", "path", files.keyFile);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot make a certificate: " + e.getMessage(), e);
        }
        return files;
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    private static byte[] certificate(KeyPair keys, Set<String> hosts, Instant from, Instant to)
            throws GeneralSecurityException {
        byte[] algorithm = of(SEQUENCE, of(OBJECT, ECDSA_SHA512));
        byte[] name =
                of(
                        SEQUENCE,
                        of(
                                SET,
                                of(
                                        SEQUENCE,
                                        of(OBJECT, ORGANIZATION),
                                        of(TEXT, "etcd".getBytes(StandardCharsets.US_ASCII)))));
        byte[] content =
                of(
                        SEQUENCE,
                        of(CONTEXT_0, of(INTEGER, new byte[] {2})),
                        of(INTEGER, new BigInteger(SERIAL_BITS, new SecureRandom()).toByteArray()),
                        algorithm,
                        name,
                        of(SEQUENCE, time(from), time(to)),
                        name,
                        keys.getPublic().getEncoded(),
                        of(CONTEXT_3, of(SEQUENCE, extensions(hosts))));
        Signature signature = Signature.getInstance("SHA512withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(content);
        return of(SEQUENCE, content, algorithm, bits(0, signature.sign()));
    }

    private static byte[] extensions(Set<String> hosts) {
        byte[][] names = new byte[hosts.size()][];
        int at = 0;
        for (String host : hosts) {
            names[at++] = alternativeName(host);
        }
        return join(
                extension(KEY_USAGE, true, bits(USES[0], new byte[] {USES[1]})),
                extension(
                        EXTENDED_KEY_USAGE, false, of(SEQUENCE, of(OBJECT, SERVER_AUTHENTICATION))),
                extension(BASIC_CONSTRAINTS, true, of(SEQUENCE, of(BOOLEAN, new byte[] {-1}))),
                extension(ALTERNATIVE_NAMES, false, of(SEQUENCE, names)));
    }

    /** A number is told from a name by its letters, so nothing is looked up. */
    private static byte[] alternativeName(String host) {
        String bare = host.replaceAll("[\\[\\]]", "");
        if (bare.matches("[0-9.]+") || bare.indexOf(':') >= 0) {
            try {
                return of(NAME_IP, InetAddress.getByName(bare).getAddress());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return of(NAME_DNS, host.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] extension(byte[] id, boolean critical, byte[] value) {
        byte[] flag = critical ? of(BOOLEAN, new byte[] {-1}) : new byte[0];
        return of(SEQUENCE, of(OBJECT, id), flag, of(OCTETS, value));
    }

    private static byte[] time(Instant instant) {
        ZonedDateTime at = instant.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneOffset.UTC);
        return of(TIME, at.format(SECONDS).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bits(int unused, byte[] bytes) {
        return of(BITS, new byte[] {(byte) unused}, bytes);
    }

    private static byte[] of(int tag, byte[]... parts) {
        byte[] content = join(parts);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length > BYTE_LENGTH_MAX) {
            out.write(LONG_FORM + 2);
            out.write(content.length >> BYTE_BITS);
        } else if (content.length > SHORT_LENGTH_MAX) {
            out.write(LONG_FORM + 1);
        }
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
