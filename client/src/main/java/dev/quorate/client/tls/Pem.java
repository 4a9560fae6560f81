package dev.quorate.client.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads PEM (RFC 7468). */
final class Pem {
    private static final byte[] RSA = {
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };
    private static final byte[] EC_OID = {
        0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
    };
    private static final byte[] VERSION_ZERO = {0x02, 0x01, 0x00};

    private record Block(String label, byte[] octets) {}

    private Pem() {}

    /** All certificates of a text. */
    static List<X509Certificate> certificates(byte[] text) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(text)) {
            if (block.label().equals("CERTIFICATE")) {
                certificates.add(
                        (X509Certificate)
                                factory.generateCertificate(
                                        new ByteArrayInputStream(block.octets())));
            }
        }
        return certificates;
    }

    /** Whether a text has a private key. */
    static boolean hasKey(byte[] text) throws GeneralSecurityException {
        return blocks(text).stream().anyMatch(block -> block.label().endsWith("PRIVATE KEY"));
    }

    /** The first private key of a text: PKCS #8, PKCS #1 or SEC 1, not encrypted. */
    static PrivateKey key(byte[] text) throws GeneralSecurityException {
        for (Block block : blocks(text)) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return pkcs8(block.octets());
                }
                case "RSA PRIVATE KEY" -> {
                    return pkcs8(sequence(VERSION_ZERO, RSA, tagged(0x04, block.octets())));
                }
                case "EC PRIVATE KEY" -> {
                    byte[] algorithm = sequence(EC_OID, curve(block.octets()));
                    return pkcs8(sequence(VERSION_ZERO, algorithm, tagged(0x04, block.octets())));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                        throw new InvalidKeySpecException("private key is encrypted");
                default -> {}
            }
        }
        throw new InvalidKeySpecException("tls: failed to find any PEM data in key input");
    }

    private static List<Block> blocks(byte[] text) throws InvalidKeySpecException {
        List<Block> blocks = new ArrayList<>();
        StringBuilder body = null;
        String label = "";
        for (String line : new String(text, StandardCharsets.ISO_8859_1).split("\\R")) {
            String stripped = line.strip();
            if (stripped.startsWith("-----BEGIN ") && stripped.endsWith("-----")) {
                label = stripped.substring(11, stripped.length() - 5);
                body = new StringBuilder();
            } else if (stripped.startsWith("-----END ") && body != null) {
                blocks.add(new Block(label, decoded(body.toString())));
                body = null;
            } else if (body != null && stripped.indexOf(':') < 0) {
                body.append(stripped);
            }
        }
        return blocks;
    }

    private static byte[] decoded(String base64) throws InvalidKeySpecException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException("damaged PEM: " + e.getMessage(), e);
        }
    }

    private static PrivateKey pkcs8(byte[] octets) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(octets);
        InvalidKeySpecException failure = null;
        for (String algorithm : new String[] {"EC", "RSA", "EdDSA"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                failure = e;
            }
        }
        throw failure == null ? new InvalidKeySpecException("no key") : failure;
    }

    /** The curve's name inside a SEC 1 key: the object identifier in its element with tag 0. */
    private static byte[] curve(byte[] sec1) throws InvalidKeySpecException {
        for (int i = 0; i + 3 < sec1.length; i++) {
            boolean parameters = (sec1[i] & 0xff) == 0xa0 && sec1[i + 2] == 0x06;
            if (parameters && sec1[i + 1] == sec1[i + 3] + 2) {
                int length = sec1[i + 3] + 2;
                if (i + 2 + length <= sec1.length) {
                    byte[] identifier = new byte[length];
                    System.arraycopy(sec1, i + 2, identifier, 0, length);
                    return identifier;
                }
            }
        }
        throw new InvalidKeySpecException("EC private key names no curve");
    }

    private static byte[] sequence(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] body = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, body, at, part.length);
            at += part.length;
        }
        return tagged(0x30, body);
    }

    private static byte[] tagged(int tag, byte[] body) {
        int length = body.length;
        byte[] head =
                length < 0x80
                        ? new byte[] {(byte) tag, (byte) length}
                        : length < 0x100
                                ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                                : new byte[] {
                                    (byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length
                                };
        byte[] whole = new byte[head.length + length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(body, 0, whole, head.length, length);
        return whole;
    }
}
