package dev.quorate.tools.ctl.print;

import dev.quorate.proto.etcdserverpb.HashKVResponse;

/** The hash of the history that an endpoint's member has. */
public record EndpointHashKv(String endpoint, HashKVResponse hash) {}
