package org.silofold.job.savepoint;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** A savepoint on disk, by the uids of its operators. */
public final class StoredSavepoint {
    private final Map<String, OperatorState> operators = new TreeMap<>();

    /**
     * @param directory the one that holds {@code _metadata}
     * @throws IOException if it is no savepoint
     */
    public StoredSavepoint(Path directory) throws IOException {
        String pointer = directory.toUri().toString();
        var metadata = AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(pointer)
                .getMetadataHandle();
        try (DataInputStream in = new DataInputStream(metadata.openInputStream())) {
            Checkpoints.loadCheckpointMetadata(in, StoredSavepoint.class.getClassLoader(), pointer)
                    .getOperatorStates()
                    .forEach(operator -> operators.put(operator.getOperatorUid().orElse("?"), operator));
        }
    }

    /** The operators that it holds state of, by uid. */
    public Map<String, OperatorState> operators() {
        return operators;
    }

    /** The state of all of an operator's instances, as one instance would have it. */
    public OperatorSubtaskState ofOneInstance(String uid) throws Exception {
        return AbstractStreamOperatorTestHarness.repackageState(
                operators.get(uid).getStates().toArray(new OperatorSubtaskState[0]));
    }
}
