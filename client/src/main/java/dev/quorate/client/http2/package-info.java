/**
 * HTTP/2 as far as a client of gRPC needs it (RFC 9113, RFC 7541), over blocking streams.
 *
 * <p>Our own, because a start of a few hundredths of a second is what a command line lives by, and general stacks take that long to
 * load. One thread reads each connection; callers write on their own threads. Neither push nor priorities nor HTTP/1.1.
 */
@NullMarked
package dev.quorate.client.http2;

import org.jspecify.annotations.NullMarked;
