package dev.quorate.server.token;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** How a JSON Web Token is signed (RFC 7518, RFC 8037): every method that etcd knows. */
enum JwtAlgorithm {
    HS256(Kind.HMAC, "HmacSHA256", 0),
    HS384(Kind.HMAC, "HmacSHA384", 0),
    HS512(Kind.HMAC, "HmacSHA512", 0),
    RS256(Kind.RSA, "SHA256withRSA", 0),
    RS384(Kind.RSA, "SHA384withRSA", 0),
    RS512(Kind.RSA, "SHA512withRSA", 0),
    PS256(Kind.RSA, "SHA-256", 32),
    PS384(Kind.RSA, "SHA-384", 48),
    PS512(Kind.RSA, "SHA-512", 64),
    ES256(Kind.EC, "SHA256withECDSAinP1363Format", 0),
    ES384(Kind.EC, "SHA384withECDSAinP1363Format", 0),
    ES512(Kind.EC, "SHA512withECDSAinP1363Format", 0),
    EDDSA(Kind.ED25519, "Ed25519", 0);

    private enum Kind {
        HMAC,
        RSA,
        EC,
        ED25519
    }

    private final Kind kind;
    private final String jdkName;

    /** Of the salt of RSASSA-PSS, whose hash is then {@link #jdkName}; 0 for all others. */
    private final int saltBytes;

    JwtAlgorithm(Kind kind, String jdkName, int saltBytes) {
        this.kind = kind;
        this.jdkName = jdkName;
        this.saltBytes = saltBytes;
    }

    static JwtAlgorithm of(String name) throws TokenException {
        for (JwtAlgorithm algorithm : values()) {
            if (algorithm.headerName().equals(name)) {
                return algorithm;
            }
        }
        throw new TokenException("auth: invalid auth signature method");
    }

    /** As the header of a token names it. */
    String headerName() {
        return this == EDDSA ? "EdDSA" : name();
    }

    /**
     * Keys from the contents of files.
     *
     * @param publicKey PEM, or null
     * @param privateKey PEM, or the secret itself for HMAC; null for a member that only checks
     */
    JwtKeys keys(byte @Nullable [] publicKey, byte @Nullable [] privateKey) throws TokenException {
        if (kind == Kind.HMAC) {
            if (privateKey == null || privateKey.length == 0) {
                throw new TokenException(TokenException.MISSING_KEY);
            }
            return new JwtKeys.Secret(this, new SecretKeySpec(privateKey, jdkName));
        }
        PublicKey shown = publicKey == null ? null : PemFile.publicKey(publicKey, keyType());
        if (privateKey == null) {
            if (shown == null) {
                throw new TokenException(TokenException.MISSING_KEY);
            }
            return new JwtKeys.Pair(this, null, shown);
        }
        PemFile.Half half = PemFile.privateKey(privateKey, keyType());
        PublicKey checking = shown == null ? half.shown() : shown;
        if (checking == null) {
            throw new TokenException(
                    TokenException.MISSING_KEY
                            + ": the private key does not tell its public half, give pub-key too");
        }
        JwtKeys.Pair pair = new JwtKeys.Pair(this, half.secret(), checking);
        if (!pair.fits()) {
            throw new TokenException(TokenException.KEY_MISMATCH);
        }
        return pair;
    }

    private String keyType() {
        return switch (kind) {
            case RSA -> "RSA";
            case EC -> "EC";
            case ED25519 -> "Ed25519";
            case HMAC -> throw new IllegalStateException("a secret is no key pair");
        };
    }

    String jdkName() {
        return jdkName;
    }

    Signature signature() throws GeneralSecurityException {
        if (saltBytes == 0) {
            return Signature.getInstance(jdkName);
        }
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(
                new PSSParameterSpec(
                        jdkName,
                        "MGF1",
                        new MGF1ParameterSpec(jdkName),
                        saltBytes,
                        PSSParameterSpec.TRAILER_FIELD_BC));
        return signature;
    }
}
