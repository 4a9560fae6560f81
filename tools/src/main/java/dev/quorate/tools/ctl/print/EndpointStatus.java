package dev.quorate.tools.ctl.print;

import dev.quorate.proto.etcdserverpb.StatusResponse;

/** What an endpoint says of its member. */
public record EndpointStatus(String endpoint, StatusResponse status) {}
