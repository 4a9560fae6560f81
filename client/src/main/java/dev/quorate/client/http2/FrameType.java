package dev.quorate.client.http2;

/** Numbers of RFC 9113: types of frames, their flags, and settings. */
final class FrameType {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;
    static final int PRIORITY = 0x20;

    static final int SETTING_HEADER_TABLE = 1;
    static final int SETTING_ENABLE_PUSH = 2;
    static final int SETTING_MAX_STREAMS = 3;
    static final int SETTING_INITIAL_WINDOW = 4;
    static final int SETTING_FRAME_SIZE = 5;
    static final int SETTING_HEADER_LIST = 6;

    private FrameType() {}
}
