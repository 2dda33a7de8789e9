package org.silofold.job.publish;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.silofold.job.event.Rejected;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.rules.RefusedCount;

/**
 * Which refusals are told one by one: of each topic the first {@value #EACH} between two flushes. Of the rest the last for each reason is told
 * at the flush, and says how many there were: so what a refused record costs to sign and to keep is bounded, and none goes uncounted. Not
 * thread-safe.
 */
final class RejectionLimit {
    static final int EACH = 64;

    private final Map<String, Account> byTopic = new HashMap<>();

    private static final class Account {
        private int told;
        private final Map<Reason, Untold> untold = new EnumMap<>(Reason.class);
    }

    private record Untold(Rejected last, long count) {}

    /** Whether this one is told by itself. */
    boolean isTold(Rejected rejected) {
        Account account = byTopic.computeIfAbsent(rejected.topic(), topic -> new Account());
        if (account.told < EACH) {
            account.told++;
            return true;
        }
        account.untold.merge(
                rejected.reason(),
                new Untold(rejected, 1),
                (before, one) -> new Untold(rejected, before.count() + one.count()));
        return false;
    }

    /** What is left to tell, one for each topic and reason; the count begins anew. */
    List<Rejected> flush() {
        List<Rejected> rest = new ArrayList<>();
        byTopic.values().forEach(account -> account.untold.values().forEach(untold -> rest.add(summary(untold))));
        byTopic.clear();
        return rest;
    }

    private static Rejected summary(Untold untold) {
        Rejected last = untold.last();
        return new Rejected(
                last.reason(),
                last.model(),
                last.topic(),
                last.partition(),
                last.offset(),
                last.recordDigest(),
                RefusedCount.detail(untold.count(), last.detail()));
    }
}
