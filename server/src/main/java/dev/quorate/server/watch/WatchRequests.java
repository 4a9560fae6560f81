package dev.quorate.server.watch;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import org.jspecify.annotations.Nullable;

/** What a client can ask on a watch stream, as the hub reads it. */
sealed interface WatchRequests {
    /** What a request weighs beside its keys while it waits. */
    int OVERHEAD_BYTES = 128;

    /** What the request weighs while it waits. */
    default long costBytes() {
        return OVERHEAD_BYTES;
    }

    /**
     * Asks for a watch.
     *
     * @param id 0 lets the hub choose
     * @param refused why the caller may not watch this, or null
     */
    record Create(
            KeyRange range,
            long startRevision,
            long id,
            int variant,
            boolean progressNotify,
            boolean fragment,
            @Nullable String refused)
            implements WatchRequests {
        @Override
        public long costBytes() {
            return (long) OVERHEAD_BYTES + range.key().length + range.rangeEnd().length;
        }
    }

    record Cancel(long id) implements WatchRequests {}

    record Progress() implements WatchRequests {}

    /** Null for a request that asks for nothing, which etcd ignores. */
    static @Nullable WatchRequests of(WatchRequest request) {
        return switch (request.getRequestUnionCase()) {
            case CREATE_REQUEST -> create(request.getCreateRequest(), null);
            case CANCEL_REQUEST -> new Cancel(request.getCancelRequest().getWatchId());
            case PROGRESS_REQUEST -> new Progress();
            case REQUESTUNION_NOT_SET -> null;
        };
    }

    static Create create(WatchCreateRequest request, @Nullable String refused) {
        return new Create(
                new KeyRange(key(request.getKey()), request.getRangeEnd().toByteArray()),
                request.getStartRevision(),
                request.getWatchId(),
                variant(request),
                request.getProgressNotify(),
                request.getFragment(),
                refused);
    }

    private static byte[] key(ByteString key) {
        return key.isEmpty() ? new byte[] {0} : key.toByteArray();
    }

    private static int variant(WatchCreateRequest request) {
        int variant = request.getPrevKv() ? EventBlock.PREVIOUS : 0;
        for (int filter : request.getFiltersValueList()) {
            switch (filter) {
                case WatchCreateRequest.FilterType.NOPUT_VALUE -> variant |= EventBlock.NO_PUT;
                case WatchCreateRequest.FilterType.NODELETE_VALUE ->
                        variant |= EventBlock.NO_DELETE;
                default -> {
                    // A filter of a later version: etcd lets everything pass.
                }
            }
        }
        return variant;
    }
}
