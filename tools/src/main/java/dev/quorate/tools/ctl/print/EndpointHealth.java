package dev.quorate.tools.ctl.print;

/**
 * Whether an endpoint can commit.
 *
 * @param took how long the answer took, in Go's notation
 * @param error why it is not healthy; may be empty
 */
public record EndpointHealth(String endpoint, boolean healthy, String took, String error) {}
