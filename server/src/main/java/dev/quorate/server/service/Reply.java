package dev.quorate.server.service;

import dev.quorate.proto.error.StatusException;

/** Where the one answer of a unary call goes. Exactly one method is called, once, on any thread; neither blocks nor throws. */
public interface Reply {
    void succeed(Payload response);

    void fail(StatusException refusal);
}
