package org.silofold.silo.auditor;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.silofold.protocol.message.Message;
import org.silofold.schemas.SignedRecord;

/**
 * What a party's records of one name say.
 *
 * @param signed those that verify here, in the order of the log
 * @param complete whether the party said nothing else: every record verifies, and they are fewer than the most that are kept of a name.
 *     Others may have gone by what is missing here
 */
record SaidRecords<T extends Message>(List<SignedRecord<T>> signed, boolean complete) {
    static <T extends Message> SaidRecords<T> of(
            List<LogRecord> records, Function<LogRecord, Optional<SignedRecord<T>>> open) {
        List<SignedRecord<T>> signed =
                records.stream().map(open).flatMap(Optional::stream).toList();
        return new SaidRecords<>(signed, signed.size() == records.size() && records.size() < PlaceTable.MOST);
    }
}
