package dev.quorate.tools.ctl.print;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.etcdserverpb.ResponseHeader;

/** Answers as they are on the wire. Of answers about leases, whose types etcd's client makes itself, etcdctl writes the header alone. */
final class ProtobufPrinter extends Printer {
    ProtobufPrinter(Sink out) {
        super(out, "protobuf");
    }

    @Override
    void other(MessageLite answer) {
        out.octets(answer.toByteArray());
    }

    @Override
    void wrapped(MessageLite answer, ResponseHeader header) {
        out.octets(header.toByteArray());
    }
}
