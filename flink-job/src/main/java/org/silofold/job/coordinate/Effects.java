package org.silofold.job.coordinate;

import java.util.List;
import java.util.OptionalLong;
import org.silofold.job.event.AuditNote;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.PublishCommand;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;

/**
 * What follows from one event, each list in the order in which it was decided. Requests, fates and notes on broken cohorts are whole
 * messages, to be signed.
 *
 * @param fold commands to every shard of the model
 * @param requests requests to the committee
 * @param fates what became of updates
 * @param audit entries for the audit chain
 * @param publish versions to publish once their shards are done
 * @param publishAgain attempts whose manifest, confirmation or note on a broken cohort is to be written once more
 * @param broken cohorts of which the log is told that they do not open
 * @param fence whether another start is to be made: new fences, and {@link org.silofold.job.event.CoordinatorEvent.Started}
 * @param wakeUpAt when the next {@link org.silofold.job.event.CoordinatorEvent.Timer} is due, epoch milliseconds; empty if only other
 *     events can change anything
 */
public record Effects(
        List<FoldCommand> fold,
        List<UnmaskRequest> requests,
        List<UpdateFate> fates,
        List<AuditNote> audit,
        List<PublishCommand> publish,
        List<Buffer> publishAgain,
        List<CohortBroken> broken,
        boolean fence,
        OptionalLong wakeUpAt) {
    /** Copies the lists. */
    public Effects {
        fold = List.copyOf(fold);
        requests = List.copyOf(requests);
        fates = List.copyOf(fates);
        audit = List.copyOf(audit);
        publish = List.copyOf(publish);
        publishAgain = List.copyOf(publishAgain);
        broken = List.copyOf(broken);
    }
}
