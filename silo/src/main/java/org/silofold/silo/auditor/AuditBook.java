package org.silofold.silo.auditor;

import java.util.Optional;
import java.util.OptionalLong;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;

/** What the auditor remembers of a model's earlier versions. */
public interface AuditBook {
    /** The book of who has seen no version yet. */
    AuditBook EMPTY = new AuditBook() {
        @Override
        public Optional<Digest> manifestDigest(long version) {
            return Optional.empty();
        }

        @Override
        public OptionalLong versionOf(UpdateRef update) {
            return OptionalLong.empty();
        }
    };

    /** The digest of a verified version's manifest. */
    Optional<Digest> manifestDigest(long version);

    /** The version that an update, by silo and id, is in; empty if in none that was verified. */
    OptionalLong versionOf(UpdateRef update);
}
