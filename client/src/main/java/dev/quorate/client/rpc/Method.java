package dev.quorate.client.rpc;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;

/**
 * One method of a service.
 *
 * @param path {@code /package.Service/Method}
 * @param parser of the response
 * @param repeatable whether executing it twice is as good as once, so that it may be sent again when nobody knows what became of it
 */
@SuppressWarnings(
        "UnusedTypeParameter") // keeps the request of one method from being sent to another
public record Method<Q extends MessageLite, A extends MessageLite>(
        String path, Parser<A> parser, boolean repeatable) {}
