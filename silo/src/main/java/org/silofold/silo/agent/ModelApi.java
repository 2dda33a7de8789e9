package org.silofold.silo.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.silofold.protocol.reason.Reason;
import org.silofold.silo.store.ManifestTable;
import org.silofold.silo.store.StoredManifest;

/** The local API's models. */
final class ModelApi {
    private final ApiState state;
    private final ManifestTable manifests;
    private final Countersignatures countersignatures;

    ModelApi(ApiState state) {
        this.state = state;
        this.manifests = state.database().manifests();
        this.countersignatures = ApiJson.countersignatures(state);
    }

    void latest(ApiCall call) throws IOException {
        String model = call.segment(2);
        long newerThan = call.number("newerThan", -1);
        Optional<StoredManifest> found = state.changes()
                .await(() -> here(model).filter(manifest -> manifest.version() > newerThan), call.wait("waitMillis"));
        if (found.isEmpty()) {
            if (newerThan < 0 && call.parameter("waitMillis").isEmpty()) {
                throw new AgentException(AgentException.NO_MODEL, missing(model));
            }
            call.nothing();
            return;
        }
        call.answer(200, ApiJson.model(state, found.get()));
    }

    void parameters(ApiCall call) throws IOException {
        String model = call.segment(2);
        long version;
        try {
            version = Long.parseLong(call.segment(4));
        } catch (NumberFormatException e) {
            throw new AgentException(AgentException.BAD_REQUEST, "a version is a whole number", e);
        }
        // Only a name that is in the database becomes part of a path.
        StoredManifest link = manifests
                .find(model, version)
                .filter(StoredManifest::verified)
                .orElseThrow(() ->
                        new AgentException(AgentException.NO_MODEL, "version " + version + " was never verified here"));
        if (waiting(link).isPresent()) {
            throw new AgentException(
                    AgentException.NO_MODEL, waitsFor(model, waiting(link).get()));
        }
        try (FileChannel channel = FileChannel.open(state.files().whole(model, version));
                InputStream in = Channels.newInputStream(channel)) {
            call.answer(in, channel.size());
        } catch (NoSuchFileException e) {
            throw new AgentException(
                    AgentException.NO_MODEL, "version " + version + " is gone: only the newest is kept", e);
        }
    }

    private Optional<StoredManifest> here(String model) {
        return manifests
                .newestVerified(model)
                .filter(link -> Files.exists(state.files().whole(link.model(), link.version())))
                .filter(link -> waiting(link).isEmpty());
    }

    /** The auditor whom the version waits for: it may have been verified before policy named this one. */
    private Optional<String> waiting(StoredManifest link) {
        return ApiJson.isAuditor(state) ? Optional.empty() : countersignatures.missing(link);
    }

    private static String waitsFor(String model, String auditor) {
        return model + " waits for the countersignature of " + auditor + " (" + Reason.NOT_COUNTERSIGNED.code() + ")";
    }

    private String missing(String model) {
        boolean known =
                state.context().registry().read(view -> view.modelSpec(model)).isPresent();
        if (!known) {
            return "there is no model " + model;
        }
        return ApiJson.waiting(state, model)
                .map(auditor -> waitsFor(model, auditor))
                .orElse("no version of " + model + " was verified here yet");
    }
}
