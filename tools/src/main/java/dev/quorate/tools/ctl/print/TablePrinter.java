package dev.quorate.tools.ctl.print;

import dev.quorate.proto.etcdserverpb.MemberListResponse;
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
        int[] widths = new int[head.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = head.get(i).length();
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        StringBuilder rule = new StringBuilder("+");
        for (int width : widths) {
            rule.repeat('-', width + 2).append('+');
        }
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            int space = widths[i] - head.get(i).length();
            line.append(' ').repeat(' ', space / 2).append(head.get(i));
            line.repeat(' ', space - space / 2).append(" |");
        }
        out.line(rule.toString()).line(line.toString()).line(rule.toString());
        for (List<String> row : rows) {
            line.setLength(1);
            for (int i = 0; i < widths.length; i++) {
                line.append(' ').repeat(' ', widths[i] - width(row.get(i)));
                line.append(row.get(i)).append(" |");
            }
            out.line(line.toString());
        }
        out.line(rule.toString());
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
