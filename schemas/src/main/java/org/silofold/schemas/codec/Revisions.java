package org.silofold.schemas.codec;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/**
 * The revisions of a header's schema, derived from the newest. A field or type that came with revision k says so by the property {@code
 * "since": k}; without it, it is of the first revision. Fields are only ever appended, each with a default, so every revision is the
 * beginning of the next.
 */
final class Revisions {
    private static final String SINCE = "since";
    private static final int FIRST = 1;

    private Revisions() {}

    /** The revision that a type or field came with. */
    static int since(JsonProperties property) {
        return property.getObjectProp(SINCE) instanceof Integer revision ? revision : FIRST;
    }

    /**
     * Every revision of a record's schema, the newest first.
     *
     * @throws IllegalArgumentException if a field that was added has no default, or stands before an older one
     */
    static List<Schema> of(Schema newest) {
        List<Schema> revisions = new ArrayList<>();
        revisions.add(newest);
        List<Schema.Field> fields = newest.getFields();
        int bound = Integer.MAX_VALUE;
        for (int last = fields.size() - 1; last > 0; last--) {
            Schema.Field field = fields.get(last);
            int since = since(field);
            if (since > bound || (since > since(newest) && !field.hasDefaultValue())) {
                throw new IllegalArgumentException(
                        newest.getName() + "." + field.name() + ": what is added stands at the end and has a default");
            }
            bound = since;
            if (since > Math.max(since(newest), since(fields.get(last - 1)))) {
                revisions.add(beginning(newest, last));
            }
        }
        return revisions;
    }

    private static Schema beginning(Schema newest, int fields) {
        return Schema.createRecord(
                newest.getName(),
                newest.getDoc(),
                newest.getNamespace(),
                false,
                newest.getFields().subList(0, fields).stream()
                        .map(field -> new Schema.Field(field, field.schema()))
                        .toList());
    }
}
