package org.silofold.silo.member;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Everything that is in a member's store, to see whether anything changed. */
final class StoreDump {
    private static final List<String> TABLES = List.of(
            "facts",
            "updates",
            "cohorts",
            "answers",
            "votes",
            "locks",
            "spent",
            "responses",
            "versions",
            "withdrawn",
            "policies");

    private StoreDump() {}

    /** Every row of every table, as text. */
    static List<String> of(MemberStore store) {
        List<String> rows = new ArrayList<>();
        Sql sql = sql(store);
        for (String table : TABLES) {
            rows.addAll(sql.list(
                    row -> {
                        StringBuilder text = new StringBuilder(table);
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            Object value = row.getObject(i);
                            text.append('|').append(value instanceof byte[] bytes ? hex(bytes) : value);
                        }
                        return text.toString();
                    },
                    "SELECT * FROM " + table));
        }
        return rows;
    }

    private static String hex(byte[] bytes) {
        return bytes.length <= 64
                ? HexFormat.of().formatHex(bytes)
                : Samples.digest(HexFormat.of().formatHex(bytes)).hex();
    }

    private static Sql sql(MemberStore store) {
        try {
            Field field = MemberStore.class.getDeclaredField("sql");
            field.setAccessible(true);
            return (Sql) field.get(store);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a store has no statements", e);
        }
    }
}
