package org.silofold.demo.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The processes of a cluster, in the order in which they are started.
 *
 * @param all every part
 */
public record Parts(List<Part> all) {
    /** Copies the list. */
    public Parts {
        all = List.copyOf(all);
    }

    /** The parts of a cluster of this size. */
    public static Parts of(ClusterSpec spec) {
        List<Part> all = new ArrayList<>();
        all.add(Part.single(Part.Kind.ZOOKEEPER));
        all.add(Part.single(Part.Kind.BROKER));
        all.add(Part.single(Part.Kind.JOB_MANAGER));
        for (int i = 1; i <= spec.taskManagers(); i++) {
            all.add(Part.taskManager(i));
        }
        List<String> silos = spec.siloNames();
        for (int i = 0; i < silos.size(); i++) {
            all.add(Part.agent(silos.get(i), i + 1));
        }
        return new Parts(all);
    }

    /**
     * The part of a name.
     *
     * @throws ClusterException for a name that no part has, naming those there are
     */
    public Part named(String name) throws ClusterException {
        for (Part part : all) {
            if (part.name().equals(name)) {
                return part;
            }
        }
        throw new ClusterException("there is no part " + name + "; there are "
                + all.stream().map(Part::name).collect(Collectors.joining(", ")));
    }

    /** The one part of its kind, or the first. */
    public Part first(Part.Kind kind) {
        return of(kind).get(0);
    }

    /** The parts of a kind. */
    public List<Part> of(Part.Kind kind) {
        return all.stream().filter(part -> part.kind() == kind).toList();
    }
}
