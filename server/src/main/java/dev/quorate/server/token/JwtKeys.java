package dev.quorate.server.token;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Signs and checks. Thread-safe. */
sealed interface JwtKeys {
    JwtAlgorithm algorithm();

    /** False for a member that has the public key only. */
    boolean canSign();

    byte[] sign(byte[] text);

    boolean verifies(byte[] text, byte[] signature);

    /** A secret that all members share. */
    record Secret(JwtAlgorithm algorithm, SecretKeySpec key) implements JwtKeys {
        @Override
        public boolean canSign() {
            return true;
        }

        @Override
        public byte[] sign(byte[] text) {
            try {
                Mac mac = Mac.getInstance(algorithm.jdkName());
                mac.init(key);
                return mac.doFinal(text);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has " + algorithm, e);
            }
        }

        @Override
        public boolean verifies(byte[] text, byte[] signature) {
            return MessageDigest.isEqual(sign(text), signature);
        }
    }

    /**
     * A key pair.
     *
     * @param secret null for a member that only checks
     */
    record Pair(JwtAlgorithm algorithm, @Nullable PrivateKey secret, PublicKey shown)
            implements JwtKeys {
        private static final byte[] PROBE = {1};

        /** Whether what one key signs the other accepts. */
        boolean fits() {
            return verifies(PROBE, sign(PROBE));
        }

        @Override
        public boolean canSign() {
            return secret != null;
        }

        @Override
        public byte[] sign(byte[] text) {
            try {
                Signature signature = algorithm.signature();
                signature.initSign(secret);
                signature.update(text);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("the key signed when the member started", e);
            }
        }

        @Override
        public boolean verifies(byte[] text, byte[] signed) {
            try {
                Signature signature = algorithm.signature();
                signature.initVerify(shown);
                signature.update(text);
                return signature.verify(signed);
            } catch (GeneralSecurityException e) {
                // For example a signature of another length.
                return false;
            }
        }
    }
}
