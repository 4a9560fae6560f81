/** Certificates and keys in PEM, as etcd's tools take them, made into what the JDK's TLS wants. Opens no files. */
@NullMarked
package dev.quorate.client.tls;

import org.jspecify.annotations.NullMarked;
