package org.silofold.demo.report;

import java.util.List;

/** Tables as HTML. */
final class HtmlTable {
    private HtmlTable() {}

    /** A table whose cells are escaped; {@code summed}: its last row is a total and its second column the main one. */
    static String of(List<String> header, List<List<String>> rows, boolean summed) {
        StringBuilder html = new StringBuilder("<div class=\"scroll\"><table><thead><tr>");
        header.forEach(cell -> html.append("<th>").append(Svg.escape(cell)).append("</th>"));
        html.append("</tr></thead><tbody>\n");
        for (int i = 0; i < rows.size(); i++) {
            html.append(summed && i == rows.size() - 1 ? "<tr class=\"total\">" : "<tr>");
            for (int j = 0; j < rows.get(i).size(); j++) {
                html.append(summed && j == 1 ? "<td class=\"main\">" : "<td>");
                html.append(Svg.escape(rows.get(i).get(j))).append("</td>");
            }
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>").toString();
    }
}
