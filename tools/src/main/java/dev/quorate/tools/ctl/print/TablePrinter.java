package dev.quorate.tools.ctl.print;

import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.tools.print.AsciiTable;
import java.util.List;

/** Tables of plain characters as etcdctl drew them up to 3.6: headings centred, cells to the right. */
final class TablePrinter extends Printer {
    TablePrinter(Sink out) {
        super(out, "table");
    }

    @Override
    public void memberList(MemberListResponse answer) {
        table(Rows.MEMBERS_HEAD, Rows.members(answer));
    }

    @Override
    public void endpointHealth(List<EndpointHealth> list) {
        table(Rows.HEALTH_HEAD, Rows.health(list));
    }

    @Override
    public void endpointStatus(List<EndpointStatus> list) {
        table(Rows.STATUS_HEAD, Rows.status(list));
    }

    @Override
    public void endpointHashKv(List<EndpointHashKv> list) {
        table(Rows.HASH_HEAD, Rows.hashes(list));
    }

    private void table(List<String> head, List<List<String>> rows) {
        AsciiTable table = new AsciiTable(head.toArray(String[]::new));
        rows.forEach(table::row);
        out.text(table.toString());
    }
}
