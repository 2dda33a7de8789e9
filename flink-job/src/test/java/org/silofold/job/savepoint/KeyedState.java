package org.silofold.job.savepoint;

import java.util.List;
import java.util.TreeMap;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;

/**
 * What a restored operator holds by key.
 *
 * @param <K> the type of key
 */
public final class KeyedState<K> {
    /** Key groups of the savepoints: the default of the option max-parallelism. */
    public static final int KEY_GROUPS = 128;

    private final KeyedStateBackend<K> backend;

    /** @param operator an operator that was opened */
    public KeyedState(AbstractStreamOperator<?> operator) {
        backend = operator.getKeyedStateBackend();
    }

    /** The keys that have a state of this name, in the order of their texts. */
    public List<K> keys(String state) {
        TreeMap<String, K> keys = new TreeMap<>();
        try (var all = backend.getKeys(state, VoidNamespace.INSTANCE)) {
            all.forEach(key -> keys.put(key.toString(), key));
        }
        return List.copyOf(keys.values());
    }

    /** A key's state; the descriptor is the function's own. */
    public <S extends State> S of(K key, StateDescriptor<S, ?> descriptor) throws Exception {
        backend.setCurrentKey(key);
        return backend.getPartitionedState(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
    }
}
