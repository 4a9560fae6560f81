/**
 * Certificates that follow their files: a key, a chain, authorities and revocation lists that are replaced on disk hold for the next
 * handshake, as in etcd.
 */
@NullMarked
package dev.quorate.api.tls;

import org.jspecify.annotations.NullMarked;
