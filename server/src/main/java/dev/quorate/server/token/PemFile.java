package dev.quorate.server.token;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Keys as OpenSSL writes them: PKCS #8 and SPKI, and the older forms of their own for RSA (PKCS #1) and curves (SEC 1). */
final class PemFile {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final String NO_KEY =
            "invalid key: Key must be a PEM encoded PKCS1 or PKCS8 key";

    private static final byte[] VERSION_0 = {2, 1, 0};

    /** The algorithm {@code rsaEncryption} with its null parameters. */
    private static final byte[] RSA_ALGORITHM = {
        0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
    };

    /** The object identifier {@code id-ecPublicKey}. */
    private static final byte[] EC_PUBLIC_KEY = {
        6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1
    };

    private PemFile() {}

    private record Block(String label, byte[] der) {}

    /**
     * A private key.
     *
     * @param shown its public half, or null if the file does not tell it
     */
    record Half(PrivateKey secret, @Nullable PublicKey shown) {}

    static Half privateKey(byte[] pem, String keyType) throws TokenException {
        // A file for a curve may begin with a block for its parameters.
        for (Block block : blocks(pem)) {
            byte @Nullable [] pkcs8 =
                    switch (block.label()) {
                        case "PRIVATE KEY" -> block.der();
                        case "RSA PRIVATE KEY" -> pkcs8(RSA_ALGORITHM, block.der());
                        case "EC PRIVATE KEY" -> pkcs8(curve(block.der()), block.der());
                        default -> null;
                    };
            if (pkcs8 != null) {
                try {
                    return half(pkcs8, keyType);
                } catch (GeneralSecurityException e) {
                    throw unusable("private", keyType, e);
                }
            }
        }
        throw new TokenException(NO_KEY);
    }

    static PublicKey publicKey(byte[] pem, String keyType) throws TokenException {
        for (Block block : blocks(pem)) {
            try {
                switch (block.label()) {
                    case "PUBLIC KEY" -> {
                        return shown(block.der(), keyType);
                    }
                    case "RSA PUBLIC KEY" -> {
                        return shown(spki(RSA_ALGORITHM, bits(block.der())), keyType);
                    }
                    case "CERTIFICATE" -> {
                        return CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(block.der()))
                                .getPublicKey();
                    }
                    default -> {}
                }
            } catch (GeneralSecurityException e) {
                throw unusable("public", keyType, e);
            }
        }
        throw new TokenException(NO_KEY);
    }

    private static Half half(byte[] pkcs8, String keyType)
            throws GeneralSecurityException, TokenException {
        KeyFactory factory = KeyFactory.getInstance(keyType);
        PrivateKey secret = factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        PublicKey shown = null;
        if (secret instanceof RSAPrivateCrtKey rsa) {
            shown =
                    factory.generatePublic(
                            new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        } else if (keyType.equals("EC")) {
            shown = point(pkcs8);
        }
        return new Half(secret, shown);
    }

    /** The public point that stands beside a curve's secret number, in the optional field 1 of SEC 1. */
    private static @Nullable PublicKey point(byte[] pkcs8)
            throws GeneralSecurityException, TokenException {
        List<Der> outer = Der.sequence(pkcs8);
        for (Der field : Der.sequence(outer.get(2).content())) {
            if (field.tag() == Der.CONTEXT_1) {
                return shown(spki(outer.get(1).whole(), field.content()), "EC");
            }
        }
        return null;
    }

    private static PublicKey shown(byte[] spki, String keyType) throws GeneralSecurityException {
        return KeyFactory.getInstance(keyType).generatePublic(new X509EncodedKeySpec(spki));
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return Der.of(Der.SEQUENCE, VERSION_0, algorithm, Der.of(Der.OCTETS, key));
    }

    private static byte[] spki(byte[] algorithm, byte[] keyBits) {
        return Der.of(Der.SEQUENCE, algorithm, keyBits);
    }

    private static byte[] bits(byte[] whole) {
        return Der.of(Der.BITS, new byte[1], whole);
    }

    /** The algorithm of a SEC 1 key, whose field 0 names the curve. */
    private static byte[] curve(byte[] sec1) throws TokenException {
        for (Der field : Der.sequence(sec1)) {
            if (field.tag() == Der.CONTEXT_0) {
                return Der.of(Der.SEQUENCE, EC_PUBLIC_KEY, field.content());
            }
        }
        throw new TokenException("invalid key: it does not name its curve");
    }

    private static TokenException unusable(String half, String keyType, Exception cause) {
        return new TokenException(
                "invalid key: not a " + half + " key for " + keyType + ": " + cause.getMessage(),
                cause);
    }

    private static List<Block> blocks(byte[] pem) throws TokenException {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            try {
                blocks.add(
                        new Block(
                                matcher.group(1),
                                Base64.getMimeDecoder().decode(matcher.group(2))));
            } catch (IllegalArgumentException e) {
                throw new TokenException("invalid key: " + e.getMessage(), e);
            }
        }
        return blocks;
    }
}
