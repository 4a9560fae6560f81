package dev.quorate.server.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.proto.error.StatusException;
import dev.quorate.storage.disk.RealDisk;
import dev.quorate.store.auth.Identity;
import dev.quorate.store.auth.Tokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the flag {@code --auth-token} makes. */
final class TokenSpecTest {
    private static final int TTL_SECONDS = 300;

    @TempDir Path dir;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final InstantSource clock = now::get;

    @BeforeEach
    void startClock() {
        now.set(Instant.parse("2026-01-02T03:04:05Z"));
    }

    private Tokens tokens(String text) throws TokenException {
        return TokenSpec.tokens(text, TTL_SECONDS, clock, new RealDisk());
    }

    private String pem(String label, byte[] der) throws IOException {
        Path file = Files.createTempFile(dir, "key", ".pem");
        String body = Base64.getMimeEncoder().encodeToString(der);
        Files.writeString(
                file, "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
        return file.toString();
    }

    private String options(String method, KeyPair pair) throws IOException {
        return "jwt,sign-method="
                + method
                + ",pub-key="
                + pem("PUBLIC KEY", pair.getPublic().getEncoded())
                + ",priv-key="
                + pem("PRIVATE KEY", pair.getPrivate().getEncoded());
    }

    private static KeyPair pair(String type, int bits) throws NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
        if (bits > 0) {
            generator.initialize(bits);
        }
        return generator.generateKeyPair();
    }

    private static String assigned(Tokens tokens) throws StatusException {
        return tokens.assign("alice", 7, "ignored", 1, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "RS256, RSA, 2048",
        "RS512, RSA, 2048",
        "PS256, RSA, 2048",
        "ES256, EC, 256",
        "ES384, EC, 384",
        "ES512, EC, 521",
        "EdDSA, Ed25519, 0"
    })
    void signedTokensNameTheirUserAndRevision(String method, String type, int bits)
            throws Exception {
        Tokens tokens = tokens(options(method, pair(type, bits)));
        String token = assigned(tokens);
        assertThat(tokens.identify(token, 99, 0)).isEqualTo(new Identity("alice", 7));
        Tokens stranger = tokens(options(method, pair(type, bits)));
        assertThat(stranger.identify(token, 99, 0)).as("another key").isNull();
    }

    @Test
    void aTokenSignedElsewhereIsGood() throws Exception {
        Path secret = Files.writeString(dir.resolve("secret"), "your-256-bit-secret");
        Tokens tokens = tokens("jwt,sign-method=HS256,priv-key=" + secret);
        // Made with openssl dgst -sha256 -hmac.
        String token =
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
                        + ".eyJleHAiOjQxMDI0NDQ4MDAsInJldmlzaW9uIjo1LCJ1c2VybmFtZSI6ImJvYiJ9"
                        + ".J1-XiYbyCJ6_BsrYuaaOAE9KWrmdW3oyfEJc1kzVII8";
        assertThat(tokens.identify(token, 1, 0)).isEqualTo(new Identity("bob", 5));
        assertThat(tokens.identify(token.replace(".eyJl", ".eyJm"), 1, 0)).isNull();
    }

    @Test
    void aTokenExpires() throws Exception {
        Path secret = Files.writeString(dir.resolve("secret"), "s");
        Tokens tokens = tokens("jwt,sign-method=HS512,ttl=10s,priv-key=" + secret);
        String token = assigned(tokens);
        now.set(now.get().plusSeconds(9));
        assertThat(tokens.identify(token, 7, 0)).isNotNull();
        now.set(now.get().plusSeconds(1));
        assertThat(tokens.identify(token, 7, 0)).isNull();
    }

    @Test
    void theMethodIsNotTheTokensChoice() throws Exception {
        KeyPair pair = pair("RSA", 2048);
        String shown = pem("PUBLIC KEY", pair.getPublic().getEncoded());
        Tokens rsa = tokens("jwt,sign-method=RS256,pub-key=" + shown);
        Tokens hmac = tokens("jwt,sign-method=HS256,priv-key=" + shown);
        assertThat(rsa.identify(assigned(hmac), 7, 0))
                .as("the public key used as a shared secret")
                .isNull();
        String none =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        String claims = assigned(hmac).split("\\.", -1)[1];
        assertThat(rsa.identify(none + "." + claims + ".", 7, 0)).isNull();
        for (String junk : new String[] {"", ".", "..", "a.b.c", "%.%.%", "e30.e30.e30"}) {
            assertThat(rsa.identify(junk, 7, 0)).as(junk).isNull();
        }
    }

    @Test
    void aMemberWithThePublicKeyOnlyChecks() throws Exception {
        KeyPair pair = pair("EC", 256);
        Tokens signer = tokens(options("ES256", pair));
        Tokens checker =
                tokens(
                        "jwt,sign-method=ES256,pub-key="
                                + pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        assertThat(checker.identify(assigned(signer), 7, 0)).isEqualTo(new Identity("alice", 7));
        assertThatThrownBy(() -> assigned(checker))
                .isInstanceOf(StatusException.class)
                .hasMessageContaining("auth: token signing attempted with verify-only key");
    }

    @Test
    void keysMustFit() throws Exception {
        String shown = pem("PUBLIC KEY", pair("RSA", 2048).getPublic().getEncoded());
        String secret = pem("PRIVATE KEY", pair("RSA", 2048).getPrivate().getEncoded());
        assertThatThrownBy(() ->
                        tokens("jwt,sign-method=RS256,pub-key=" + shown + ",priv-key=" + secret))
                .hasMessage("auth: public and private keys don't match");
        assertThatThrownBy(() -> tokens("jwt,sign-method=ES256,priv-key=" + secret))
                .isInstanceOf(TokenException.class)
                .hasMessageStartingWith("invalid key: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nope|auth: invalid auth options",
                "jwt|auth: invalid auth options",
                "jwt,sign-method=XX|auth: invalid auth options",
                "jwt,sign-method|auth: invalid auth options",
                "jwt,sign-method=HS256,sign-method=HS256|auth: invalid auth options",
                "jwt,sign-method=RS256,pub-key=/nope|auth: invalid auth options",
                "jwt,sign-method=RS256|auth: missing key data",
                "simple,x|auth: invalid auth options",
            })
    void optionsThatCannotBeUsed(String text, String error) {
        assertThatThrownBy(() -> tokens(text)).isInstanceOf(TokenException.class).hasMessage(error);
    }
}
