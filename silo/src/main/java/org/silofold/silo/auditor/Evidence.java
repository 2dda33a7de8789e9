package org.silofold.silo.auditor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.silofold.silo.party.PrivateFiles;
import org.silofold.silo.store.StoredManifest;

/** Keeps what proves that a version is wrong: its signed manifest, the one before, and what the auditor found. */
final class Evidence {
    private Evidence() {}

    /**
     * Writes the evidence.
     *
     * @param before the manifest before it; null for version 0
     */
    static void keep(Path directory, StoredManifest link, StoredManifest before, AuditOutcome.Wrong wrong)
            throws IOException {
        PrivateFiles.directory(directory);
        String name = link.model() + "-" + link.version() + "-" + link.digest().hex();
        PrivateFiles.write(directory.resolve(name + ".rec"), link.record());
        if (before != null) {
            String earlier = before.model() + "-" + before.version() + "-"
                    + before.digest().hex();
            PrivateFiles.write(directory.resolve(earlier + ".rec"), before.record());
        }
        String found = wrong.reason().code() + "\n" + wrong.line() + "\n";
        PrivateFiles.write(directory.resolve(name + ".audit"), found.getBytes(StandardCharsets.UTF_8));
    }
}
