package dev.quorate.api.grpc;

import dev.quorate.proto.error.Code;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;

/** The headers of requests that matter, and those of every answer, built once. */
final class GrpcHeaders {
    static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    static final AsciiString GRPC = AsciiString.cached("application/grpc");
    static final AsciiString ENCODING = AsciiString.cached("grpc-encoding");
    static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");
    static final AsciiString TOKEN = AsciiString.cached("token");
    static final AsciiString AUTHORIZATION = AsciiString.cached("authorization");
    static final AsciiString HAS_LEADER = AsciiString.cached("hasleader");
    static final AsciiString CLIENT_API_VERSION = AsciiString.cached("client-api-version");

    private static final AsciiString STATUS = AsciiString.cached("grpc-status");
    private static final AsciiString MESSAGE = AsciiString.cached("grpc-message");
    private static final AsciiString ACCEPT_ENCODING = AsciiString.cached("grpc-accept-encoding");
    private static final AsciiString GZIP = AsciiString.cached("gzip");
    private static final AsciiString HTTP_OK = AsciiString.cached("200");
    private static final AsciiString OK = AsciiString.cached("0");

    private static final Http2Headers RESPONSE =
            ReadOnlyHttp2Headers.serverHeaders(false, HTTP_OK, CONTENT_TYPE, GRPC);
    private static final Http2Headers OK_TRAILERS =
            ReadOnlyHttp2Headers.trailers(false, STATUS, OK);
    private static final Http2Headers OK_WITHOUT_MESSAGE =
            ReadOnlyHttp2Headers.serverHeaders(false, HTTP_OK, CONTENT_TYPE, GRPC, STATUS, OK);

    private GrpcHeaders() {}

    static Http2Headers response() {
        return RESPONSE;
    }

    static Http2Headers okTrailers() {
        return OK_TRAILERS;
    }

    static Http2Headers okWithoutMessage() {
        return OK_WITHOUT_MESSAGE;
    }

    /** Trailers, or a whole answer when nothing was sent before. */
    static Http2Headers status(Code code, String text, boolean whole) {
        var headers = new DefaultHttp2Headers(false);
        if (whole) {
            headers.status(HTTP_OK).add(CONTENT_TYPE, GRPC);
        }
        return headers.add(STATUS, Integer.toString(code.number()))
                .add(MESSAGE, StatusText.encode(text));
    }

    /** The answer to an encoding that is not known here says which ones are. */
    static Http2Headers unknownEncoding(CharSequence encoding) {
        return status(
                        Code.UNIMPLEMENTED,
                        "grpc: Decompressor is not installed for grpc-encoding \""
                                + encoding
                                + "\"",
                        true)
                .add(ACCEPT_ENCODING, GZIP);
    }

    /** The answer of HTTP to a request that is no gRPC call. */
    static Http2Headers httpRefusal(String httpStatus, Code code, String text) {
        return new DefaultHttp2Headers(false)
                .status(httpStatus)
                .add(CONTENT_TYPE, GRPC)
                .add(STATUS, Integer.toString(code.number()))
                .add(MESSAGE, StatusText.encode(text));
    }
}
