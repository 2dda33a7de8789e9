package org.silofold.silo.admin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.ShardLayout;

/**
 * Version 0's parameters, cut into shards as the model's layout says.
 *
 * @param layout the model's layout
 * @param parameters all parameters; owned by the record
 */
public record InitialModel(ShardLayout layout, float[] parameters) {
    /** Checks that there are as many parameters as the layout holds, all finite. */
    public InitialModel {
        if (parameters.length != layout.parameterCount()) {
            throw new AdminException(
                    "the initial model has " + parameters.length + " parameters, not " + layout.parameterCount());
        }
        for (int i = 0; i < parameters.length; i++) {
            if (!Float.isFinite(parameters[i])) {
                throw new AdminException("the initial model's parameter " + i + " is not finite");
            }
        }
    }

    /** A shard's parameters, float32 little-endian. */
    public byte[] shard(int index) {
        int count = layout.parametersIn(index);
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(parameters, Math.toIntExact(layout.firstParameter(index)), count);
        return bytes.array();
    }

    /** Merkle root over the shards' digests. */
    public Digest root() {
        List<Digest> leaves = new ArrayList<>();
        for (int i = 0; i < layout.shards(); i++) {
            leaves.add(Digest.sha256(shard(i)));
        }
        return MerkleTree.root(leaves);
    }
}
