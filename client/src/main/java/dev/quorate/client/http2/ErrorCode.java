package dev.quorate.client.http2;

/** The error codes of RFC 9113, section 7, in the order of their numbers. */
public enum ErrorCode {
    NO_ERROR,
    PROTOCOL,
    INTERNAL,
    FLOW_CONTROL,
    SETTINGS_TIMEOUT,
    STREAM_CLOSED,
    FRAME_SIZE,
    REFUSED_STREAM,
    CANCEL,
    COMPRESSION,
    CONNECT,
    ENHANCE_YOUR_CALM,
    INADEQUATE_SECURITY,
    HTTP_1_1_REQUIRED;

    private static final ErrorCode[] ALL = values();

    int number() {
        return ordinal();
    }

    /** The code of a number; numbers of the future count as {@link #INTERNAL}. */
    static ErrorCode of(int number) {
        return number >= 0 && number < ALL.length ? ALL[number] : INTERNAL;
    }

    /** The name as Go's HTTP/2 prints it, for example {@code PROTOCOL_ERROR}. */
    public String goName() {
        return switch (this) {
            case PROTOCOL, INTERNAL, FLOW_CONTROL, FRAME_SIZE, COMPRESSION, CONNECT ->
                    name() + "_ERROR";
            case NO_ERROR,
                    SETTINGS_TIMEOUT,
                    STREAM_CLOSED,
                    REFUSED_STREAM,
                    CANCEL,
                    ENHANCE_YOUR_CALM,
                    INADEQUATE_SECURITY,
                    HTTP_1_1_REQUIRED ->
                    name();
        };
    }
}
