package org.silofold.job.coordinate;

import java.util.Optional;
import org.silofold.job.event.VoidOrder;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest.PrivacySpent;

/** What void versions hang on. */
final class Voids {
    private Optional<VoidOrder> order = Optional.empty();
    private int inARow;
    private Digest shardsRoot = Digest.ZERO;
    private Optional<PrivacySpent> spent = Optional.empty();

    /** The authority's newest order that nothing came of yet. */
    Optional<VoidOrder> order() {
        return order;
    }

    void setOrder(Optional<VoidOrder> value) {
        order = value;
    }

    /** Void versions since the last that was opened. */
    int inARow() {
        return inARow;
    }

    /** Root of the newest version's shards; zero before version 0. */
    Digest shardsRoot() {
        return shardsRoot;
    }

    /** What the newest version says of privacy; empty before version 1, and without privacy. */
    Optional<PrivacySpent> spent() {
        return spent;
    }

    /** A version is out. */
    void published(Digest root, int voidsInARow, Optional<PrivacySpent> privacySpent) {
        shardsRoot = root;
        inARow = voidsInARow;
        spent = privacySpent;
    }
}
