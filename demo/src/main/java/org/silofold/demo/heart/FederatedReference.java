package org.silofold.demo.heart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.silofold.protocol.optimize.OptimizerSpec;
import org.silofold.protocol.optimize.ServerOptimizer;

/**
 * Asynchronous buffered federated training in simulated time, in the clear, on one thread: the reference that the
 * encrypted run is held against. A hospital trains only from a version newer than its last one and never waits for another;
 * a buffer takes one update of each hospital and closes at its size, or at its age with the minimum cohort; versions are
 * published one after the other. The same settings give the same bits.
 */
public final class FederatedReference {
    private enum Kind {
        TRAINED,
        AGED,
        PUBLISH
    }

    private record Event(double time, long order, Kind kind, Hospital hospital) {}

    private record Waiting(double since, Contribution contribution) {}

    /** What a hospital is training from. */
    @SuppressWarnings("ArrayRecordComponent") // an alias of a published version's parameters, read only
    private record Base(int version, float[] parameters) {}

    private final HeartDisease data;
    private final FederationSettings settings;
    private final Aggregation aggregation;

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingDouble(Event::time).thenComparingLong(Event::order));
    private final Map<Hospital, Base> training = new EnumMap<>(Hospital.class);
    private final Map<Hospital, Integer> trained = new EnumMap<>(Hospital.class);
    private final List<Waiting> waiting = new ArrayList<>();
    private final List<ReferenceVersion> versions = new ArrayList<>();
    private final float[] m = new float[LogisticRegression.PARAMETERS];
    private final float[] v = new float[LogisticRegression.PARAMETERS];
    private List<Contribution> closed = List.of();
    private double now;
    private long order;

    private FederatedReference(HeartDisease data, FederationSettings settings, Aggregation aggregation) {
        this.data = data;
        this.settings = settings;
        this.aggregation = aggregation;
    }

    /**
     * Runs to the last version.
     *
     * @return versions 0 to {@code settings.versions()}, in order
     * @throws IllegalStateException when no further version can come, because too few hospitals have anything left to send
     */
    public static List<ReferenceVersion> run(HeartDisease data, FederationSettings settings, Aggregation aggregation) {
        return new FederatedReference(data, settings, aggregation).run();
    }

    private List<ReferenceVersion> run() {
        publish(LogisticRegression.initialise(settings.seed()), List.of());
        while (versions.size() <= settings.versions()) {
            Event event = events.poll();
            if (event == null) {
                throw new IllegalStateException("stuck at version " + latest().version());
            }
            now = event.time();
            switch (event.kind()) {
                case TRAINED -> submit(event.hospital());
                case AGED -> closeWhenReady();
                case PUBLISH -> open();
            }
        }
        return List.copyOf(versions);
    }

    private void submit(Hospital hospital) {
        Base base = training.remove(hospital);
        Examples examples = data.of(hospital).train();
        LocalUpdate update = LocalTrainer.train(
                base.parameters(),
                examples,
                LocalTrainer.STEPS,
                LocalTrainer.BATCH,
                settings.profile().clientLearningRate(),
                LocalTrainer.seed(settings.seed(), hospital, base.version()));
        int staleness = latest().version() - base.version();
        double weight = settings.weight(examples.size(), staleness);
        waiting.add(new Waiting(now, new Contribution(hospital, base.version(), staleness, weight, update.delta())));
        closeWhenReady();
        startIfNewer(hospital);
    }

    private void startIfNewer(Hospital hospital) {
        ReferenceVersion latest = latest();
        if (!training.containsKey(hospital) && trained.getOrDefault(hospital, -1) < latest.version()) {
            trained.put(hospital, latest.version());
            training.put(hospital, new Base(latest.version(), latest.parameters()));
            at(now + settings.pace().get(hospital), Kind.TRAINED, hospital);
        }
    }

    private void closeWhenReady() {
        if (!closed.isEmpty() || waiting.isEmpty()) {
            return;
        }
        List<Waiting> cohort = new ArrayList<>();
        Set<Hospital> members = EnumSet.noneOf(Hospital.class);
        for (Waiting candidate : waiting) {
            if (cohort.size() < settings.buffer()
                    && members.add(candidate.contribution().hospital())) {
                cohort.add(candidate);
            }
        }
        double ages = cohort.get(0).since() + settings.maxBufferAge();
        if (cohort.size() >= settings.buffer() || (cohort.size() >= settings.minCohort() && now >= ages)) {
            waiting.removeAll(cohort);
            closed = cohort.stream().map(Waiting::contribution).toList();
            at(now + settings.publishDelay(), Kind.PUBLISH, null);
        } else if (now < ages && ages < Double.POSITIVE_INFINITY) {
            at(ages, Kind.AGED, null);
        }
    }

    private void open() {
        float[] mean = aggregation.mean(closed, settings.profile().clip());
        float[] parameters = latest().parameters().clone();
        OptimizerSpec server = settings.profile().server();
        ServerOptimizer.step(server, parameters, mean, m, v, 0, parameters.length);
        List<Contribution> cohort = closed;
        closed = List.of();
        publish(parameters, cohort);
        closeWhenReady();
    }

    private void publish(float[] parameters, List<Contribution> cohort) {
        versions.add(new ReferenceVersion(versions.size(), now, parameters, cohort, Baselines.test(data, parameters)));
        for (Hospital hospital : Hospital.values()) {
            startIfNewer(hospital);
        }
    }

    private ReferenceVersion latest() {
        return versions.get(versions.size() - 1);
    }

    private void at(double time, Kind kind, Hospital hospital) {
        events.add(new Event(time, order++, kind, hospital));
    }
}
