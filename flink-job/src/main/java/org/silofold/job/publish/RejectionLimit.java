package org.silofold.job.publish;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.silofold.job.event.Rejected;
import org.silofold.protocol.reason.Reason;

/**
 * Which refusals are told one by one: of each topic the first {@value #EACH} between two flushes. Of the rest the last is told at the flush,
 * and says how many there were, by reason: so what a refused record costs to sign and to keep is bounded, and none goes uncounted. Not
 * thread-safe.
 */
final class RejectionLimit {
    static final int EACH = 64;

    private final Map<String, Account> byTopic = new HashMap<>();

    private static final class Account {
        private int told;
        private Rejected last;
        private final Map<Reason, Long> untold = new EnumMap<>(Reason.class);
    }

    /** Whether this one is told by itself. */
    boolean isTold(Rejected rejected) {
        Account account = byTopic.computeIfAbsent(rejected.topic(), topic -> new Account());
        if (account.told < EACH) {
            account.told++;
            return true;
        }
        account.last = rejected;
        account.untold.merge(rejected.reason(), 1L, Long::sum);
        return false;
    }

    /** What is left to tell, one for a topic; the count begins anew. */
    List<Rejected> flush() {
        List<Rejected> rest = new ArrayList<>();
        byTopic.values().stream()
                .filter(account -> account.last != null)
                .map(account -> summary(account.last, account.untold))
                .forEach(rest::add);
        byTopic.clear();
        return rest;
    }

    private static Rejected summary(Rejected last, Map<Reason, Long> untold) {
        String counts = untold.entrySet().stream()
                .map(each -> each.getKey().code() + " " + each.getValue())
                .collect(Collectors.joining(", "));
        return new Rejected(
                last.reason(),
                last.model(),
                last.topic(),
                last.partition(),
                last.offset(),
                last.recordDigest(),
                "the last of these records of the topic, each refused: " + counts + "; " + last.detail());
    }
}
