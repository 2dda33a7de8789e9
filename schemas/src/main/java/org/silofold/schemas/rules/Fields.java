package org.silofold.schemas.rules;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** Checks of single fields of one message; every refusal is {@link Reason#INVALID_FIELD} and names message and field. */
final class Fields {
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,62}");

    private final String message;

    Fields(String message) {
        this.message = message;
    }

    void that(boolean holds, String field, String rule) {
        if (!holds) {
            throw new RejectedException(Reason.INVALID_FIELD, message + "." + field + ": " + rule);
        }
    }

    void range(String field, long value, long min, long max) {
        if (value < min || value > max) {
            that(false, field, value + " is not from " + min + " to " + max);
        }
    }

    void atLeast(String field, long value, long min) {
        if (value < min) {
            that(false, field, value + " is below " + min);
        }
    }

    void count(String field, Collection<?> values, int min, int max) {
        if (values.size() < min || values.size() > max) {
            that(false, field, values.size() + " elements, not " + min + " to " + max);
        }
    }

    void length(String field, byte[] bytes, int min, int max) {
        if (bytes.length < min || bytes.length > max) {
            that(false, field, bytes.length + " bytes, not " + (min == max ? min : min + " to " + max));
        }
    }

    void finite(String field, double value) {
        that(Double.isFinite(value), field, "not a finite number");
    }

    void name(String field, String value) {
        that(Names.isName(value), field, "a name is 1 to 63 of a-z, 0-9 and -, not beginning with -");
    }

    void names(String field, List<String> values, int min, int max) {
        count(field, values, min, max);
        values.forEach(value -> name(field, value));
        distinct(field, values);
    }

    void code(String field, String value) {
        that(CODE.matcher(value).matches(), field, "a code is 1 to 63 letters, digits and hyphens");
    }

    /** A code that the protocol knows. */
    void known(String field, String value, Consumer<String> lookup) {
        code(field, value);
        try {
            lookup.accept(value);
        } catch (RejectedException e) {
            that(false, field, "unknown code");
        }
    }

    void visible(String field, String value, int maxLength) {
        that(Texts.isVisible(value, 1, maxLength), field, "not 1 to " + maxLength + " visible ASCII characters");
    }

    void line(String field, String value, int maxLength) {
        that(Texts.isOneLine(value, maxLength), field, "not one line of at most " + maxLength + " characters");
    }

    void distinct(String field, List<?> values) {
        that(new HashSet<>(values).size() == values.size(), field, "an element occurs twice");
    }

    void refs(String field, List<UpdateRef> refs, int min) {
        count(field, refs, min, FieldLimits.COHORT);
        refs.forEach(ref -> name(field + ".silo", ref.silo()));
    }

    /** Sorted by silo, then by update id, without repetition. Names are ASCII, so characters sort as UTF-8 bytes do. */
    void sortedRefs(String field, List<UpdateRef> refs, int min) {
        refs(field, refs, min);
        for (int i = 1; i < refs.size(); i++) {
            UpdateRef left = refs.get(i - 1);
            UpdateRef right = refs.get(i);
            int order = left.silo().compareTo(right.silo());
            order = order != 0 ? order : left.updateId().compareTo(right.updateId());
            that(order < 0, field, "not sorted by silo and update id, or an update occurs twice");
        }
    }

    void distinctRefs(String field, List<UpdateRef> refs, int min) {
        refs(field, refs, min);
        distinct(
                field,
                refs.stream().map(ref -> List.of(ref.silo(), ref.updateId())).toList());
    }

    void presence(String field, Optional<?> value, boolean wanted) {
        that(value.isPresent() == wanted, field, wanted ? "missing" : "must be absent");
    }
}
