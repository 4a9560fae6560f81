package dev.quorate.server.watch;

import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Call;
import org.jspecify.annotations.Nullable;

/** Decides who may watch what. Called on the transport's thread for every create request, in request order; must not block. */
@FunctionalInterface
public interface WatchGate {
    /**
     * Judges one create request.
     *
     * @param key first key of the range, never empty
     * @param rangeEnd empty for one key, one zero byte for every key from {@code key} on
     * @return the refusal that becomes the cancel reason of the watch, or null when the caller may watch the range
     */
    @Nullable StatusException refusal(Call call, byte[] key, byte[] rangeEnd);
}
